-- Which relationship level is recommended for each customer, and which one is kept? By the size of the group and the tercile of
-- the measure (margin or revenue of the 365 days to as_of) among all customers; low up to the quantile 1/3, medium up to 2/3.
-- Nothing sold in that time is a measure of nothing; no cost known, an unknown one. gap = recommended − actual, in levels.
CREATE OR REPLACE TEMP MACRO relationship_levels(as_of, by_name, measure_name) AS TABLE
WITH measured AS (
    SELECT
        party.*,
        CASE
            WHEN sold.customer_id IS NULL THEN 0
            WHEN measure_name = 'revenue' THEN sold.revenue
            ELSE sold.margin
        END AS measure
    FROM customer_groups(as_of, by_name) AS party
    LEFT JOIN customer_margins(as_of - 365, as_of) AS sold ON sold.customer_id = party.customer_id
),
cuts AS (
    SELECT
        quantile_cont(cast(measure AS DECIMAL(38, 6)), 1.0 / 3) AS low_cut,
        quantile_cont(cast(measure AS DECIMAL(38, 6)), 2.0 / 3) AS high_cut
    FROM measured
),
placed AS (
    SELECT
        measured.*,
        cuts.low_cut,
        cuts.high_cut,
        CASE
            WHEN measured.measure <= cuts.low_cut THEN 'low'
            WHEN measured.measure <= cuts.high_cut THEN 'medium'
            WHEN measured.measure IS NOT NULL THEN 'high'
        END AS band,
        CASE
            WHEN fact.answered = 0 THEN 1
            WHEN fact.followed = 0 THEN 2
            WHEN fact.offers < 2 THEN 3
            WHEN fact.steps_done < 4 THEN 4
            ELSE 5
        END AS actual_place,
        fact.* EXCLUDE (customer_id)
    FROM measured
    CROSS JOIN cuts
    INNER JOIN relationship_facts(as_of) AS fact ON fact.customer_id = measured.customer_id
)
SELECT
    placed.*,
    wanted.level AS recommended,
    kept.level AS actual,
    grid.place - placed.actual_place AS gap
FROM placed
LEFT JOIN level_grid() AS grid ON grid.size = placed.size AND grid.band = placed.band
LEFT JOIN level_names() AS wanted ON wanted.place = grid.place
INNER JOIN level_names() AS kept ON kept.place = placed.actual_place;
