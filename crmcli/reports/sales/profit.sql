-- What did each period, customer, product, region, manager or channel bring once every known cost is taken off?
-- :answer
WITH cells AS (
    SELECT * FROM profit_cells($since, $as_of, 'period', $months)
),
calendar AS (
    SELECT number
    FROM range(year($window_first_on) * 12 + month($window_first_on) - 1, year($as_of) * 12 + month($as_of)) AS months (number)
    WHERE number % $months = 0 AND number >= (SELECT min(number) FROM cells)
),
numbers AS (
    SELECT number FROM cells
    UNION
    SELECT number FROM calendar
),
costed AS (
    SELECT
        number,
        bool_or(
            number + $months > coalesce(year(activity.period_from) * 12 + month(activity.period_from) - 1, 0)
            AND number <= coalesce(year(activity.period_to) * 12 + month(activity.period_to) - 1, 120000)
        ) AS is_costed
    FROM numbers
    CROSS JOIN cost_activities AS activity
    GROUP BY number
)
SELECT
    CASE $months
        WHEN 1 THEN concat(lpad(cast(numbers.number // 12 AS VARCHAR), 4, '0'), '-', lpad(cast(numbers.number % 12 + 1 AS VARCHAR), 2, '0'))
        WHEN 3 THEN concat(lpad(cast(numbers.number // 12 AS VARCHAR), 4, '0'), '-Q', cast(numbers.number % 12 // 3 + 1 AS VARCHAR))
        ELSE lpad(cast(numbers.number // 12 AS VARCHAR), 4, '0')
    END AS period,
    coalesce(cell.revenue, 0) AS revenue,
    cell.discounts,
    CASE WHEN cell.number IS NULL THEN 0 ELSE cell.cost_of_goods END AS cost_of_goods,
    CASE WHEN cell.number IS NULL THEN 0 ELSE cell.margin END AS margin,
    CASE WHEN costed.is_costed THEN coalesce(cell.cost_to_serve, 0) END AS cost_to_serve,
    CASE WHEN cell.number IS NULL THEN 0 ELSE cell.contribution END AS contribution,
    cell.margin_share,
    cell.cost_coverage
FROM numbers
LEFT JOIN cells AS cell ON cell.number = numbers.number
LEFT JOIN costed ON costed.number = numbers.number
ORDER BY numbers.number;
-- :customer
SELECT
    contact.code AS customer,
    coalesce(contact.name, $nobody) AS name,
    cell.revenue,
    cell.discounts,
    cell.cost_of_goods,
    cell.margin,
    cell.cost_to_serve,
    cell.contribution,
    cell.margin_share,
    cell.cost_coverage
FROM profit_cells($since, $as_of, 'customer', 1) AS cell
LEFT JOIN contacts AS contact ON contact.id = cell.number
ORDER BY cell.number IS NULL, cell.contribution DESC NULLS LAST, cell.revenue DESC, contact.code;
-- :product
SELECT
    product.sku AS sku,
    coalesce(product.name, $no_product) AS name,
    cell.revenue,
    cell.discounts,
    cell.cost_of_goods,
    cell.margin,
    cell.cost_to_serve,
    cell.contribution,
    cell.margin_share,
    cell.cost_coverage
FROM profit_cells($since, $as_of, 'product', 1) AS cell
LEFT JOIN products AS product ON product.id = cell.number
ORDER BY cell.number IS NULL, cell.contribution DESC NULLS LAST, cell.revenue DESC, product.sku;
-- :manager
SELECT
    manager.code AS manager,
    coalesce(manager.name, $no_manager) AS name,
    cell.revenue,
    cell.discounts,
    cell.cost_of_goods,
    cell.margin,
    cell.cost_to_serve,
    cell.contribution,
    cell.margin_share,
    cell.cost_coverage
FROM profit_cells($since, $as_of, 'manager', 1) AS cell
LEFT JOIN managers AS manager ON manager.id = cell.number
ORDER BY cell.number IS NULL, cell.contribution DESC NULLS LAST, cell.revenue DESC, manager.code;
-- :region
SELECT
    cell.word AS region,
    cell.revenue,
    cell.discounts,
    cell.cost_of_goods,
    cell.margin,
    cell.cost_to_serve,
    cell.contribution,
    cell.margin_share,
    cell.cost_coverage
FROM profit_cells($since, $as_of, 'region', 1) AS cell
ORDER BY cell.word IS NULL, cell.contribution DESC NULLS LAST, cell.revenue DESC, cell.word;
-- :channel
SELECT
    cell.word AS channel,
    cell.revenue,
    cell.discounts,
    cell.cost_of_goods,
    cell.margin,
    cell.cost_to_serve,
    cell.contribution,
    cell.margin_share,
    cell.cost_coverage
FROM profit_cells($since, $as_of, 'channel', 1) AS cell
ORDER BY cell.word IS NULL, cell.contribution DESC NULLS LAST, cell.revenue DESC, cell.word;
-- :figures
WITH keyed AS (
    SELECT *, COLUMNS('^(period|customer|sku|region|manager|channel)$') AS key FROM answer
),
shown AS (
    SELECT
        count(*) AS cells,
        coalesce(sum(revenue), 0) AS shown_revenue,
        sum(discounts) AS discounts,
        sum(margin) AS shown_margin,
        sum(cost_to_serve) AS cost_to_serve,
        sum(margin) - coalesce(sum(cost_to_serve), 0) AS contribution,
        cast(
            sum(margin) / CASE WHEN sum(margin) + sum(cost_of_goods) > 0 THEN sum(margin) + sum(cost_of_goods) END AS DOUBLE
        ) AS margin_share,
        count(*) FILTER (WHERE contribution < 0 AND key IS NOT NULL) AS losing,
        coalesce(sum(contribution) FILTER (WHERE contribution < 0 AND key IS NOT NULL), 0) AS lost,
        count(*) FILTER (WHERE key IS NOT NULL) AS named_cells,
        count(*) FILTER (WHERE margin IS NULL) AS without_margin
    FROM keyed
)
SELECT
    shown.*,
    sold.*,
    (SELECT CASE WHEN count(*) = count(period_from) THEN min(period_from) END FROM cost_activities) AS costs_from,
    (SELECT CASE WHEN count(*) = count(period_to) THEN max(period_to) END FROM cost_activities) AS costs_to
FROM shown
CROSS JOIN sales_summary($since, $as_of) AS sold;
