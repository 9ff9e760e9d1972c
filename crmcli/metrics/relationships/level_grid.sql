-- Which relationship level do the size of a customer's group and the customer's margin call for? Nine rows; place: 1 basic to 5.
CREATE OR REPLACE TEMP MACRO level_grid() AS TABLE
SELECT size, band, place
FROM (
    VALUES
    ('many', 'low', 1), ('medium', 'low', 2), ('few', 'low', 3),
    ('many', 'medium', 2), ('medium', 'medium', 3), ('few', 'medium', 4),
    ('many', 'high', 3), ('medium', 'high', 4), ('few', 'high', 5)
) AS grid (size, band, place);
