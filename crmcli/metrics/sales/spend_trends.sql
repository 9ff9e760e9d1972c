-- How do each customer's last 180 days compare with the 180 before: revenue, and distinct categories bought? One row a party
-- with counted lines in those 360 days; a category counts where a line of it came to more than nothing.
CREATE OR REPLACE TEMP MACRO spend_trends(as_of) AS TABLE
WITH spend AS (
    SELECT
        line.customer_id,
        coalesce(line.category, product.category) AS category,
        sum(CASE WHEN line.ordered_on > as_of - 180 THEN line.net END) AS spend_now,
        sum(CASE WHEN line.ordered_on <= as_of - 180 THEN line.net END) AS spend_before,
        max(CASE WHEN line.net > 0 AND line.ordered_on > as_of - 180 THEN 1 ELSE 0 END) AS bought_now,
        max(CASE WHEN line.net > 0 AND line.ordered_on <= as_of - 180 THEN 1 ELSE 0 END) AS bought_before
    FROM order_lines AS line
    LEFT JOIN products AS product ON product.id = line.product_id
    WHERE line.counted AND line.customer_id IS NOT NULL AND line.ordered_on > as_of - 360 AND line.ordered_on <= as_of
    GROUP BY line.customer_id, coalesce(line.category, product.category)
)
SELECT
    customer_id,
    coalesce(sum(spend_now), 0) AS spend_now,
    coalesce(sum(spend_before), 0) AS spend_before,
    cast(coalesce(sum(bought_now) FILTER (WHERE category IS NOT NULL), 0) AS BIGINT) AS categories_now,
    cast(coalesce(sum(bought_before) FILTER (WHERE category IS NOT NULL), 0) AS BIGINT) AS categories_before
FROM spend
GROUP BY customer_id;
