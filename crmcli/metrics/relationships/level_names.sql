-- What are the five relationship levels called, from the least to the closest? place: 1 to 5.
CREATE OR REPLACE TEMP MACRO level_names() AS TABLE
SELECT place, level
FROM (VALUES (1, 'basic'), (2, 'reactive'), (3, 'accountable'), (4, 'proactive'), (5, 'partnership')) AS names (place, level);
