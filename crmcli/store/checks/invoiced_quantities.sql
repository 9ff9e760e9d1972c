-- Is nothing invoiced beyond what was ordered, or shipped where that is more?
WITH billed AS (
    SELECT order_line_id, sum(qty) AS qty FROM invoice_lines WHERE order_line_id IS NOT NULL GROUP BY order_line_id
),
sent AS (
    SELECT order_line_id, sum(qty) AS qty FROM shipment_lines GROUP BY order_line_id
)
SELECT 'order ' || o.order_no || ', line ' || coalesce(l.line_no::VARCHAR, '?') || ': invoiced ' || billed.qty || ' of ' || l.qty AS what
FROM billed
JOIN order_lines AS l ON l.id = billed.order_line_id
JOIN orders AS o ON o.id = l.order_id
LEFT JOIN sent ON sent.order_line_id = l.id
WHERE l.qty >= 0 AND billed.qty > greatest(l.qty, coalesce(sent.qty, 0)) OR l.qty < 0 AND billed.qty < l.qty
