-- How many of the orders promised to each customer in the last 180 days came late or not at all? An order called delivered
-- or completed without a date of delivery is in nobody's favour and counts neither way.
CREATE OR REPLACE TEMP MACRO late_deliveries(as_of) AS TABLE
WITH promised AS (
    SELECT
        customer_id,
        promised_on,
        status,
        CASE WHEN delivered_on <= as_of THEN delivered_on END AS delivered_on,
        delivered_on IS NULL AND status IN ('delivered', 'completed') AS is_undated
    FROM orders
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
    count(*) FILTER (WHERE coalesce(delivered_on, as_of) > promised_on) AS late
FROM promised
WHERE NOT is_undated
GROUP BY customer_id;
