-- What has each customer been worth so far?
-- :answer
WITH sales AS (
    SELECT customer_id, occasions, revenue FROM customer_sales($as_of)
),
total AS (
    SELECT sum(revenue) AS revenue FROM sales
)
SELECT
    contact.code AS customer,
    contact.name,
    sales.occasions,
    value.revenue,
    round(cast(value.revenue AS DOUBLE) / nullif(cast(total.revenue AS DOUBLE), 0), 12) AS share,
    value.margin,
    value.cost_to_serve,
    value.realised
FROM sales
INNER JOIN customer_value($as_of) AS value ON value.customer_id = sales.customer_id
INNER JOIN contacts AS contact ON contact.id = sales.customer_id
CROSS JOIN total
ORDER BY value.realised DESC NULLS LAST, value.revenue DESC, contact.code;
-- :figures
WITH worth AS (
    SELECT
        count(*) AS customers,
        coalesce(sum(realised), 0) AS realised,
        count(realised) AS known,
        count(*) FILTER (WHERE realised < 0) AS costly,
        coalesce(sum(realised) FILTER (WHERE realised < 0), 0) AS costly_total,
        count(cost_to_serve) AS served
    FROM answer
),
best AS (
    -- rows of the answer lie in the order of realised value
    SELECT
        coalesce(sum(answer.realised) FILTER (WHERE answer.rowid < ceil(worth.customers / 5.0)), 0) AS top_realised,
        max(ceil(worth.customers / 5.0)) AS top
    FROM answer
    CROSS JOIN worth
)
SELECT
    worth.*,
    (
        SELECT count(*)
        FROM cost_activities AS activity
        ANTI JOIN activity_costs($as_of) AS charged ON charged.id = activity.id
    ) AS idle_activities,
    cast(best.top AS BIGINT) AS top,
    CASE WHEN worth.realised > 0 THEN cast(best.top_realised / worth.realised AS DOUBLE) END AS top_share,
    sold.lines,
    sold.costed_lines,
    sold.cost_coverage,
    sold.anonymous_lines,
    sold.anonymous_revenue
FROM worth
CROSS JOIN best
CROSS JOIN sales_summary(DATE '0001-01-01', $as_of) AS sold;
