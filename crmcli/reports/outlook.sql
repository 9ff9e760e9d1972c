-- What the models are fitted on.
-- :occasions
SELECT
    customer_id,
    bought_on - DATE '1970-01-01' AS day,
    cast(revenue AS DOUBLE) AS revenue,
    is_occasion
FROM purchase_days($as_of)
ORDER BY customer_id, bought_on;
-- :repeat_spends
WITH bought AS (
    SELECT
        customer_id,
        cast(revenue AS DOUBLE) AS revenue,
        row_number() OVER (PARTITION BY customer_id ORDER BY bought_on) AS place
    FROM purchase_days($as_of)
    WHERE is_occasion
)
SELECT customer_id, count(*) AS x, avg(revenue) AS mean
FROM bought
WHERE place > 1
GROUP BY customer_id
HAVING avg(revenue) > 0
ORDER BY customer_id;
-- :transactions
WITH ordered AS (
    SELECT
        order_id,
        any_value(customer_id) AS customer_id,
        any_value(ordered_on) AS ordered_on,
        sum(net) AS net,
        min(qty) AS least_qty,
        max(qty) AS most_qty
    FROM order_lines
    WHERE counted AND customer_id IS NOT NULL AND ordered_on <= $as_of
    GROUP BY order_id
)
SELECT customer_id, ordered_on - DATE '1970-01-01' AS day
FROM ordered
WHERE net > 0 OR (net = 0 AND least_qty >= 0 AND most_qty > 0)
GROUP BY customer_id, ordered_on
ORDER BY customer_id, ordered_on;
