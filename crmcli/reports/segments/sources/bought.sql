-- Which categories and products has each customer bought in the last year? Each between bars, in small letters.
SELECT
    line.customer_id,
    '|' || string_agg(DISTINCT lower(coalesce(line.category, product.category)), '|') || '|' AS category,
    '|' || string_agg(DISTINCT lower(product.sku), '|') || '|' AS product,
    count(DISTINCT lower(coalesce(line.category, product.category))) AS categories
FROM order_lines AS line
LEFT JOIN products AS product ON product.id = line.product_id
WHERE line.counted AND line.net > 0 AND line.customer_id IS NOT NULL
    AND line.ordered_on <= cast($as_of AS DATE) AND line.ordered_on > cast($as_of AS DATE) - 365
GROUP BY line.customer_id
