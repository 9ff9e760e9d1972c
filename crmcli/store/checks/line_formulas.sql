-- Is the net of every line without an amount its quantity × price less discounts?
-- full
SELECT 'order ' || o.order_no || ', net ' || l.net AS what
FROM order_lines AS l
JOIN orders AS o ON o.id = l.order_id
WHERE l.amount IS NULL AND l.unit_price IS NOT NULL
    AND l.net <> CAST(
        CAST(CAST(l.qty AS DECIMAL(38, 4)) * l.unit_price AS DECIMAL(38, 8))
        * (100 - coalesce(l.discount_pct, 0)) * 0.01 - coalesce(l.discount_amount, 0) AS DECIMAL(18, 4)
    )
