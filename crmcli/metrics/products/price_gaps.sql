-- How much more did each customer pay in the last 365 days than the cheapest competitor asks for the same goods? gap is a
-- share of the competitor's price, weighted by what was bought.
CREATE OR REPLACE TEMP MACRO price_gaps(as_of) AS TABLE
SELECT
    line.customer_id,
    cast(sum(line.net) / nullif(sum(line.qty * floor_price.price), 0) - 1 AS DOUBLE) AS gap
FROM order_lines AS line
INNER JOIN competitor_floor(as_of) AS floor_price ON floor_price.product_id = line.product_id
WHERE
    line.counted
    AND line.customer_id IS NOT NULL
    AND line.ordered_on > as_of - 365
    AND line.ordered_on <= as_of
    AND line.qty > 0
    AND line.net > 0
GROUP BY line.customer_id;
