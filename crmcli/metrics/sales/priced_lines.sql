-- What did each counted line of (since, until] bring, cost and forgo? cost: quantity × cost on the line, else × the product's, else
-- unknown. discount: list − net, where list is quantity × unit price, else what the line's own discount says; else unknown.
CREATE OR REPLACE TEMP MACRO priced_lines(since, until) AS TABLE
SELECT
    line.order_id,
    line.customer_id,
    line.ordered_on,
    line.product_id,
    line.net,
    line.qty * coalesce(line.unit_cost, product.cost) AS cost,
    CASE
        WHEN line.unit_price IS NOT NULL THEN line.qty * line.unit_price - line.net
        WHEN line.discount_amount IS NOT NULL THEN line.discount_amount
        WHEN line.discount_pct < 100
            THEN cast(line.net * line.discount_pct / nullif(100 - line.discount_pct, 0) AS DECIMAL(36, 8))
    END AS discount
FROM order_lines AS line
LEFT JOIN products AS product ON product.id = line.product_id
WHERE line.counted AND line.ordered_on > since AND line.ordered_on <= until;
