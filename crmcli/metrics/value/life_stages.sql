-- At which stage of the life cycle does each prospect and customer stand at until? The first rule that holds: attract (no
-- purchase), reactivate (departed), retain (fewer than 3 purchases, or new), cherish (class A of the cleaned ABC by revenue
-- of the window), grow. revenue is of the window.
CREATE OR REPLACE TEMP MACRO life_stages(since, until) AS TABLE
SELECT
    party.customer_id,
    party.code,
    party.name,
    CASE
        WHEN beat.customer_id IS NULL THEN 'attract'
        WHEN beat.departed THEN 'reactivate'
        WHEN beat.occasions < 3 OR beat.is_new THEN 'retain'
        WHEN abc.class = 'A' THEN 'cherish'
        ELSE 'grow'
    END AS stage,
    coalesce(beat.occasions, 0) AS occasions,
    beat.last_purchase_on,
    beat.recency_days,
    coalesce(abc.revenue, 0) AS revenue,
    abc.class,
    party.is_outside
FROM known_parties(until) AS party
LEFT JOIN rhythm(until) AS beat ON beat.customer_id = party.customer_id
LEFT JOIN abc_customers(since, until, 'revenue', true, 0.8, 0.95) AS abc ON abc.customer_id = party.customer_id;
