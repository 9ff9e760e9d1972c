-- What is ordered together with the products named more often than by chance?
WITH sales AS (
    SELECT DISTINCT order_id, product_id
    FROM order_lines
    WHERE counted AND qty > 0 AND net > 0 AND product_id IS NOT NULL AND ordered_on > $since AND ordered_on <= $on
),

orders_of AS (SELECT product_id, count(*) AS orders FROM sales GROUP BY product_id),

named AS (SELECT id AS product_id, name FROM products WHERE list_contains(CAST($skus AS VARCHAR []), sku)),

pairs AS (
    SELECT with_named.product_id AS named_id, beside.product_id, count(*) AS orders
    FROM sales AS with_named
    INNER JOIN named ON named.product_id = with_named.product_id
    INNER JOIN sales AS beside ON beside.order_id = with_named.order_id
    WHERE beside.product_id NOT IN (SELECT product_id FROM named)
    GROUP BY with_named.product_id, beside.product_id
    HAVING count(*) >= $least
),

lifted AS (
    SELECT
        pair.product_id,
        named.name AS beside_name,
        pair.orders,
        pair.orders / nullif(base.orders, 0) AS share,
        pair.orders * (SELECT count(DISTINCT order_id) FROM sales)
        / nullif(CAST(base.orders AS DOUBLE) * own.orders, 0) AS lift
    FROM pairs AS pair
    INNER JOIN orders_of AS base ON base.product_id = pair.named_id
    INNER JOIN orders_of AS own ON own.product_id = pair.product_id
    INNER JOIN named ON named.product_id = pair.named_id
),

best AS (
    SELECT *, row_number() OVER (PARTITION BY product_id ORDER BY lift DESC, orders DESC, beside_name) AS place
    FROM lifted
    WHERE lift >= $lift
),

amounts AS (
    SELECT
        product_id,
        CAST(quantile_cont(qty, 0.5) AS DECIMAL(18, 4)) AS qty,
        bool_and(qty = trunc(qty)) AS is_whole
    FROM (
        SELECT product_id, order_id, sum(qty) AS qty
        FROM order_lines
        WHERE counted AND qty > 0 AND net > 0 AND product_id IN (SELECT product_id FROM best)
            AND ordered_on > $since AND ordered_on <= $on
        GROUP BY product_id, order_id
    )
    GROUP BY product_id
)

SELECT product.sku, amount.qty, amount.is_whole, best.beside_name, best.orders, best.share, best.lift
FROM best
INNER JOIN products AS product ON product.id = best.product_id
INNER JOIN amounts AS amount ON amount.product_id = best.product_id
WHERE best.place = 1 AND coalesce(product.active, true)
ORDER BY best.lift DESC, best.orders DESC, product.sku
LIMIT $most;
