-- Of the customers who first bought in a month, which share bought again in each month after?
-- :activity
SELECT cohort_no, k, customers
FROM cohort_activity($as_of);
-- :extent
SELECT max(year($as_of) * 12 + month($as_of) - 1 - cohort_no) AS age
FROM cohort_cells;
-- :answer
SELECT
    concat(cast(cohort_no // 12 AS VARCHAR), '-', lpad(cast(cohort_no % 12 + 1 AS VARCHAR), 2, '0')) AS cohort,
    max(customers) FILTER (WHERE k = 0) AS size,
    year($as_of) * 12 + month($as_of) - 1 - cohort_no AS age
FROM cohort_cells
GROUP BY cohort_no
ORDER BY cohort_no;
-- :figures
WITH ages AS (
    SELECT *, year($as_of) * 12 + month($as_of) - 1 - cohort_no AS age
    FROM cohort_cells
)
SELECT
    count(DISTINCT cohort_no) AS cohorts,
    coalesce(cast(sum(customers) FILTER (WHERE k = 0) AS BIGINT), 0) AS customers,
    cast(
        coalesce(sum(customers) FILTER (WHERE k = 1 AND age > 1), 0)
        / nullif(sum(customers) FILTER (WHERE k = 0 AND age > 1), 0) AS DOUBLE
    ) AS month_1,
    cast(
        coalesce(sum(customers) FILTER (WHERE k = 6 AND age > 6), 0)
        / nullif(sum(customers) FILTER (WHERE k = 0 AND age > 6), 0) AS DOUBLE
    ) AS month_6,
    cast(
        coalesce(sum(customers) FILTER (WHERE k = 12 AND age > 12), 0)
        / nullif(sum(customers) FILTER (WHERE k = 0 AND age > 12), 0) AS DOUBLE
    ) AS month_12,
    coalesce(cast(max(age) AS INTEGER), 0) AS oldest
FROM ages;
