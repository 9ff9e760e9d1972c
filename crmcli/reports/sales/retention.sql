-- How much of the business rests on customers who come back, and what would five points more retention bring?
-- :answer
WITH sold AS (
    SELECT revenue, anonymous_revenue, identified_revenue FROM sales_summary($since, $as_of)
),
ever AS (
    SELECT count(*) AS customers, count(*) FILTER (WHERE occasions >= 2) AS repeat_customers FROM customer_sales($as_of)
),
recent AS (
    SELECT
        count(*) FILTER (WHERE occasions > 0) AS buyers,
        count(*) FILTER (WHERE occasions > 0 AND is_existing) AS existing_buyers,
        count(*) FILTER (WHERE occasions > 0 AND NOT is_existing) AS new_buyers,
        coalesce(sum(occasions), 0) AS occasions,
        coalesce(sum(revenue) FILTER (WHERE is_existing), 0) AS existing_revenue,
        coalesce(sum(revenue) FILTER (WHERE NOT is_existing AND occasions > 0), 0) AS new_revenue,
        coalesce(sum(revenue) FILTER (WHERE NOT is_existing AND occasions = 0), 0) AS other_revenue
    FROM window_customers($since, $as_of)
),
yearly AS (
    SELECT
        count(*) FILTER (WHERE occasions > 0) AS year_buyers,
        count(*) FILTER (WHERE occasions_before > 0) AS base,
        count(*) FILTER (WHERE occasions_before > 0 AND occasions > 0) AS kept,
        coalesce(sum(stake) FILTER (WHERE occasions > 0), 0) AS stake
    FROM window_customers($year_before, $as_of)
),
rates AS (
    SELECT
        *,
        cast(kept / nullif(base, 0) AS DOUBLE) AS r,
        -- least() passes over NULL: an unknown retention stays unknown
        CASE WHEN base > 0 THEN least(cast(kept / base AS DOUBLE) + 0.05, 1) END AS raised
    FROM yearly
),
expectations AS (
    SELECT
        *,
        -- three years, each discounted from its middle at 15 % a year
        cast(stake * cast(r / 1.15 ** 0.5 + r ** 2 / 1.15 ** 1.5 + r ** 3 / 1.15 ** 2.5 AS DECIMAL(18, 9)) AS DECIMAL(38, 4))
            AS expected,
        cast(
            stake * cast(raised / 1.15 ** 0.5 + raised ** 2 / 1.15 ** 1.5 + raised ** 3 / 1.15 ** 2.5 AS DECIMAL(18, 9))
            AS DECIMAL(38, 4)
        ) AS expected_raised
    FROM rates
),
facts AS (
    SELECT * FROM sold CROSS JOIN ever CROSS JOIN recent CROSS JOIN expectations
)
SELECT measure, CASE WHEN contains(value, '.') THEN rtrim(rtrim(value, '0'), '.') ELSE value END AS value
FROM (
    SELECT 1 AS place, 'customers' AS measure, cast(customers AS VARCHAR) AS value FROM facts
    UNION ALL SELECT 2, 'repeat_customers', cast(repeat_customers AS VARCHAR) FROM facts
    UNION ALL
    SELECT 3, 'repeat_rate', cast(cast(repeat_customers / nullif(customers, 0) AS DECIMAL(18, 9)) AS VARCHAR) FROM facts
    UNION ALL SELECT 4, 'window_revenue', cast(revenue AS VARCHAR) FROM facts
    UNION ALL SELECT 5, 'existing_revenue', cast(existing_revenue AS VARCHAR) FROM facts
    UNION ALL SELECT 6, 'new_revenue', cast(new_revenue AS VARCHAR) FROM facts
    UNION ALL SELECT 7, 'anonymous_revenue', cast(anonymous_revenue AS VARCHAR) FROM facts
    UNION ALL SELECT 8, 'other_revenue', cast(other_revenue AS VARCHAR) FROM facts
    UNION ALL
    SELECT 9, 'existing_share', cast(cast(existing_revenue / nullif(revenue, 0) AS DECIMAL(18, 9)) AS VARCHAR) FROM facts
    UNION ALL
    SELECT
        10,
        'existing_share_identified',
        cast(cast(existing_revenue / nullif(identified_revenue, 0) AS DECIMAL(18, 9)) AS VARCHAR)
    FROM facts
    UNION ALL SELECT 11, 'buyers', cast(buyers AS VARCHAR) FROM facts
    UNION ALL SELECT 12, 'existing_buyers', cast(existing_buyers AS VARCHAR) FROM facts
    UNION ALL SELECT 13, 'new_buyers', cast(new_buyers AS VARCHAR) FROM facts
    UNION ALL
    SELECT 14, 'occasions_per_buyer', cast(cast(occasions / nullif(buyers, 0) AS DECIMAL(18, 4)) AS VARCHAR) FROM facts
    UNION ALL
    SELECT
        15,
        'revenue_per_existing_buyer',
        cast(cast(existing_revenue / nullif(existing_buyers, 0) AS DECIMAL(38, 4)) AS VARCHAR)
    FROM facts
    UNION ALL
    SELECT 16, 'revenue_per_new_buyer', cast(cast(new_revenue / nullif(new_buyers, 0) AS DECIMAL(38, 4)) AS VARCHAR)
    FROM facts
    UNION ALL SELECT 17, 'buyers_a_year_ago', cast(base AS VARCHAR) FROM facts
    UNION ALL SELECT 18, 'buyers_kept', cast(kept AS VARCHAR) FROM facts
    UNION ALL SELECT 19, 'yearly_retention', cast(cast(r AS DECIMAL(18, 9)) AS VARCHAR) FROM facts
    UNION ALL
    SELECT 20, 'margin_per_buyer', cast(cast(stake / nullif(year_buyers, 0) AS DECIMAL(38, 4)) AS VARCHAR) FROM facts
    UNION ALL SELECT 21, 'expected_margin', cast(expected AS VARCHAR) FROM facts
    UNION ALL SELECT 22, 'raised_retention', cast(cast(raised AS DECIMAL(18, 9)) AS VARCHAR) FROM facts
    UNION ALL SELECT 23, 'expected_margin_raised', cast(expected_raised AS VARCHAR) FROM facts
    UNION ALL SELECT 24, 'gain', cast(expected_raised - expected AS VARCHAR) FROM facts
    UNION ALL
    SELECT 25, 'gain_share', cast(cast((expected_raised - expected) / nullif(expected, 0) AS DECIMAL(18, 9)) AS VARCHAR)
    FROM facts
) AS measures
ORDER BY place;
-- :figures
WITH told AS (
    SELECT
        cast(max(value) FILTER (WHERE measure = 'customers') AS BIGINT) AS customers,
        cast(max(value) FILTER (WHERE measure = 'repeat_rate') AS DOUBLE) AS repeat_rate,
        cast(max(value) FILTER (WHERE measure = 'existing_share') AS DOUBLE) AS existing_share,
        cast(max(value) FILTER (WHERE measure = 'yearly_retention') AS DOUBLE) AS r,
        cast(max(value) FILTER (WHERE measure = 'raised_retention') AS DOUBLE) AS raised,
        cast(max(value) FILTER (WHERE measure = 'gain') AS DECIMAL(38, 4)) AS gain,
        cast(max(value) FILTER (WHERE measure = 'gain_share') AS DOUBLE) AS gain_share
    FROM answer
)
SELECT
    told.*,
    sold.lines,
    sold.costed_lines,
    sold.cost_coverage,
    sold.anonymous_lines,
    sold.anonymous_revenue,
    (SELECT min(ordered_on) FROM order_lines WHERE counted AND customer_id IS NOT NULL AND ordered_on <= $as_of) AS first_on
FROM told
CROSS JOIN sales_summary($since, $as_of) AS sold;
-- :sources
WITH parts AS (
    SELECT
        CASE measure
            WHEN 'existing_revenue' THEN 1
            WHEN 'new_revenue' THEN 2
            WHEN 'anonymous_revenue' THEN 3
            ELSE 4
        END AS place,
        measure AS source,
        cast(value AS DECIMAL(38, 4)) AS revenue
    FROM answer
    WHERE measure IN ('existing_revenue', 'new_revenue', 'anonymous_revenue', 'other_revenue')
)
SELECT
    source,
    revenue,
    round(cast(revenue / nullif(sum(revenue) OVER (), 0) AS DOUBLE), 12) AS share
FROM parts
WHERE revenue <> 0
ORDER BY place;
