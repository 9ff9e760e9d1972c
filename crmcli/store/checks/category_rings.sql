-- Does any category lie inside itself?
-- owner
WITH RECURSIVE way AS (
    SELECT name AS start, parent AS here FROM categories WHERE parent IS NOT NULL
    UNION
    SELECT way.start, above.parent FROM way JOIN categories AS above ON above.name = way.here WHERE above.parent IS NOT NULL
)
SELECT 'category ' || start || ': lies inside itself' AS what FROM way WHERE here = start ORDER BY start
