-- Who buys more than in the window before, who less, who came and who is gone?
-- :compared
SELECT
    sold.*,
    contact.code,
    contact.name,
    sold.label = 'stable' AND coalesce(abc.class = 'A', false) AS is_important
FROM customer_growth($since, $as_of) AS sold
LEFT JOIN contacts AS contact ON contact.id = sold.customer_id
LEFT JOIN abc_customers($since, $as_of, 'revenue', true, 0.8, 0.95) AS abc ON abc.customer_id = sold.customer_id;
-- :answer
SELECT
    code AS customer,
    name,
    revenue,
    revenue_before,
    revenue - revenue_before AS change,
    CASE WHEN revenue_before > 0 THEN round(cast(revenue - revenue_before AS DOUBLE) / nullif(cast(revenue_before AS DOUBLE), 0), 12) END
        AS change_pct,
    margin,
    margin_before,
    margin - margin_before AS margin_change,
    CASE WHEN margin_before > 0 THEN round(cast(margin - margin_before AS DOUBLE) / nullif(cast(margin_before AS DOUBLE), 0), 12) END
        AS margin_change_pct,
    occasions,
    occasions_before,
    occasions - occasions_before AS occasions_change,
    CASE WHEN occasions_before > 0 THEN round((occasions - occasions_before) / cast(nullif(occasions_before, 0) AS DOUBLE), 12) END
        AS occasions_change_pct,
    categories,
    depth,
    depth_before,
    label,
    is_important AS stable_important
FROM growth_compared
WHERE customer_id IS NOT NULL
ORDER BY abs(revenue - revenue_before) DESC, code;
-- :bridge
WITH places (place, label) AS (
    VALUES (1, 'new'), (2, 'lost'), (3, 'growing'), (4, 'declining'), (5, 'stable'), (6, 'anonymous')
),
labelled AS (
    SELECT CASE WHEN customer_id IS NULL THEN 'anonymous' ELSE label END AS label, customer_id, revenue, revenue_before
    FROM growth_compared
)
SELECT
    places.label,
    count(labelled.customer_id) AS customers,
    sum(labelled.revenue_before) AS revenue_before,
    sum(labelled.revenue) AS revenue,
    sum(labelled.revenue - labelled.revenue_before) AS change
FROM places
INNER JOIN labelled ON labelled.label = places.label
GROUP BY places.place, places.label
ORDER BY places.place;
-- :figures
WITH compared AS (
    SELECT
        coalesce(sum(revenue), 0) AS revenue,
        coalesce(sum(revenue_before), 0) AS revenue_before,
        coalesce(sum(revenue - revenue_before), 0) AS change,
        coalesce(sum(revenue) FILTER (WHERE customer_id IS NOT NULL), 0) AS identified,
        coalesce(sum(revenue) FILTER (WHERE customer_id IS NULL), 0) AS anonymous,
        coalesce(sum(revenue_before) FILTER (WHERE customer_id IS NOT NULL), 0) AS identified_before,
        coalesce(sum(revenue_before) FILTER (WHERE customer_id IS NULL), 0) AS anonymous_before,
        count(*) FILTER (WHERE customer_id IS NOT NULL AND label = 'new') AS new,
        coalesce(sum(revenue - revenue_before) FILTER (WHERE customer_id IS NOT NULL AND label = 'new'), 0) AS new_change,
        count(*) FILTER (WHERE customer_id IS NOT NULL AND label = 'lost') AS lost,
        coalesce(sum(revenue_before - revenue) FILTER (WHERE customer_id IS NOT NULL AND label = 'lost'), 0) AS lost_taken,
        count(*) FILTER (WHERE customer_id IS NOT NULL AND label = 'growing') AS growing,
        coalesce(sum(revenue - revenue_before) FILTER (WHERE customer_id IS NOT NULL AND label = 'growing'), 0) AS growing_change,
        count(*) FILTER (WHERE customer_id IS NOT NULL AND label = 'declining') AS declining,
        coalesce(sum(revenue_before - revenue) FILTER (WHERE customer_id IS NOT NULL AND label = 'declining'), 0) AS declining_taken,
        count(*) FILTER (WHERE customer_id IS NOT NULL AND label = 'stable') AS stable,
        count(*) FILTER (WHERE is_important) AS stable_important,
        count(depth) AS deep
    FROM growth_compared
),
history AS (
    SELECT min(ordered_on) AS first_on FROM order_lines WHERE counted AND ordered_on <= $as_of
)
SELECT
    compared.*,
    CASE WHEN compared.revenue_before > 0 THEN cast(compared.change / compared.revenue_before AS DOUBLE) END AS change_share,
    $since - cast($as_of - $since AS INTEGER) + 1 AS before_first_on,
    history.first_on,
    coalesce(history.first_on > $since - cast($as_of - $since AS INTEGER) + 1, false) AS is_short,
    sold.lines,
    sold.costed_lines,
    sold.cost_coverage
FROM compared
CROSS JOIN history
CROSS JOIN sales_summary($since, $as_of) AS sold;
