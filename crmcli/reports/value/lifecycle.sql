-- At which stage does each prospect and customer stand, and who moved from which stage to which?
-- :now
SELECT *
FROM life_stages($since, $as_of);
-- :then
SELECT *
FROM life_stages($since_then, $from);
-- :never
SELECT *
FROM stages_now
LIMIT 0;
-- :answer
SELECT code AS customer, name, stage, occasions, last_purchase_on, recency_days, revenue, class
FROM stages_now
ORDER BY
    CASE stage WHEN 'cherish' THEN 1 WHEN 'grow' THEN 2 WHEN 'retain' THEN 3 WHEN 'reactivate' THEN 4 ELSE 5 END,
    revenue DESC,
    code;
-- :transitions
WITH places (place, stage) AS (
    VALUES (1, 'attract'), (2, 'retain'), (3, 'grow'), (4, 'cherish'), (5, 'reactivate'), (6, 'entry')
),
moves AS (
    SELECT
        coalesce(before.stage, 'entry') AS from_stage,
        now.stage AS to_stage,
        count(*) AS customers,
        coalesce(sum(before.revenue), 0) AS revenue_before,
        sum(now.revenue) AS revenue
    FROM stages_now AS now
    LEFT JOIN stages_then AS before ON before.customer_id = now.customer_id
    GROUP BY coalesce(before.stage, 'entry'), now.stage
)
SELECT
    moves.from_stage,
    moves.to_stage,
    moves.customers,
    round(moves.customers / nullif(cast(sum(moves.customers) OVER (PARTITION BY moves.from_stage) AS DOUBLE), 0), 12) AS share,
    moves.revenue_before,
    moves.revenue
FROM moves
INNER JOIN places AS old ON old.stage = moves.from_stage
INNER JOIN places AS new ON new.stage = moves.to_stage
ORDER BY old.place, new.place;
-- :stages
WITH total AS (
    SELECT count(*) AS customers, sum(revenue) AS revenue FROM stages_now
),
places (place, stage) AS (
    VALUES (1, 'attract'), (2, 'retain'), (3, 'grow'), (4, 'cherish'), (5, 'reactivate')
)
SELECT
    places.stage,
    count(now.customer_id) AS customers,
    cast(count(now.customer_id) / nullif(any_value(total.customers), 0) AS DOUBLE) AS share,
    coalesce(sum(now.revenue), 0) AS revenue,
    CASE WHEN any_value(total.revenue) > 0 THEN cast(coalesce(sum(now.revenue), 0) / any_value(total.revenue) AS DOUBLE) END
        AS revenue_share
FROM places
CROSS JOIN total
LEFT JOIN stages_now AS now ON now.stage = places.stage
WHERE total.customers > 0
GROUP BY places.place, places.stage
ORDER BY places.place;
-- :matrix
SELECT
    from_stage,
    cast(sum(customers) AS BIGINT) AS customers,
    cast(coalesce(sum(customers) FILTER (WHERE to_stage = 'attract'), 0) AS BIGINT) AS attract,
    cast(coalesce(sum(customers) FILTER (WHERE to_stage = 'retain'), 0) AS BIGINT) AS retain,
    cast(coalesce(sum(customers) FILTER (WHERE to_stage = 'grow'), 0) AS BIGINT) AS grow,
    cast(coalesce(sum(customers) FILTER (WHERE to_stage = 'cherish'), 0) AS BIGINT) AS cherish,
    cast(coalesce(sum(customers) FILTER (WHERE to_stage = 'reactivate'), 0) AS BIGINT) AS reactivate
FROM answer
GROUP BY from_stage
ORDER BY min(rowid);
-- :figures
WITH now AS (
    SELECT
        count(*) AS parties,
        count(*) FILTER (WHERE stage <> 'attract') AS customers,
        count(*) FILTER (WHERE stage = 'attract') AS attract,
        count(*) FILTER (WHERE stage = 'attract' AND is_outside) AS outside,
        count(*) FILTER (WHERE stage = 'retain') AS retain,
        count(*) FILTER (WHERE stage = 'grow') AS grow,
        count(*) FILTER (WHERE stage = 'cherish') AS cherish,
        count(*) FILTER (WHERE stage = 'reactivate') AS reactivate,
        coalesce(sum(revenue), 0) AS shown_revenue,
        sum(revenue) FILTER (WHERE stage = 'cherish') AS cherish_revenue
    FROM stages_now
),
moves AS (
    SELECT
        count(*) FILTER (WHERE before.stage IS NULL) AS entries,
        count(*) FILTER (WHERE before.stage IS NULL AND now.stage <> 'attract') AS entered_buying,
        count(*) FILTER (WHERE before.stage = 'attract' AND now.stage <> 'attract') AS first_bought,
        count(*) FILTER (WHERE before.stage = 'reactivate' AND now.stage <> 'reactivate') AS won_back,
        count(*) FILTER (WHERE before.stage IN ('retain', 'grow', 'cherish') AND now.stage = 'reactivate') AS lost,
        coalesce(
            sum(before.revenue) FILTER (WHERE before.stage IN ('retain', 'grow', 'cherish') AND now.stage = 'reactivate'), 0
        ) AS lost_revenue,
        count(*) FILTER (WHERE before.stage = now.stage) AS stayed
    FROM stages_now AS now
    LEFT JOIN stages_then AS before ON before.customer_id = now.customer_id
),
rhythmic AS (
    SELECT count(*) AS beats FROM (SELECT 1 FROM stages_now WHERE occasions > 1 LIMIT 1)
)
SELECT
    now.*,
    moves.*,
    rhythmic.beats,
    CASE WHEN sold.identified_revenue > 0 THEN cast(now.cherish_revenue / sold.identified_revenue AS DOUBLE) END
        AS cherish_share,
    sold.*
FROM now
CROSS JOIN moves
CROSS JOIN rhythmic
CROSS JOIN sales_summary($since, $as_of) AS sold;
