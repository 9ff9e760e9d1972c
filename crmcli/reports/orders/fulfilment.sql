-- Are orders delivered in full and by the promised day, and what is late?
-- :lines
SELECT
    fulfilled.*,
    date_trunc('month', fulfilled.promised_on) AS promised_month,
    CASE WHEN fulfilled.arrived_on IS NULL AND fulfilled.promised_on < $as_of
        THEN cast(fulfilled.net * (fulfilled.qty - least(fulfilled.arrived_qty, fulfilled.qty)) / nullif(fulfilled.qty, 0) AS DECIMAL(38, 4))
        ELSE 0
    END AS open_late_net
FROM fulfilled_lines($since, $as_of) AS fulfilled;
-- :month
WITH keyed AS (
    SELECT cast(fulfilment_lines.promised_month AS DATE) AS month, fulfilment_lines.*
    FROM fulfilment_lines
),
due AS (
    SELECT
        month,
        order_id,
        bool_and(in_time) AS is_in_full,
        max(goes) > 1 OR bool_or(shipped_qty > 0 AND shipped_qty < qty) AS is_partial,
        bool_or(arrived_on IS NULL AND promised_on < $as_of) AS is_open_late
    FROM keyed
    GROUP BY month, order_id
),
orders_due AS (
    SELECT
        month,
        count(*) AS orders,
        count(*) FILTER (WHERE is_in_full) AS in_full,
        count(*) FILTER (WHERE is_partial) AS partial_orders,
        count(*) FILTER (WHERE is_open_late) AS open_late_orders
    FROM due
    GROUP BY month
),
lines_due AS (
    SELECT
        month,
        count(*) AS lines,
        count(*) FILTER (WHERE in_time) AS lines_in_time,
        cast(quantile_cont(days_late, 0.5) AS DOUBLE) AS late_days_median,
        cast(quantile_cont(days_late, 0.9) AS DOUBLE) AS late_days_p90,
        sum(open_late_net) AS open_late_net
    FROM keyed
    GROUP BY month
)
SELECT
    lines_due.month,
    orders_due.orders,
    orders_due.in_full,
    round(orders_due.in_full / cast(nullif(orders_due.orders, 0) AS DOUBLE), 12) AS in_full_share,
    lines_due.lines,
    lines_due.lines_in_time,
    round(lines_due.lines_in_time / cast(nullif(lines_due.lines, 0) AS DOUBLE), 12) AS on_time_share,
    lines_due.late_days_median,
    lines_due.late_days_p90,
    orders_due.partial_orders,
    orders_due.open_late_orders,
    cast(lines_due.open_late_net AS DECIMAL(38, 4)) AS open_late_net
FROM lines_due
INNER JOIN orders_due ON orders_due.month IS NOT DISTINCT FROM lines_due.month
ORDER BY lines_due.month;
-- :product
WITH keyed AS (
    SELECT product.sku, coalesce(product.name, '') AS name, product.category, fulfilment_lines.*
    FROM fulfilment_lines
    LEFT JOIN products AS product ON product.id = fulfilment_lines.product_id
),
due AS (
    SELECT
        sku,
        name,
        category,
        order_id,
        bool_and(in_time) AS is_in_full,
        max(goes) > 1 OR bool_or(shipped_qty > 0 AND shipped_qty < qty) AS is_partial,
        bool_or(arrived_on IS NULL AND promised_on < $as_of) AS is_open_late
    FROM keyed
    GROUP BY sku, name, category, order_id
),
orders_due AS (
    SELECT
        sku,
        name,
        category,
        count(*) AS orders,
        count(*) FILTER (WHERE is_in_full) AS in_full,
        count(*) FILTER (WHERE is_partial) AS partial_orders,
        count(*) FILTER (WHERE is_open_late) AS open_late_orders
    FROM due
    GROUP BY sku, name, category
),
lines_due AS (
    SELECT
        sku,
        name,
        category,
        count(*) AS lines,
        count(*) FILTER (WHERE in_time) AS lines_in_time,
        cast(quantile_cont(days_late, 0.5) AS DOUBLE) AS late_days_median,
        cast(quantile_cont(days_late, 0.9) AS DOUBLE) AS late_days_p90,
        sum(open_late_net) AS open_late_net
    FROM keyed
    GROUP BY sku, name, category
)
SELECT
    lines_due.sku AS product,
    lines_due.name,
    lines_due.category,
    orders_due.orders,
    orders_due.in_full,
    round(orders_due.in_full / cast(nullif(orders_due.orders, 0) AS DOUBLE), 12) AS in_full_share,
    lines_due.lines,
    lines_due.lines_in_time,
    round(lines_due.lines_in_time / cast(nullif(lines_due.lines, 0) AS DOUBLE), 12) AS on_time_share,
    lines_due.late_days_median,
    lines_due.late_days_p90,
    orders_due.partial_orders,
    orders_due.open_late_orders,
    cast(lines_due.open_late_net AS DECIMAL(38, 4)) AS open_late_net
