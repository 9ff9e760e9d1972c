-- Has no more left than was ordered, but where that was meant, and has no more come back than had left?
WITH sent AS (
    SELECT p.order_line_id, sum(p.qty) AS qty, bool_or(s.note IS NOT DISTINCT FROM 'over') AS is_meant
    FROM shipment_lines AS p
    JOIN shipments AS s ON s.id = p.shipment_id
    GROUP BY p.order_line_id
),
returned AS (
    SELECT r.returns, l.line_no, -sum(l.qty) AS qty
    FROM orders AS r
    JOIN order_lines AS l ON l.order_id = r.id
    WHERE r.returns IS NOT NULL AND l.counted
    GROUP BY r.returns, l.line_no
),
back AS (
    SELECT l.id AS order_line_id, o.order_no, l.line_no, returned.qty
    FROM returned
    JOIN orders AS o ON o.order_no = returned.returns AND (o.numbered_here OR EXISTS (FROM shipments AS h WHERE h.order_id = o.id))
    JOIN order_lines AS l ON l.order_id = o.id AND l.line_no = returned.line_no
    WHERE o.fingerprint IS NULL
)
SELECT 'order ' || o.order_no || ', line ' || coalesce(l.line_no::VARCHAR, '?') || ': shipped ' || sent.qty || ' of ' || l.qty AS what
FROM sent
JOIN order_lines AS l ON l.id = sent.order_line_id
JOIN orders AS o ON o.id = l.order_id
WHERE sent.qty > l.qty AND NOT sent.is_meant
UNION ALL
SELECT 'order ' || back.order_no || ', line ' || back.line_no || ': ' || back.qty || ' came back of ' || coalesce(sent.qty, 0)
FROM back
LEFT JOIN sent ON sent.order_line_id = back.order_line_id
WHERE back.qty > coalesce(sent.qty, 0)
