-- What happened by as_of that costs effort? One row an event: driver, whose it was (empty for an anonymous sale), how much of it,
-- and the order, product and manager it belongs to where it has them. An interaction counts as "interaction" and as
-- "interaction:CHANNEL"; a quote is an offer made, an interaction of kind offer. Credit lies in credit_spans.
CREATE OR REPLACE TEMP MACRO driver_events(as_of) AS TABLE
SELECT
    customer_id,
    ordered_on AS happened_on,
    CASE WHEN net < 0 THEN 'return' ELSE 'order' END AS driver,
    cast(1 AS DECIMAL(18, 4)) AS quantity,
    order_id,
    cast(NULL AS INTEGER) AS product_id,
    cast(NULL AS INTEGER) AS manager_id
FROM order_totals(as_of)
UNION ALL
SELECT customer_id, ordered_on, 'order_line', 1, order_id, product_id, NULL
FROM order_lines
WHERE counted AND ordered_on <= as_of
UNION ALL
SELECT customer_id, shipped_on, 'shipment', 1, id, NULL, NULL
FROM orders
WHERE status NOT IN ('draft', 'cancelled') AND ordered_on <= as_of AND shipped_on <= as_of
UNION ALL
SELECT customer_id, issued_on, 'invoice', 1, NULL, NULL, NULL
FROM invoices
WHERE issued_on <= as_of AND coalesce(lower(status), '') NOT IN ('draft', 'cancelled')
UNION ALL
SELECT customer_id, cast(opened_at AS DATE), 'ticket', 1, NULL, NULL, NULL
FROM tickets
WHERE opened_at < as_of + 1
UNION ALL
SELECT customer_id, cast("at" AS DATE), 'interaction', 1, NULL, NULL, manager_id
FROM interactions
WHERE "at" < as_of + 1
UNION ALL
SELECT customer_id, cast("at" AS DATE), concat('interaction:', lower(channel)), 1, NULL, NULL, manager_id
FROM interactions
WHERE "at" < as_of + 1 AND channel IS NOT NULL
UNION ALL
SELECT customer_id, cast("at" AS DATE), 'interaction_minute', minutes, NULL, NULL, manager_id
FROM interactions
WHERE "at" < as_of + 1 AND minutes IS NOT NULL
UNION ALL
SELECT customer_id, cast("at" AS DATE), 'quote', 1, NULL, NULL, manager_id
FROM interactions
WHERE "at" < as_of + 1 AND kind = 'offer';
