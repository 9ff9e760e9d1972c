-- Which customers make up the sales of (since, until]: class A, B or C by cumulative share before the row, after those are set
-- aside who would blur it (is_clean): departed, one-off large, new? Else an unknown measure sets aside; place orders rows.
CREATE OR REPLACE TEMP MACRO abc_customers(since, until, measure_name, is_clean, a_share, b_share) AS TABLE
WITH measured AS (
    SELECT * FROM abc_measures(since, until, measure_name)
),
quartiles AS (
    SELECT
        quantile_cont(cast(measure AS DECIMAL(38, 6)), 0.25) AS q1,
        quantile_cont(cast(measure AS DECIMAL(38, 6)), 0.75) AS q3
    FROM measured
    WHERE measure > 0
),
sorted_out AS (
    SELECT
        measured.customer_id,
        contact.code,
        contact.name,
        measured.measure,
        measured.revenue,
        CASE
            WHEN is_clean AND beat.departed THEN 'departed'
            -- measure > q3 + 1.5 · (q3 − q1), in whole multiples
            WHEN
                is_clean AND beat.occasions = 1 AND 2 * measured.measure > 5 * quartiles.q3 - 3 * quartiles.q1
                THEN 'one_off_large'
            WHEN is_clean AND beat.is_new THEN 'new'
            WHEN measured.measure IS NULL THEN 'unknown_cost'
        END AS set_aside
    FROM measured
    CROSS JOIN quartiles
    INNER JOIN contacts AS contact ON contact.id = measured.customer_id
    LEFT JOIN rhythm(until) AS beat ON beat.customer_id = measured.customer_id
),
cumulated AS (
    SELECT
        *,
        row_number() OVER ranking AS place,
        sum(measure) OVER ranking AS cumulative,
        sum(measure) OVER (PARTITION BY set_aside IS NULL) AS total
    FROM sorted_out
    WINDOW ranking AS (
        PARTITION BY set_aside IS NULL ORDER BY measure DESC NULLS LAST, code ROWS UNBOUNDED PRECEDING
    )
)
SELECT
    customer_id,
    code,
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
