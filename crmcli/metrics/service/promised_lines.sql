-- Which order lines were promised for a day of (since, until], and when did they arrive? Where no delivery is ever dated by until, the
-- shipment stands in; an order called delivered or completed without a date counts neither way and is left out.
CREATE OR REPLACE TEMP MACRO promised_lines(since, until) AS TABLE
WITH dated AS (
    SELECT
        count(*) FILTER (WHERE delivered_on <= until) > 0 AS deliveries,
        count(*) FILTER (WHERE shipped_on <= until) > 0 AS shipments
    FROM orders
    WHERE ordered_on <= until
),
promised AS (
    SELECT
        sale.customer_id,
        sale.promised_on,
        CASE WHEN dated.deliveries THEN sale.delivered_on ELSE sale.shipped_on END AS arrived_on,
        sale.status IN ('delivered', 'completed') AS is_arrived
    FROM orders AS sale
    CROSS JOIN dated
    INNER JOIN order_lines AS line ON line.order_id = sale.id
    WHERE
        (dated.deliveries OR dated.shipments)
        AND sale.status NOT IN ('draft', 'cancelled')
        AND sale.ordered_on <= until
        AND sale.promised_on > since
        AND sale.promised_on <= until
        AND line.qty > 0
)
SELECT customer_id, promised_on, arrived_on, coalesce(arrived_on <= promised_on, false) AS in_time
FROM promised
WHERE arrived_on IS NOT NULL OR NOT is_arrived;
