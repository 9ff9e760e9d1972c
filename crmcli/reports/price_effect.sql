-- What was sold to whom in the window, alike lines together? net and cost in base currency; cost unknown where no line has one.
SELECT
    customer.code AS customer,
    product.sku,
    line.qty,
    sum(line.net) AS net,
    sum(line.net) FILTER (WHERE line.cost IS NOT NULL) AS costed_net,
    cast(sum(line.cost) AS DECIMAL(38, 4)) AS cost
FROM costed_lines($since, $until) AS line
INNER JOIN products AS product ON product.id = line.product_id
LEFT JOIN contacts AS customer ON customer.id = line.customer_id
WHERE line.qty > 0 AND line.net > 0
GROUP BY ALL
ORDER BY customer.code NULLS FIRST, product.sku, line.qty
