-- Is every line's net its amount, where it has one?
SELECT 'order ' || o.order_no || ', net ' || l.net AS what
FROM order_lines AS l
JOIN orders AS o ON o.id = l.order_id
WHERE l.amount IS NOT NULL AND l.net <> l.amount
