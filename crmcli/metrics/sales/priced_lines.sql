-- What did each counted line of (since, until] bring, cost and forgo? cost: as costed_lines has it. discount: list − net, where
-- list is quantity × unit price, else what the line's own discount says; else unknown.
CREATE OR REPLACE TEMP MACRO priced_lines(since, until) AS TABLE
SELECT
    line.order_id,
    line.customer_id,
    line.ordered_on,
    line.product_id,
    line.net,
    line.cost,
    CASE
        WHEN line.unit_price IS NOT NULL THEN line.qty * line.unit_price - line.net
        WHEN line.discount_amount IS NOT NULL THEN line.discount_amount
        WHEN line.discount_pct < 100
            THEN cast(line.net * line.discount_pct / nullif(100 - line.discount_pct, 0) AS DECIMAL(36, 8))
    END AS discount
FROM costed_lines(since, until) AS line;