FROM lines_due
INNER JOIN orders_due ON orders_due.sku IS NOT DISTINCT FROM lines_due.sku AND orders_due.name IS NOT DISTINCT FROM lines_due.name AND orders_due.category IS NOT DISTINCT FROM lines_due.category
ORDER BY lines_due.open_late_net DESC, lines_due.lines - lines_due.lines_in_time DESC, lines_due.sku;
-- :carrier
WITH keyed AS (
    SELECT fulfilment_lines.carrier AS carrier_name, fulfilment_lines.*
    FROM fulfilment_lines
),
due AS (
    SELECT
        carrier_name,
        order_id,
        bool_and(in_time) AS is_in_full,
        max(goes) > 1 OR bool_or(shipped_qty > 0 AND shipped_qty < qty) AS is_partial,
        bool_or(arrived_on IS NULL AND promised_on < $as_of) AS is_open_late
    FROM keyed
    GROUP BY carrier_name, order_id
),
orders_due AS (
    SELECT
        carrier_name,
        count(*) AS orders,
        count(*) FILTER (WHERE is_in_full) AS in_full,
        count(*) FILTER (WHERE is_partial) AS partial_orders,
        count(*) FILTER (WHERE is_open_late) AS open_late_orders
    FROM due
    GROUP BY carrier_name
),
lines_due AS (
    SELECT
        carrier_name,
        count(*) AS lines,
        count(*) FILTER (WHERE in_time) AS lines_in_time,
        cast(quantile_cont(days_late, 0.5) AS DOUBLE) AS late_days_median,
        cast(quantile_cont(days_late, 0.9) AS DOUBLE) AS late_days_p90,
        sum(open_late_net) AS open_late_net
    FROM keyed
    GROUP BY carrier_name
)
SELECT
    lines_due.carrier_name AS carrier,
    orders_due.orders,
    orders_due.in_full,
    round(orders_due.in_full / cast(nullif(orders_due.orders, 0) AS DOUBLE), 12) AS in_full_share,
    lines_due.lines,
    lines_due.lines_in_time,
    round(lines_due.lines_in_time / cast(nullif(lines_due.lines, 0) AS DOUBLE), 12) AS on_time_share,
    lines_due.late_days_median,
    lines_due.late_days_p90,
    orders_due.partial_orders,
    orders_due.open_late_orders,
    cast(lines_due.open_late_net AS DECIMAL(38, 4)) AS open_late_net
