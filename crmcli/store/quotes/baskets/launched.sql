-- Which products launched lately belong to categories the customer buys, and were never bought by him?
WITH lines AS (
    SELECT line.product_id, line.net, line.ordered_on, coalesce(product.category, line.category) AS category
    FROM order_lines AS line
    LEFT JOIN products AS product ON product.id = line.product_id
    WHERE line.customer_id = $customer AND line.counted AND line.qty > 0 AND line.net > 0 AND line.ordered_on <= $on
),

categories_bought AS (
    SELECT category, sum(net) AS net
    FROM lines
    WHERE ordered_on > $since AND category IS NOT NULL
    GROUP BY category
)

SELECT product.sku, product.category, product.launched_on
FROM products AS product
INNER JOIN categories_bought AS bought ON bought.category = product.category
WHERE product.launched_on > $launched_after AND product.launched_on <= $on AND coalesce(product.active, true)
    AND NOT list_contains(CAST($skus AS VARCHAR []), product.sku)
    AND product.id NOT IN (SELECT product_id FROM lines WHERE product_id IS NOT NULL)
ORDER BY bought.net DESC, product.launched_on DESC, product.sku
LIMIT $most;
