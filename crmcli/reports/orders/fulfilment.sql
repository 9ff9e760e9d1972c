-- Are orders delivered in full and by the promised day, and what is late?
-- :lines
SELECT
    fulfilled.*,
    CASE $by
        WHEN 'month' THEN cast(cast(date_trunc('month', fulfilled.promised_on) AS DATE) AS VARCHAR)
        WHEN 'product' THEN cast(fulfilled.product_id AS VARCHAR)
        WHEN 'customer' THEN cast(fulfilled.customer_id AS VARCHAR)
        ELSE fulfilled.carrier
    END AS side,
    CASE WHEN fulfilled.arrived_on IS NULL AND fulfilled.promised_on < $as_of
        THEN cast(fulfilled.net * (fulfilled.qty - least(fulfilled.arrived_qty, fulfilled.qty)) / nullif(fulfilled.qty, 0) AS DECIMAL(38, 4))
        ELSE 0
    END AS open_late_net
FROM fulfilled_lines($since, $as_of) AS fulfilled;
-- :sums
WITH due AS (
    SELECT
        side,
        order_id,
        grouping(side) = 1 AS is_total,
        bool_and(in_time) AS is_in_full,
        max(goes) > 1 OR bool_or(shipped_qty > 0 AND shipped_qty < qty) AS is_partial,
        bool_or(arrived_on IS NULL AND promised_on < $as_of) AS is_open_late,
        max(goes) > 0 AS is_shipped_here
    FROM fulfilment_lines
    GROUP BY GROUPING SETS ((side, order_id), (order_id))
),
orders_due AS (
    SELECT
        is_total,
        side,
        count(*) AS orders,
        count(*) FILTER (WHERE is_in_full) AS in_full,
        count(*) FILTER (WHERE is_partial) AS partial_orders,
        count(*) FILTER (WHERE is_open_late) AS open_late_orders,
        count(*) FILTER (WHERE is_shipped_here) AS shipped_here
    FROM due
    GROUP BY is_total, side
),
lines_due AS (
    SELECT
        grouping(side) = 1 AS is_total,
        side,
        count(*) AS lines,
        count(*) FILTER (WHERE in_time) AS lines_in_time,
        cast(quantile_cont(days_late, 0.5) AS DOUBLE) AS late_days_median,
        cast(quantile_cont(days_late, 0.9) AS DOUBLE) AS late_days_p90,
        cast(coalesce(sum(open_late_net), 0) AS DECIMAL(38, 4)) AS open_late_net
    FROM fulfilment_lines
    GROUP BY GROUPING SETS ((side), ())
)
SELECT
    lines_due.is_total,
    lines_due.side,
    coalesce(orders_due.orders, 0) AS orders,
    coalesce(orders_due.in_full, 0) AS in_full,
    round(orders_due.in_full / cast(nullif(orders_due.orders, 0) AS DOUBLE), 12) AS in_full_share,
    lines_due.lines,
    lines_due.lines_in_time,
    round(lines_due.lines_in_time / cast(nullif(lines_due.lines, 0) AS DOUBLE), 12) AS on_time_share,
    lines_due.late_days_median,
    lines_due.late_days_p90,
    coalesce(orders_due.partial_orders, 0) AS partial_orders,
    coalesce(orders_due.open_late_orders, 0) AS open_late_orders,
    lines_due.open_late_net,
    coalesce(orders_due.shipped_here, 0) AS shipped_here
FROM lines_due
LEFT JOIN orders_due ON orders_due.is_total = lines_due.is_total AND orders_due.side IS NOT DISTINCT FROM lines_due.side;
-- :month
SELECT cast(side AS DATE) AS month, fulfilment_sums.* EXCLUDE (is_total, side, shipped_here)
FROM fulfilment_sums
WHERE NOT is_total
ORDER BY month;
-- :product
SELECT product.sku AS product, coalesce(product.name, '') AS name, product.category, sums.* EXCLUDE (is_total, side, shipped_here)
FROM fulfilment_sums AS sums
LEFT JOIN products AS product ON product.id = cast(sums.side AS INTEGER)
WHERE NOT sums.is_total
ORDER BY sums.open_late_net DESC, sums.lines - sums.lines_in_time DESC, product.sku;
-- :carrier
SELECT side AS carrier, fulfilment_sums.* EXCLUDE (is_total, side, shipped_here)
FROM fulfilment_sums
WHERE NOT is_total
ORDER BY orders DESC, side;
-- :customer
SELECT contact.code AS customer, contact.name, sums.* EXCLUDE (is_total, side, shipped_here)
FROM fulfilment_sums AS sums
LEFT JOIN contacts AS contact ON contact.id = cast(sums.side AS INTEGER)
WHERE NOT sums.is_total
ORDER BY sums.open_late_net DESC, sums.lines - sums.lines_in_time DESC, contact.code;
-- :figures
WITH undated AS (
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
SELECT fulfilment_sums.* EXCLUDE (is_total, side), undated.*
FROM fulfilment_sums
CROSS JOIN undated
WHERE fulfilment_sums.is_total;