FROM lines_due
INNER JOIN orders_due ON orders_due.carrier_name IS NOT DISTINCT FROM lines_due.carrier_name
ORDER BY orders_due.orders DESC, lines_due.carrier_name;
-- :customer
WITH keyed AS (
    SELECT contact.code, contact.name, fulfilment_lines.*
    FROM fulfilment_lines
    LEFT JOIN contacts AS contact ON contact.id = fulfilment_lines.customer_id
),
due AS (
    SELECT
        code,
        name,
        order_id,
        bool_and(in_time) AS is_in_full,
        max(goes) > 1 OR bool_or(shipped_qty > 0 AND shipped_qty < qty) AS is_partial,
        bool_or(arrived_on IS NULL AND promised_on < $as_of) AS is_open_late
    FROM keyed
    GROUP BY code, name, order_id
),
orders_due AS (
    SELECT
        code,
        name,
        count(*) AS orders,
        count(*) FILTER (WHERE is_in_full) AS in_full,
        count(*) FILTER (WHERE is_partial) AS partial_orders,
        count(*) FILTER (WHERE is_open_late) AS open_late_orders
    FROM due
    GROUP BY code, name
),
lines_due AS (
    SELECT
        code,
        name,
        count(*) AS lines,
        count(*) FILTER (WHERE in_time) AS lines_in_time,
        cast(quantile_cont(days_late, 0.5) AS DOUBLE) AS late_days_median,
        cast(quantile_cont(days_late, 0.9) AS DOUBLE) AS late_days_p90,
        sum(open_late_net) AS open_late_net
    FROM keyed
    GROUP BY code, name
)
SELECT
    lines_due.code AS customer,
    lines_due.name,
    orders_due.orders,
    orders_due.in_full,
    round(orders_due.in_full / cast(nullif(orders_due.orders, 0) AS DOUBLE), 12) AS in_full_share,
    lines_due.lines,
    lines_due.lines_in_time,
    round(lines_due.lines_in_time / cast(nullif(lines_due.lines, 0) AS DOUBLE), 12) AS on_time_share,
    lines_due.late_days_median,
    lines_due.late_days_p90,
    orders_due.partial_orders,
    orders_due.open_late_orders,
    cast(lines_due.open_late_net AS DECIMAL(38, 4)) AS open_late_net
FROM lines_due
INNER JOIN orders_due ON orders_due.code IS NOT DISTINCT FROM lines_due.code AND orders_due.name IS NOT DISTINCT FROM lines_due.name
ORDER BY lines_due.open_late_net DESC, lines_due.lines - lines_due.lines_in_time DESC, lines_due.code;
-- :figures
WITH due AS (
    SELECT
        order_id,
        bool_and(in_time) AS is_in_full,
        max(goes) > 1 OR bool_or(shipped_qty > 0 AND shipped_qty < qty) AS is_partial,
        bool_or(arrived_on IS NULL AND promised_on < $as_of) AS is_open_late,
        max(goes) > 0 AS is_shipped_here
    FROM fulfilment_lines
    GROUP BY order_id
),
orders_due AS (
    SELECT
        count(*) AS orders,
        count(*) FILTER (WHERE is_in_full) AS in_full,
        count(*) FILTER (WHERE is_partial) AS partial_orders,
        count(*) FILTER (WHERE is_open_late) AS open_late_orders,
        count(*) FILTER (WHERE is_shipped_here) AS shipped_here,
        cast(count(*) FILTER (WHERE is_in_full) / nullif(count(*), 0) AS DOUBLE) AS in_full_share
    FROM due
),
lines_due AS (
    SELECT
        count(*) AS lines,
        count(*) FILTER (WHERE in_time) AS lines_in_time,
        cast(count(*) FILTER (WHERE in_time) / nullif(count(*), 0) AS DOUBLE) AS on_time_share,
        cast(quantile_cont(days_late, 0.5) AS DOUBLE) AS late_days_median,
        cast(quantile_cont(days_late, 0.9) AS DOUBLE) AS late_days_p90,
        cast(coalesce(sum(open_late_net), 0) AS DECIMAL(38, 4)) AS open_late_net
    FROM fulfilment_lines
),
undated AS (
    SELECT
        count(*) FILTER (WHERE id NOT IN (SELECT order_id FROM fulfilment_lines)) AS undated_orders,
        coalesce(bool_or(delivered_on <= $as_of), false) AS has_deliveries
    FROM orders
    WHERE
        status NOT IN ('draft', 'cancelled')
        AND returns IS NULL
        AND ordered_on <= $as_of
        AND promised_on > $since
        AND promised_on <= $as_of
)
SELECT orders_due.*, lines_due.*, undated.*
FROM orders_due
CROSS JOIN lines_due
CROSS JOIN undated;
