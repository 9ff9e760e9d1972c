-- Which order lines were promised for a day of (since, until], how much of each had left and arrived by until, and when had all of
-- it arrived (arrived_on)? By shipments where the order has any, else by the order's own dates. Where no delivery is ever dated by
-- until, the shipment stands in; an order called delivered or completed without a date counts neither way and is left out.
CREATE OR REPLACE TEMP MACRO fulfilled_lines(since, until) AS TABLE
WITH dated AS (
    SELECT bool_or(deliveries) AS deliveries, bool_or(departures) AS departures
    FROM (
        SELECT
            coalesce(bool_or(delivered_on <= until), false) AS deliveries,
            coalesce(bool_or(shipped_on <= until), false) AS departures
        FROM orders
        WHERE ordered_on <= until
        UNION ALL
        SELECT coalesce(bool_or(delivered_on <= until), false), coalesce(bool_or(shipped_on <= until), false) FROM shipments
    )
),
promised AS (
    SELECT id, customer_id, promised_on, shipped_on, delivered_on, status
    FROM orders
    WHERE
        status NOT IN ('draft', 'cancelled')
        AND returns IS NULL
        AND ordered_on <= until
        AND promised_on > since
        AND promised_on <= until
),
sent AS (
    SELECT
        shipment.order_id,
        part.order_line_id,
        shipment.carrier,
        part.qty,
        CASE WHEN shipment.shipped_on <= until THEN part.qty ELSE 0 END AS left_qty,
        CASE
            WHEN dated.deliveries THEN CASE WHEN shipment.delivered_on <= until THEN shipment.delivered_on END
            WHEN shipment.shipped_on <= until THEN shipment.shipped_on
        END AS arrived_on
    FROM shipments AS shipment
    CROSS JOIN dated
    INNER JOIN shipment_lines AS part ON part.shipment_id = shipment.id
),
parcels AS (
    SELECT order_id, count(*) FILTER (WHERE shipped_on <= until) AS goes FROM shipments GROUP BY order_id
),
reached AS (
    SELECT
        order_line_id,
        arrived_on,
        sum(qty) OVER (PARTITION BY order_line_id ORDER BY arrived_on) AS reached
    FROM sent
    WHERE arrived_on IS NOT NULL
),
moved AS (
    SELECT
        order_line_id,
        sum(left_qty) AS shipped_qty,
        coalesce(sum(qty) FILTER (WHERE arrived_on IS NOT NULL), 0) AS arrived_qty,
        arg_max(carrier, coalesce(arrived_on, date '9999-12-31')) AS carrier
    FROM sent
    GROUP BY order_line_id
),
arrivals AS (
    SELECT line.id AS order_line_id, min(reached.arrived_on) AS arrived_on
    FROM reached
    INNER JOIN order_lines AS line ON line.id = reached.order_line_id
    WHERE reached.reached >= line.qty
    GROUP BY line.id
),
judged AS (
    SELECT
        line.id AS line_id,
        promised.id AS order_id,
        promised.customer_id,
        line.product_id,
        moved.carrier,
        promised.promised_on,
        line.qty,
        line.net,
        parcels.goes,
        CASE
            WHEN parcels.order_id IS NOT NULL THEN coalesce(moved.shipped_qty, 0)
            WHEN promised.shipped_on <= until OR promised.delivered_on <= until THEN line.qty
            ELSE 0
        END AS shipped_qty,
        CASE WHEN parcels.order_id IS NOT NULL THEN coalesce(moved.arrived_qty, 0) END AS arrived_qty,
        CASE
            WHEN parcels.order_id IS NOT NULL THEN arrivals.arrived_on
            WHEN dated.deliveries THEN CASE WHEN promised.delivered_on <= until THEN promised.delivered_on END
            WHEN promised.shipped_on <= until THEN promised.shipped_on
        END AS arrived_on,
        parcels.order_id IS NULL
        AND promised.status IN ('delivered', 'completed')
        AND CASE WHEN dated.deliveries THEN promised.delivered_on ELSE promised.shipped_on END IS NULL AS is_undated
    FROM promised
    CROSS JOIN dated
    INNER JOIN order_lines AS line ON line.order_id = promised.id
    LEFT JOIN parcels ON parcels.order_id = promised.id
    LEFT JOIN moved ON moved.order_line_id = line.id
    LEFT JOIN arrivals ON arrivals.order_line_id = line.id
    WHERE line.qty > 0 AND (dated.deliveries OR dated.departures)
)
SELECT
    line_id,
    order_id,
    customer_id,
    product_id,
    carrier,
    promised_on,
    qty,
    net,
    coalesce(goes, 0) AS goes,
    shipped_qty,
    coalesce(arrived_qty, CASE WHEN arrived_on IS NULL THEN 0 ELSE qty END) AS arrived_qty,
    arrived_on,
    coalesce(arrived_on <= promised_on, false) AS in_time,
    CASE WHEN NOT coalesce(arrived_on <= promised_on, false) THEN nullif(coalesce(arrived_on, until) - promised_on, 0) END AS days_late
FROM judged
WHERE NOT is_undated;
