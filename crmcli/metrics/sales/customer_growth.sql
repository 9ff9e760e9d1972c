-- How does each party's business of (since, until] compare with that of the equally long window before it? One row a party
-- with counted lines in either, and one with an empty customer_id for the sales to nobody known. Margin over lines of known
-- cost: 0 without a line, empty when no line's cost is known (or nobody's). A category counts where a line came to more than nothing.
CREATE OR REPLACE TEMP MACRO customer_growth(since, until) AS TABLE
WITH cells AS (
    -- one scan: lines by party, category and side of since
    SELECT
        line.customer_id,
        line.category,
        line.ordered_on > since AS is_now,
        count(*) AS lines,
        sum(line.net) AS net,
        sum(line.net - line.cost) AS margin,
        bool_or(line.net > 0) AS is_bought
    FROM costed_lines(since - cast(until - since AS INTEGER), until) AS line
    GROUP BY line.customer_id, line.category, line.ordered_on > since
),
sold AS (
    SELECT
        customer_id,
        coalesce(sum(net) FILTER (WHERE is_now), 0) AS revenue,
        coalesce(sum(net) FILTER (WHERE NOT is_now), 0) AS revenue_before,
        coalesce(bool_or(is_now), false) AS has_lines,
        coalesce(bool_or(NOT is_now), false) AS had_lines,
        cast(sum(margin) FILTER (WHERE is_now) AS DECIMAL(38, 4)) AS margin,
        cast(sum(margin) FILTER (WHERE NOT is_now) AS DECIMAL(38, 4)) AS margin_before,
        count(DISTINCT category) FILTER (WHERE is_now AND is_bought) AS categories,
        count(DISTINCT category) FILTER (WHERE NOT is_now AND is_bought) AS categories_before
    FROM cells
    GROUP BY customer_id
),
base AS (
    SELECT
        count(DISTINCT category) FILTER (WHERE is_now AND is_bought) AS categories,
        count(DISTINCT category) FILTER (WHERE NOT is_now AND is_bought) AS categories_before,
        count(margin) > 0 AS is_costed
    FROM cells
),
placed AS (
    SELECT customer_id, ordered_on, sum(net) AS net
    FROM order_lines
    WHERE
        counted
        AND customer_id IS NOT NULL
        AND ordered_on > since - cast(until - since AS INTEGER)
        AND ordered_on <= until
    GROUP BY order_id, customer_id, ordered_on
),
bought AS (
    SELECT
        customer_id,
        count(DISTINCT ordered_on) FILTER (WHERE ordered_on > since) AS occasions,
        count(DISTINCT ordered_on) FILTER (WHERE ordered_on <= since) AS occasions_before
    FROM placed
    WHERE net > 0
    GROUP BY customer_id
)
SELECT
    sold.customer_id,
    sold.revenue,
    sold.revenue_before,
    CASE WHEN sold.has_lines OR NOT base.is_costed THEN sold.margin ELSE 0 END AS margin,
    CASE WHEN sold.had_lines OR NOT base.is_costed THEN sold.margin_before ELSE 0 END AS margin_before,
    coalesce(bought.occasions, 0) AS occasions,
    coalesce(bought.occasions_before, 0) AS occasions_before,
    CASE WHEN base.categories > 0 THEN sold.categories END AS categories,
    CASE WHEN base.categories_before > 0 THEN sold.categories_before END AS categories_before,
    cast(sold.categories / nullif(base.categories, 0) AS DOUBLE) AS depth,
    cast(sold.categories_before / nullif(base.categories_before, 0) AS DOUBLE) AS depth_before,
    CASE
        WHEN sold.revenue_before = 0 THEN 'new'
        WHEN sold.revenue = 0 THEN 'lost'
        WHEN 10 * (sold.revenue - sold.revenue_before) > abs(sold.revenue_before) THEN 'growing'
        WHEN 10 * (sold.revenue - sold.revenue_before) < -abs(sold.revenue_before) THEN 'declining'
        ELSE 'stable'
    END AS label
FROM sold
CROSS JOIN base
LEFT JOIN bought ON bought.customer_id = sold.customer_id;
