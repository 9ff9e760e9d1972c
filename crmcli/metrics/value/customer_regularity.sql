-- How steady is each party's monthly revenue over (since, until]? variation = population deviation ÷ mean, months without
-- purchase are 0; empty without positive revenue. X up to 0.5, Y up to 1, else Z. Rounded, so that
-- a deviation that equals a bound does not fall over it by the last bit of a float.
CREATE OR REPLACE TEMP MACRO customer_regularity(since, until) AS TABLE
WITH span AS (
    SELECT greatest(1, cast(round((until - since) * 12 / 365.0) AS INTEGER)) AS months
),
monthly AS (
    SELECT
        line.customer_id,
        least(line.months_ago, span.months - 1) AS months_ago,
        sum(line.net) AS net,
        cast(sum(line.net) AS DOUBLE) AS revenue
    FROM month_back(since, until) AS line
    CROSS JOIN span
    WHERE line.customer_id IS NOT NULL
    GROUP BY line.customer_id, least(line.months_ago, span.months - 1)
),
moments AS (
    SELECT customer_id, sum(net) AS net, sum(revenue) AS total, sum(revenue * revenue) AS squares
    FROM monthly
    GROUP BY customer_id
),
variations AS (
    SELECT
        moments.customer_id,
        CASE
            WHEN net > 0 THEN round(sqrt(greatest(0, span.months * squares / nullif(total * total, 0) - 1)), 9)
        END AS variation
    FROM moments
    CROSS JOIN span
)
SELECT
    customer_id,
    variation,
    CASE WHEN variation <= 0.5 THEN 'X' WHEN variation <= 1 THEN 'Y' WHEN variation IS NOT NULL THEN 'Z' END AS xyz
FROM variations;
