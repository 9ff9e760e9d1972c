-- Do lines repeat the customer, day and standing of their order?
SELECT 'order ' || o.order_no AS what
FROM order_lines AS l
JOIN orders AS o ON o.id = l.order_id
WHERE l.customer_id IS DISTINCT FROM o.customer_id
    OR l.ordered_on <> o.ordered_on
    OR l.counted <> (o.status NOT IN ('draft', 'cancelled'))
