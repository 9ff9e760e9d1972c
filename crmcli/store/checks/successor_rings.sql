-- Is any product its own successor?
-- owner
WITH RECURSIVE way AS (
    SELECT sku AS start, successor AS here FROM products WHERE successor IS NOT NULL
    UNION
    SELECT way.start, later.successor FROM way JOIN products AS later ON later.sku = way.here WHERE later.successor IS NOT NULL
)
SELECT 'product ' || start || ': is its own successor by way of others' AS what FROM way WHERE here = start ORDER BY start
