-- What has each party been worth so far? realised = margin − cost to serve; while there are no cost activities it is the
-- margin alone and cost_to_serve is empty; where no cost of goods is known, margin and realised are empty.
CREATE OR REPLACE TEMP MACRO customer_value(as_of) AS TABLE
WITH served AS (
    SELECT customer_id, sum(cost) AS cost
    FROM activity_costs(as_of)
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id
),
activities AS (
    SELECT count(*) AS known FROM cost_activities
)
SELECT
    sold.customer_id,
    sold.lines,
    sold.revenue,
    sold.margin,
    CASE WHEN activities.known > 0 THEN cast(coalesce(served.cost, 0) AS DECIMAL(38, 4)) END AS cost_to_serve,
    cast(sold.margin - coalesce(served.cost, 0) AS DECIMAL(38, 4)) AS realised
FROM customer_margins(DATE '0001-01-01', as_of) AS sold
CROSS JOIN activities
LEFT JOIN served ON served.customer_id = sold.customer_id;
