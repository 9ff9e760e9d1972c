-- What did each counted line of (since, until] cost us? cost: quantity × cost on the line, else × the product's, else unknown.
CREATE OR REPLACE TEMP MACRO costed_lines(since, until) AS TABLE
SELECT
    line.order_id,
    line.customer_id,
    line.ordered_on,
    line.product_id,
    line.qty,
    line.net,
    line.qty * coalesce(line.unit_cost, product.cost) AS cost
FROM order_lines AS line
LEFT JOIN products AS product ON product.id = line.product_id
WHERE line.counted AND line.ordered_on > since AND line.ordered_on <= until;
