-- Of the customers who first bought in a month, how many bought k months later? One row a cohort and k with any activity;
-- k = 0 is the whole cohort.
CREATE OR REPLACE TEMP MACRO cohort_activity(as_of) AS TABLE
WITH months AS (
    SELECT customer_id, year(bought_on) * 12 + month(bought_on) - 1 AS month_no
    FROM purchase_days(as_of)
    WHERE is_occasion
    GROUP BY customer_id, year(bought_on) * 12 + month(bought_on) - 1
),
joined AS (
    SELECT month_no, min(month_no) OVER (PARTITION BY customer_id) AS cohort_no FROM months
)
SELECT cohort_no, month_no - cohort_no AS k, count(*) AS customers
FROM joined
GROUP BY cohort_no, month_no - cohort_no;
