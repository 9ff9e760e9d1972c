-- What has each customer been worth so far? realised = margin − cost to serve; while there are no cost activities it is
-- the margin alone and cost_to_serve is empty; where no cost of goods is known, margin and realised are empty.
CREATE OR REPLACE TEMP MACRO customer_value(as_of) AS TABLE
SELECT
    customer_id,
    lines,
    revenue,
    margin,
    cast(NULL AS DECIMAL(38, 4)) AS cost_to_serve,
    margin AS realised
FROM customer_margins(DATE '0001-01-01', as_of);
