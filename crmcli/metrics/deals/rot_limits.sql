-- After how many days is a deal rotting in a stage? One row a stage (small letters), and one without a stage: for deals whose
-- moves nobody kept and whose stages say no days, by the days since their opening. As said of the stage (source stage), else the 80th
-- percentile of the days that deals won by as_of spent in it, or took altogether, where at least `least` of them tell (source learned).
-- road_days: the days said of all open stages up to this one together, NULL where one of them says none.
CREATE OR REPLACE TEMP MACRO rot_limits(as_of, least) AS TABLE
WITH won AS (
    SELECT opportunity_id, opened_on, closed_on FROM deals_on(as_of) WHERE outcome = 'won'
),
learned AS (
    SELECT
        lower(trim(stay.stage)) AS stage,
        quantile_cont(stay.days, 0.8) AS days,
        count(*) AS sample
    FROM deal_stays(as_of) AS stay
    SEMI JOIN won ON won.opportunity_id = stay.opportunity_id
    WHERE stay.is_left
    GROUP BY lower(trim(stay.stage))
),
said AS (
    SELECT
        lower(trim(name)) AS stage,
        min(rot_days) AS days,
        min(outcome) AS outcome,
        min(stage_no) AS stage_no
    FROM deal_stages
    GROUP BY lower(trim(name))
),
roads AS (
    SELECT
        stage,
        CASE WHEN count(*) OVER road = count(days) OVER road THEN sum(days) OVER road END AS days
    FROM said
    WHERE outcome = 'open'
    WINDOW road AS (ORDER BY stage_no, stage)
),
whole AS (
    SELECT quantile_cont(closed_on - opened_on, 0.8) AS days, count(*) AS sample
    FROM won
    WHERE closed_on >= opened_on
)
SELECT
    coalesce(said.stage, learned.stage) AS stage,
    cast(coalesce(said.days, floor(learned.days)) AS INTEGER) AS limit_days,
    CASE WHEN said.days IS NOT NULL THEN 'stage' ELSE 'learned' END AS source,
    learned.sample,
    cast(roads.days AS INTEGER) AS road_days
FROM said
FULL JOIN learned ON learned.stage = said.stage
LEFT JOIN roads ON roads.stage = said.stage
WHERE coalesce(said.outcome, 'open') = 'open' AND (said.days IS NOT NULL OR learned.sample >= least)
UNION ALL
SELECT CAST(NULL AS VARCHAR), cast(floor(days) AS INTEGER), 'learned', sample, CAST(NULL AS INTEGER) FROM whole WHERE sample >= least;
