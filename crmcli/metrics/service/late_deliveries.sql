-- How many of the orders promised to each customer in the last 180 days came late or not at all? An order called delivered
-- or completed without a date of delivery is in nobody's favour and counts neither way. Where no delivery is ever dated by
-- as_of, but shipments are, the shipment stands in.
CREATE OR REPLACE TEMP MACRO late_deliveries(as_of) AS TABLE
WITH dated AS (
    SELECT count(*) FILTER (WHERE delivered_on <= as_of) = 0 AND count(*) FILTER (WHERE shipped_on <= as_of) > 0 AS by_shipment
    FROM orders
    WHERE ordered_on <= as_of
),
moved AS (
    SELECT sale.*, CASE WHEN dated.by_shipment THEN sale.shipped_on ELSE sale.delivered_on END AS arrived_on
    FROM orders AS sale
    CROSS JOIN dated
),
promised AS (
    SELECT
        customer_id,
        promised_on,
        CASE WHEN arrived_on <= as_of THEN arrived_on END AS arrived_on,
        arrived_on IS NULL AND status IN ('delivered', 'completed') AS is_undated
    FROM moved
    WHERE
        customer_id IS NOT NULL
        AND status NOT IN ('draft', 'cancelled')
        AND ordered_on <= as_of
        AND promised_on > as_of - 180
        AND promised_on < as_of
)
SELECT
    customer_id,
    count(*) AS promised,
    count(*) FILTER (WHERE coalesce(arrived_on, as_of) > promised_on) AS late
FROM promised
WHERE NOT is_undated
GROUP BY customer_id;
