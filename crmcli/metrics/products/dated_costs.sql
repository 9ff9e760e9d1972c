-- From which day did each dated cost of a product hold, and until which (that day left out)? Before a product's first one,
-- and where there is none, products.cost holds.
CREATE OR REPLACE TEMP MACRO dated_costs() AS TABLE
SELECT
    product_id,
    from_on,
    lead(from_on, 1, DATE 'infinity') OVER (PARTITION BY product_id ORDER BY from_on, id) AS until_on,
    cost
FROM product_costs;
