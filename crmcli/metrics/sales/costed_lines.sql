-- What did each counted line of (since, until] cost us? cost: quantity × cost on the line, else × the product's in force that
-- day, else unknown. The one place that says so: all that asks for a cost of goods reads it here.
CREATE OR REPLACE TEMP MACRO costed_lines(since, until) AS TABLE
SELECT
    line.order_id,
    line.customer_id,
    line.ordered_on,
    line.product_id,
    coalesce(line.category, product.category) AS category,
    line.qty,
    line.unit_price,
    line.discount_pct,
    line.discount_amount,
    line.net,
    line.qty * coalesce(line.unit_cost, dated.cost, product.cost) AS cost
FROM order_lines AS line
LEFT JOIN products AS product ON product.id = line.product_id
LEFT JOIN dated_costs() AS dated
    ON dated.product_id = line.product_id AND dated.from_on <= line.ordered_on AND dated.until_on > line.ordered_on
WHERE line.counted AND line.ordered_on > since AND line.ordered_on <= until;
