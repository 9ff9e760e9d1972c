-- How does the last year compare with the year before?
SELECT
    customer_id,
    label AS growth,
    CASE WHEN revenue_before > 0 THEN cast((revenue - revenue_before) / revenue_before AS DOUBLE) END AS change
FROM customer_growth(cast($as_of AS DATE) - 365, cast($as_of AS DATE))
WHERE customer_id IS NOT NULL
