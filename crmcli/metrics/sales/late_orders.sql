-- Which orders are late on as_of: promised for a day before, and not all of it arrived? open_net: what of the goods has not. An
-- order from elsewhere without a date of delivery counts by its status, and by its shipment where the store knows no delivery.
CREATE OR REPLACE TEMP MACRO late_orders(as_of) AS TABLE
WITH deliveries AS (
    SELECT
        EXISTS (SELECT 1 FROM orders WHERE delivered_on <= as_of)
        OR EXISTS (SELECT 1 FROM shipments WHERE delivered_on <= as_of) AS dated
),
parcels AS (
    SELECT DISTINCT order_id FROM shipments
),
arrived AS (
    SELECT
        part.order_line_id,
        sum(part.qty) FILTER (WHERE CASE WHEN deliveries.dated THEN sent.delivered_on ELSE sent.shipped_on END <= as_of) AS qty
    FROM shipments AS sent
    CROSS JOIN deliveries
    INNER JOIN shipment_lines AS part ON part.shipment_id = sent.id
    GROUP BY part.order_line_id
)
SELECT
    placed.id AS order_id,
    placed.order_no,
    placed.customer_id,
    placed.manager_id,
    placed.promised_on,
    placed.status,
    cast(
        sum(
            CASE
                WHEN parcels.order_id IS NULL THEN line.net
                ELSE cast(line.net * greatest(line.qty - coalesce(arrived.qty, 0), 0) / nullif(line.qty, 0) AS DECIMAL(38, 4))
            END
        ) AS DECIMAL(38, 4)
    ) AS open_net
FROM orders AS placed
CROSS JOIN deliveries
INNER JOIN order_lines AS line ON line.order_id = placed.id AND line.qty > 0
LEFT JOIN parcels ON parcels.order_id = placed.id
LEFT JOIN arrived ON arrived.order_line_id = line.id
WHERE
    placed.status NOT IN ('draft', 'cancelled')
    AND placed.returns IS NULL
    AND placed.ordered_on <= as_of
    AND placed.promised_on < as_of
    AND CASE
        WHEN parcels.order_id IS NOT NULL THEN coalesce(arrived.qty, 0) < line.qty
        WHEN placed.delivered_on IS NOT NULL THEN placed.delivered_on > as_of
        WHEN placed.status IN ('delivered', 'completed') THEN false
        WHEN deliveries.dated THEN true
        ELSE NOT coalesce(placed.shipped_on <= as_of, placed.status = 'shipped')
    END
GROUP BY placed.id, placed.order_no, placed.customer_id, placed.manager_id, placed.promised_on, placed.status;
