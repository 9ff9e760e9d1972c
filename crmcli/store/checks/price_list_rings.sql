-- Does any price list come to itself again by its parents?
-- owner
WITH RECURSIVE way AS (
    SELECT name AS start, parent AS here FROM price_lists WHERE parent IS NOT NULL
    UNION
    SELECT way.start, above.parent FROM way JOIN price_lists AS above ON above.name = way.here WHERE above.parent IS NOT NULL
)
SELECT 'price_list ' || start || ': is its own parent by way of others' AS what FROM way WHERE here = start ORDER BY start
