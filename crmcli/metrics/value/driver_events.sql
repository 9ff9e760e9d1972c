-- What happened by as_of that costs effort? One row an event: driver, whose it was (empty for an anonymous sale), how much of it.
-- An interaction counts as "interaction" and as "interaction:CHANNEL". Quotes, ticket minutes and credit are not recorded yet.
CREATE OR REPLACE TEMP MACRO driver_events(as_of) AS TABLE
SELECT
    customer_id,
    ordered_on AS happened_on,
    CASE WHEN net < 0 THEN 'return' ELSE 'order' END AS driver,
    cast(1 AS DECIMAL(18, 4)) AS quantity
FROM order_totals(as_of)
UNION ALL
SELECT customer_id, ordered_on, 'order_line', 1
FROM order_lines
WHERE counted AND ordered_on <= as_of
UNION ALL
SELECT customer_id, shipped_on, 'shipment', 1
FROM orders
WHERE status NOT IN ('draft', 'cancelled') AND ordered_on <= as_of AND shipped_on <= as_of
UNION ALL
SELECT customer_id, issued_on, 'invoice', 1
FROM invoices
WHERE issued_on <= as_of AND coalesce(lower(status), '') NOT IN ('draft', 'cancelled')
UNION ALL
SELECT customer_id, cast(opened_at AS DATE), 'ticket', 1
FROM tickets
WHERE opened_at < as_of + 1
UNION ALL
SELECT customer_id, cast("at" AS DATE), 'interaction', 1
FROM interactions
WHERE "at" < as_of + 1
UNION ALL
SELECT customer_id, cast("at" AS DATE), concat('interaction:', lower(channel)), 1
FROM interactions
WHERE "at" < as_of + 1 AND channel IS NOT NULL
UNION ALL
SELECT customer_id, cast("at" AS DATE), 'interaction_minute', minutes
FROM interactions
WHERE "at" < as_of + 1 AND minutes IS NOT NULL;
