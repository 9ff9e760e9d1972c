-- How recently, how often and for how much has each customer bought, scored 1 (worst) to 5? Competition rank from the worst,
-- ties share the lowest rank, score = 1 + floor(5 · (rank − 1) / customers): equal values get equal scores.
-- Days and numbers of occasions are few: they are ranked once each, not once a customer.
-- monetary_rank orders like monetary at half the price of a wide decimal.
CREATE OR REPLACE TEMP MACRO rfm(as_of) AS TABLE
WITH customers AS (
    SELECT * FROM customer_sales(as_of)
),
base AS (
    SELECT count(*) AS customers FROM customers
),
days AS (
    SELECT last_purchase_on, sum(count(*)) OVER (ORDER BY last_purchase_on) - count(*) AS worse
    FROM customers
    GROUP BY last_purchase_on
),
frequencies AS (
    SELECT occasions, sum(count(*)) OVER (ORDER BY occasions) - count(*) AS worse
    FROM customers
    GROUP BY occasions
),
ranks AS (
    SELECT
        customer.*,
        days.worse AS worse_recency,
        frequencies.worse AS worse_frequency,
        rank() OVER (ORDER BY customer.revenue) AS monetary_rank
    FROM customers AS customer
    INNER JOIN days ON days.last_purchase_on = customer.last_purchase_on
    INNER JOIN frequencies ON frequencies.occasions = customer.occasions
),
scores AS (
    SELECT
        ranks.*,
        cast(1 + 5 * worse_recency // nullif(customers, 0) AS INTEGER) AS r,
        cast(1 + 5 * worse_frequency // nullif(customers, 0) AS INTEGER) AS f,
        cast(1 + 5 * (monetary_rank - 1) // nullif(customers, 0) AS INTEGER) AS m
    FROM ranks
    CROSS JOIN base
)
SELECT
    score.customer_id,
    score.last_purchase_on,
    as_of - score.last_purchase_on AS recency_days,
    score.occasions AS frequency,
    score.revenue AS monetary,
    score.r,
    score.f,
    score.m,
    score.monetary_rank,
    cast(score.r * 100 + score.f * 10 + score.m AS VARCHAR) AS rfm,
    grid."group"
FROM scores AS score
INNER JOIN rfm_groups() AS grid ON grid.r = score.r AND grid.fm = (score.f + score.m + 1) // 2;
