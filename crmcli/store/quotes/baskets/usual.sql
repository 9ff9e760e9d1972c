-- What does a customer buy on at least a third of his last occasions, and how much of it then?
WITH occasions AS (
    SELECT DISTINCT ordered_on
    FROM (
        SELECT ordered_on
        FROM order_lines
        WHERE customer_id = $customer AND counted AND ordered_on <= $on
        GROUP BY order_id, ordered_on
        HAVING sum(net) > 0
    )
    ORDER BY ordered_on DESC
    LIMIT $occasions
),

bought AS (
    SELECT line.product_id, line.ordered_on, sum(line.qty) AS qty
    FROM order_lines AS line
    INNER JOIN occasions AS occasion ON occasion.ordered_on = line.ordered_on
    WHERE line.customer_id = $customer AND line.counted AND line.qty > 0 AND line.net > 0
    GROUP BY line.product_id, line.ordered_on
)

SELECT
    product.sku,
    CAST(quantile_cont(bought.qty, 0.5) AS DECIMAL(18, 4)) AS qty,
    bool_and(bought.qty = trunc(bought.qty)) AS is_whole,
    count(*) AS bought_on,
    (SELECT count(*) FROM occasions) AS occasions
FROM bought
INNER JOIN products AS product ON product.id = bought.product_id
GROUP BY product.sku
HAVING count(*) * 3 >= (SELECT count(*) FROM occasions)
ORDER BY bought_on DESC, product.sku;
