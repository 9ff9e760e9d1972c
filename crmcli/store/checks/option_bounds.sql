-- Can every measured option of a product be chosen at all?
-- owner
SELECT 'option ' || name || ': its minimum is above its maximum' AS what FROM product_options WHERE minimum > maximum
UNION ALL SELECT 'option ' || name || ': its step is not above zero' FROM product_options WHERE step <= 0
UNION ALL SELECT 'option ' || name || ': its bounds are below zero' FROM product_options WHERE minimum < 0 OR maximum < 0
