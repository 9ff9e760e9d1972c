-- How often does each customer buy, and who is overdue, departed or new? Days; expected_gap is empty when nobody ever
-- bought twice, and then nobody is departed. Own rhythm weighs as many intervals as there are, the base's weighs two.
CREATE OR REPLACE TEMP MACRO rhythm(as_of) AS TABLE
WITH occasion_pairs AS (
    SELECT
        customer_id,
        bought_on,
        bought_on - lag(bought_on) OVER (PARTITION BY customer_id ORDER BY bought_on) AS days
    FROM purchase_days(as_of)
    WHERE is_occasion
),
own AS (
    SELECT
        customer_id,
        count(*) AS occasions,
        count(days) AS intervals,
        min(bought_on) AS first_purchase_on,
        max(bought_on) AS last_purchase_on,
        median(days) AS own_gap
    FROM occasion_pairs
    GROUP BY customer_id
),
base AS (
    SELECT median(days) AS base_gap FROM occasion_pairs
),
expected AS (
    SELECT
        own.*,
        base.base_gap,
        coalesce((own.intervals * own.own_gap + 2 * base.base_gap) / nullif(own.intervals + 2, 0), base.base_gap)
            AS expected_gap,
        as_of - own.last_purchase_on AS recency_days
    FROM own
    CROSS JOIN base
)
SELECT
    *,
    recency_days / nullif(expected_gap, 0) AS overdue_ratio,
    coalesce(recency_days > 3 * expected_gap AND recency_days >= 30, false) AS departed,
    as_of - first_purchase_on <= 90 AS is_new
FROM expected;
