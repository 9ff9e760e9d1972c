-- Which products make up the sales of (since, until]: class A, B or C by cumulative share before the row? All are classified;
-- only those of unknown cost are set aside from margin and value (margin to date).
CREATE OR REPLACE TEMP MACRO abc_products(since, until, measure_name, a_share, b_share) AS TABLE
WITH measured AS (
    SELECT product_id, CASE measure_name WHEN 'margin' THEN margin ELSE revenue END AS measure, revenue
    FROM product_margins(since, until)
    WHERE measure_name <> 'value'
    UNION ALL
    SELECT sold.product_id, ever.margin AS measure, sold.revenue
    FROM product_margins(since, until) AS sold
    LEFT JOIN product_margins(DATE '0001-01-01', until) AS ever ON ever.product_id = sold.product_id
    WHERE measure_name = 'value'
),
cumulated AS (
    SELECT
        measured.product_id,
        product.sku,
        product.name,
        measured.measure,
        measured.revenue,
        CASE WHEN measured.measure IS NULL THEN 'unknown_cost' END AS set_aside,
        row_number() OVER ranking AS place,
        sum(measured.measure) OVER ranking AS cumulative,
        sum(measured.measure) OVER () AS total
    FROM measured
    INNER JOIN products AS product ON product.id = measured.product_id
    WINDOW ranking AS (ORDER BY measured.measure DESC NULLS LAST, product.sku ROWS UNBOUNDED PRECEDING)
)
SELECT
    product_id,
    sku,
    name,
    measure,
    revenue,
    CASE
        WHEN set_aside IS NULL AND total > 0 THEN round(cast(measure AS DOUBLE) / nullif(cast(total AS DOUBLE), 0), 12)
    END AS share,
    CASE
        WHEN set_aside IS NULL AND total > 0 THEN round(cast(cumulative AS DOUBLE) / nullif(cast(total AS DOUBLE), 0), 12)
    END AS cumulative_share,
    CASE
        WHEN set_aside IS NOT NULL THEN NULL
        WHEN measure <= 0 OR total <= 0 THEN 'C'
        WHEN cumulative - measure < a_share * total THEN 'A'
        WHEN cumulative - measure < b_share * total THEN 'B'
        ELSE 'C'
    END AS class,
    set_aside,
    place
FROM cumulated;
