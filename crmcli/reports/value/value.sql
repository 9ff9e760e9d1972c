-- What has each customer been worth, and what will they be?
-- :answer
WITH worth AS MATERIALIZED (
    SELECT * FROM value_rates($as_of, cast($rate AS DOUBLE), cast($margin_share AS DOUBLE), cast($base_weight AS DOUBLE))
),
total AS (
    SELECT sum(revenue) AS revenue FROM worth
),
expected AS (
    -- a unit is one expected purchase at the customer's expected spend, discounted to as_of
    SELECT
        worth.*,
        future.p_alive,
        future.expected_purchases,
        future.units,
        future.low_units,
        future.high_units,
        future.spend * worth.margin_share - worth.cost_per_order AS contribution,
        worth.cost_per_month * future.months AS upkeep
    FROM worth
    LEFT JOIN futures AS future ON future.customer_id = worth.customer_id
),
npv AS (
    SELECT
        *,
        cast(round(units * contribution - upkeep, 4) AS DECIMAL(38, 4)) AS expected_npv,
        cast(
            round(least(low_units * contribution, high_units * contribution) - upkeep, 4) AS DECIMAL(38, 4)
        ) AS expected_low,
        cast(
            round(greatest(low_units * contribution, high_units * contribution) - upkeep, 4) AS DECIMAL(38, 4)
        ) AS expected_high
    FROM expected
)
SELECT
    contact.code AS customer,
    contact.name,
    npv.occasions,
    npv.revenue,
    round(cast(npv.revenue AS DOUBLE) / nullif(cast(total.revenue AS DOUBLE), 0), 12) AS share,
    npv.margin,
    npv.cost_to_serve,
    npv.realised,
    round(npv.p_alive, 12) AS p_alive,
    round(npv.expected_purchases, 9) AS expected_purchases,
    npv.expected_npv,
    npv.expected_low,
    npv.expected_high,
    cast(round(npv.past_npv + cast(npv.expected_npv AS DOUBLE), 4) AS DECIMAL(38, 4)) AS lifetime_npv
FROM npv
INNER JOIN contacts AS contact ON contact.id = npv.customer_id
CROSS JOIN total
ORDER BY lifetime_npv DESC NULLS LAST, npv.realised DESC NULLS LAST, npv.revenue DESC, contact.code;
-- :figures
WITH worth AS (
    SELECT
        count(*) AS customers,
        coalesce(sum(revenue), 0) AS revenue,
        coalesce(sum(realised), 0) AS realised,
        count(realised) AS known,
        count(*) FILTER (WHERE realised < 0) AS costly,
        coalesce(sum(realised) FILTER (WHERE realised < 0), 0) AS costly_total,
        count(cost_to_serve) AS served,
        count(expected_npv) AS expected_known,
        count(p_alive) AS modelled,
        sum(expected_purchases) AS expected_purchases,
        coalesce(sum(expected_npv), 0) AS expected_npv
    FROM answer
),
ranked AS (
    SELECT
        coalesce(lifetime_npv, realised, revenue) AS worth,
        row_number() OVER (ORDER BY coalesce(lifetime_npv, realised, revenue) DESC, customer) AS place,
        count(*) OVER () AS customers
    FROM answer
),
best AS (
    SELECT
        max(ceil(customers / 5.0)) AS top,
        coalesce(sum(worth) FILTER (WHERE place <= ceil(customers / 5.0)), 0) AS top_worth,
        coalesce(sum(worth) FILTER (WHERE worth > 0), 0) AS peak_worth,
        count(*) FILTER (WHERE worth > 0) AS peak_customers,
        coalesce(sum(worth), 0) AS all_worth
    FROM ranked
)
SELECT
    worth.*,
    (
        SELECT count(*)
        FROM cost_activities AS activity
        ANTI JOIN activity_costs($as_of) AS charged ON charged.id = activity.id
    ) AS idle_activities,
    cast(best.top AS BIGINT) AS top,
    CASE WHEN best.all_worth > 0 THEN cast(best.top_worth / best.all_worth AS DOUBLE) END AS top_share,
    CASE WHEN best.all_worth > 0 THEN cast(best.peak_worth / best.all_worth AS DOUBLE) END AS peak_share,
    best.peak_customers,
    sold.lines,
    sold.costed_lines,
    sold.cost_coverage,
    sold.anonymous_lines,
    sold.anonymous_revenue
FROM worth
CROSS JOIN best
CROSS JOIN sales_summary(DATE '0001-01-01', $as_of) AS sold;
-- :curve
WITH ranked AS (
    SELECT
        coalesce(lifetime_npv, realised, revenue) AS worth,
        row_number() OVER (ORDER BY coalesce(lifetime_npv, realised, revenue) DESC, customer) AS place,
        count(*) OVER () AS customers
    FROM answer
),
cumulated AS (
    SELECT
        place,
        customers,
        sum(worth) OVER (ORDER BY place ROWS UNBOUNDED PRECEDING) AS cumulative,
        sum(worth) OVER () AS total
    FROM ranked
),
peaks AS (
    SELECT min(place) AS place FROM cumulated WHERE cumulative = (SELECT max(cumulative) FROM cumulated)
),
steps AS (
    SELECT DISTINCT cast(ceil(cumulated.customers * step.share / 20.0) AS BIGINT) AS place
    FROM cumulated
    CROSS JOIN generate_series(1, 20) AS step (share)
    UNION
    SELECT place FROM peaks
)
SELECT
    place AS customers,
    round(place / nullif(customers, 0), 12) AS customers_share,
    cast(cumulative AS DECIMAL(38, 4)) AS cumulative,
    round(cast(cumulative AS DOUBLE) / nullif(cast(total AS DOUBLE), 0), 12) AS cumulative_share
FROM cumulated
SEMI JOIN steps ON steps.place = cumulated.place
WHERE total > 0
ORDER BY place;
-- :backtest
SELECT * FROM backtests ORDER BY origin;
-- :terms
SELECT
    worth.revenue,
    worth.margin,
    worth.cost_to_serve,
    worth.realised,
    future.p_alive,
    future.expected_purchases,
    future.units,
    future.low_units,
    future.high_units,
    future.months,
    future.spend,
    worth.margin_share,
    worth.cost_per_order,
    worth.cost_per_month,
    worth.past_npv,
    future.spend * worth.margin_share - worth.cost_per_order AS contribution,
    worth.cost_per_month * future.months AS upkeep,
    future.units * (future.spend * worth.margin_share - worth.cost_per_order) - worth.cost_per_month * future.months
        AS expected_npv
FROM value_rates($as_of, cast($rate AS DOUBLE), cast($margin_share AS DOUBLE), cast($base_weight AS DOUBLE)) AS worth
LEFT JOIN futures AS future ON future.customer_id = worth.customer_id
WHERE worth.customer_id = $party;
