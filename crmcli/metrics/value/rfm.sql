-- How recently, how often and for how much has each customer bought, scored 1 (worst) to 5? Competition rank from the worst,
-- ties share the lowest rank, score = 1 + floor(5 · (rank − 1) / customers): equal values get equal scores.
-- monetary_rank orders like monetary at half the price of a wide decimal.
CREATE OR REPLACE TEMP MACRO rfm(as_of) AS TABLE
WITH ranks AS (
    SELECT
        customer_id,
        last_purchase_on,
        as_of - last_purchase_on AS recency_days,
        occasions AS frequency,
        revenue AS monetary,
        rank() OVER (ORDER BY last_purchase_on) AS recency_rank,
        rank() OVER (ORDER BY occasions) AS frequency_rank,
        rank() OVER (ORDER BY revenue) AS monetary_rank,
        count(*) OVER () AS customers
    FROM customer_sales(as_of)
),
scores AS (
    SELECT
        *,
        cast(1 + 5 * (recency_rank - 1) // nullif(customers, 0) AS INTEGER) AS r,
        cast(1 + 5 * (frequency_rank - 1) // nullif(customers, 0) AS INTEGER) AS f,
        cast(1 + 5 * (monetary_rank - 1) // nullif(customers, 0) AS INTEGER) AS m
    FROM ranks
)
SELECT
    score.customer_id,
    score.last_purchase_on,
    score.recency_days,
    score.frequency,
    score.monetary,
    score.r,
    score.f,
    score.m,
    score.monetary_rank,
    cast(score.r * 100 + score.f * 10 + score.m AS VARCHAR) AS rfm,
    grid."group"
FROM scores AS score
INNER JOIN rfm_groups() AS grid ON grid.r = score.r AND grid.fm = (score.f + score.m + 1) // 2;
