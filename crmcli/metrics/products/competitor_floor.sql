-- What is the cheapest price any competitor currently asks for a product? Each competitor's latest price of the last 365 days.
CREATE OR REPLACE TEMP MACRO competitor_floor(as_of) AS TABLE
WITH dated AS (
    SELECT
        product_id,
        price,
        row_number() OVER (PARTITION BY product_id, competitor ORDER BY seen_on DESC, price) AS recency
    FROM competitor_prices
    WHERE seen_on > as_of - 365 AND seen_on <= as_of
)
SELECT product_id, min(price) AS price
FROM dated
WHERE recency = 1 AND price > 0
GROUP BY product_id;
