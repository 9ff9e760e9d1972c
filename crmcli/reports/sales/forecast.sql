-- How much will be sold in the coming months, how sure is that, and how good were earlier forecasts?
-- :months_total
-- What each month brought, up to the day: one series of everything sold.
SELECT
    '' AS series,
    cast(date_trunc('month', line.ordered_on) AS DATE) AS month,
    cast(sum(line.net) AS DECIMAL(38, 4)) AS revenue,
    min(line.ordered_on) AS first_on
FROM order_lines AS line
LEFT JOIN products AS product ON product.id = line.product_id
WHERE line.counted AND line.ordered_on >= $known_from AND line.ordered_on <= $as_of
    AND ($category IS NULL OR coalesce(line.category, product.category) = $category)
GROUP BY cast(date_trunc('month', line.ordered_on) AS DATE);
-- :months_category
SELECT
    coalesce(line.category, product.category, '') AS series,
    cast(date_trunc('month', line.ordered_on) AS DATE) AS month,
    cast(sum(line.net) AS DECIMAL(38, 4)) AS revenue,
    min(line.ordered_on) AS first_on
FROM order_lines AS line
LEFT JOIN products AS product ON product.id = line.product_id
WHERE line.counted AND line.ordered_on >= $known_from AND line.ordered_on <= $as_of
    AND ($category IS NULL OR coalesce(line.category, product.category) = $category)
GROUP BY coalesce(line.category, product.category, ''), cast(date_trunc('month', line.ordered_on) AS DATE);
-- :months_region
-- The region of the order, else of the customer; the country where neither names one.
SELECT
    coalesce(placed.region, contact.region, placed.country, contact.country, '') AS series,
    cast(date_trunc('month', line.ordered_on) AS DATE) AS month,
    cast(sum(line.net) AS DECIMAL(38, 4)) AS revenue,
    min(line.ordered_on) AS first_on
FROM order_lines AS line
LEFT JOIN orders AS placed ON placed.id = line.order_id
LEFT JOIN contacts AS contact ON contact.id = line.customer_id
LEFT JOIN products AS product ON product.id = line.product_id
WHERE line.counted AND line.ordered_on >= $known_from AND line.ordered_on <= $as_of
    AND ($category IS NULL OR coalesce(line.category, product.category) = $category)
GROUP BY
    coalesce(placed.region, contact.region, placed.country, contact.country, ''),
    cast(date_trunc('month', line.ordered_on) AS DATE);
-- :months_manager
-- The manager of the order, else of the customer; the code behind a name that several share.
WITH known_managers AS (
    SELECT
        id,
        CASE WHEN count(*) OVER (PARTITION BY name) > 1 THEN name || ' (' || code || ')' ELSE name END AS name
    FROM managers
)
SELECT
    coalesce(manager.name, '') AS series,
    cast(date_trunc('month', line.ordered_on) AS DATE) AS month,
    cast(sum(line.net) AS DECIMAL(38, 4)) AS revenue,
    min(line.ordered_on) AS first_on
FROM order_lines AS line
LEFT JOIN orders AS placed ON placed.id = line.order_id
LEFT JOIN contacts AS contact ON contact.id = line.customer_id
LEFT JOIN known_managers AS manager ON manager.id = coalesce(placed.manager_id, contact.manager_id)
LEFT JOIN products AS product ON product.id = line.product_id
WHERE line.counted AND line.ordered_on >= $known_from AND line.ordered_on <= $as_of
    AND ($category IS NULL OR coalesce(line.category, product.category) = $category)
GROUP BY coalesce(manager.name, ''), cast(date_trunc('month', line.ordered_on) AS DATE);
-- :kept_outcomes
-- Months of kept forecasts that are complete; needs forecast_months. Months without a sale are zeros.
SELECT
    kept.made_on,
    kept.series,
    kept.horizon,
    cast(kept.expected AS DOUBLE) AS expected,
    coalesce(sold.revenue, 0) BETWEEN kept.low AND kept.high AS is_within,
    cast(nullif(kept.scale, 0) AS DOUBLE) AS scale,
    cast(coalesce(sold.revenue, 0) AS DOUBLE) AS actual
FROM forecasts AS kept
LEFT JOIN forecast_months AS sold ON sold.series = kept.series AND sold.month = kept.month
WHERE $whole AND kept.made_on <= $as_of AND kept."by" = $by AND kept.month < $until;
-- :kept_scored
-- One row a kept forecast, with its errors where months of it are complete; rounded, as sums of floats hang on their order.
WITH kept AS (
    SELECT
        made_on,
        max(kept_on) AS kept_on,
        count(DISTINCT series) AS series,
        cast(max(horizon) AS BIGINT) AS horizon
    FROM forecasts
    WHERE $whole AND made_on <= $as_of AND "by" = $by
    GROUP BY made_on
),
outcomes AS (
    SELECT
        made_on,
        count(*) AS scored,
        round(avg(abs(actual - expected) / nullif(abs(actual), 0)), 9) AS mape,
        round(avg(abs(actual - expected) / scale), 9) AS mase,
        round(avg(cast(is_within AS INTEGER)), 9) AS coverage,
        round(sum(expected - actual) / nullif(sum(abs(actual)), 0), 9) AS bias
    FROM forecast_outcomes
    GROUP BY made_on
)
SELECT
    kept.made_on,
    kept.kept_on,
    $by AS "by",
    kept.series,
    kept.horizon,
    coalesce(outcomes.scored, 0) AS scored,
    outcomes.mape,
    outcomes.mase,
    outcomes.coverage,
    outcomes.bias
FROM kept
LEFT JOIN outcomes ON outcomes.made_on = kept.made_on;
-- :kept_ahead
-- The same errors by how many months ahead they were made.
SELECT
    $by AS "by",
    cast(horizon AS BIGINT) AS horizon,
    count(*) AS scored,
    round(avg(abs(actual - expected) / nullif(abs(actual), 0)), 9) AS mape,
    round(avg(abs(actual - expected) / scale), 9) AS mase,
    round(avg(cast(is_within AS INTEGER)), 9) AS coverage,
    round(sum(expected - actual) / nullif(sum(abs(actual)), 0), 9) AS bias
FROM forecast_outcomes
GROUP BY horizon
ORDER BY horizon;
-- :kept_list
-- Every kept forecast and the step that keeps it.
SELECT
    made_on,
    max(kept_on) AS kept_on,
    "by",
    count(DISTINCT series) AS series,
    min(month) AS first_month,
    count(DISTINCT month) AS months,
    cast(sum(expected) AS DECIMAL(38, 4)) AS expected,
    max(added_in) AS step
FROM forecasts
GROUP BY made_on, "by"
ORDER BY made_on DESC, "by";
-- :answer
SELECT
    CASE WHEN $by = 'total' THEN 'total' ELSE nullif(series, '') END AS series,
    month,
    expected,
    low,
    high,
    method,
    mase,
    coverage,
    months_known
FROM forecast_rows
ORDER BY place, month;
-- :series
-- The series side by side, over all months asked.
WITH coming AS (
    SELECT
        place,
        any_value(series) AS series,
        sum(expected) AS expected,
        any_value(method) AS method,
        any_value(mase) AS mase,
        any_value(coverage) AS coverage,
        min(month) AS first_month,
        max(month) AS last_month
    FROM forecast_rows
    WHERE $by <> 'total'
    GROUP BY place
),
compared AS (
    SELECT coming.place, sum(earlier.revenue) AS year_before
    FROM coming
    INNER JOIN forecast_months AS earlier
        ON earlier.series = coming.series
        AND earlier.month >= coming.first_month - INTERVAL 1 YEAR AND earlier.month <= coming.last_month - INTERVAL 1 YEAR
        AND earlier.month < $forecast_from AND earlier.month >= $first_known
    GROUP BY coming.place
)
SELECT
    nullif(coming.series, '') AS series,
    cast(coming.expected AS DECIMAL(38, 4)) AS expected,
    cast(compared.year_before AS DECIMAL(38, 4)) AS year_before,
    cast(coming.expected AS DOUBLE) / nullif(cast(greatest(compared.year_before, 0) AS DOUBLE), 0) - 1 AS change,
    coming.method,
    coming.mase,
    coming.coverage
FROM coming
LEFT JOIN compared ON compared.place = coming.place
ORDER BY coming.place;
-- :backtest
-- How well each method would have done, and for how many series it was the best.
SELECT
    method,
    cast(count(*) FILTER (WHERE is_chosen) AS BIGINT) AS chosen,
    median(mase) AS mase
FROM forecast_methods
GROUP BY method
ORDER BY median(mase) NULLS LAST, chosen DESC, method;
-- :history
-- The last 24 complete months, all series together.
WITH whole AS (
    SELECT month, sum(revenue) AS revenue
    FROM forecast_months
    WHERE month < $forecast_from
    GROUP BY month
),
calendar AS (
    SELECT cast(unnest(generate_series($first_known, $forecast_from - INTERVAL 1 MONTH, INTERVAL 1 MONTH)) AS DATE) AS month
)
SELECT
    calendar.month,
    cast(coalesce(whole.revenue, 0) AS DECIMAL(38, 4)) AS sales,
    cast(
        CASE WHEN calendar.month - INTERVAL 1 YEAR >= $first_known THEN coalesce(earlier.revenue, 0) END AS DECIMAL(38, 4)
    ) AS year_before,
    cast(coalesce(whole.revenue, 0) AS DOUBLE) / nullif(cast(greatest(earlier.revenue, 0) AS DOUBLE), 0) - 1 AS change
FROM calendar
LEFT JOIN whole ON whole.month = calendar.month
LEFT JOIN whole AS earlier ON earlier.month = calendar.month - INTERVAL 1 YEAR AND earlier.month >= $first_known
WHERE calendar.month >= $forecast_from - INTERVAL 24 MONTH
ORDER BY calendar.month;
-- :scores
-- How earlier forecasts of these series did.
SELECT made_on, series, horizon, scored, mape, mase, coverage, bias
FROM forecast_scores
ORDER BY made_on DESC;
-- :figures
WITH summed AS (
    SELECT
        cast(count(DISTINCT coalesce(series, '')) AS BIGINT) AS series_count,
        cast(coalesce(sum(expected), 0) AS DECIMAL(38, 4)) AS expected_total,
        count(DISTINCT month) AS months_shown,
        min(month) AS first_month,
        max(month) AS last_month,
        cast(sum(expected) FILTER (WHERE month = $forecast_from) AS DECIMAL(38, 4)) AS first_expected,
        cast(sum(low) FILTER (WHERE month = $forecast_from) AS DECIMAL(38, 4)) AS first_low,
        cast(sum(high) FILTER (WHERE month = $forecast_from) AS DECIMAL(38, 4)) AS first_high,
        median(mase) AS median_mase,
        count(*) FILTER (WHERE series IS NULL) AS nameless,
        count(DISTINCT coalesce(series, '')) FILTER (WHERE method = 'half_season' AND months_known < 18) AS "set"
    FROM answer
),
year_ago AS (
    SELECT cast(sum(earlier.revenue) AS DECIMAL(38, 4)) AS year_before
    FROM forecast_months AS earlier
    CROSS JOIN summed
    WHERE earlier.month >= summed.first_month - INTERVAL 1 YEAR AND earlier.month <= summed.last_month - INTERVAL 1 YEAR
        AND earlier.month < $forecast_from
        AND summed.first_month - INTERVAL 1 YEAR >= $first_known
),
under_way AS (
    SELECT cast(coalesce(sum(revenue), 0) AS DECIMAL(38, 4)) AS started_sales
    FROM forecast_months
    WHERE month = $forecast_from
),
repeated AS (
    SELECT median(mase) AS reference
    FROM forecast_methods
    WHERE method = CASE WHEN $season = 12 THEN 'seasonal_naive' ELSE 'naive' END
),
kept AS (
    SELECT
        count(*) AS kept_forecasts,
        cast(coalesce(sum(scored), 0) AS BIGINT) AS kept_scored,
        sum(coverage * scored) / nullif(sum(scored) FILTER (WHERE coverage IS NOT NULL), 0) AS kept_coverage,
        sum(mape * scored) / nullif(sum(scored) FILTER (WHERE mape IS NOT NULL), 0) AS kept_mape
    FROM forecast_scores
)
SELECT
    summed.*,
    year_ago.*,
    under_way.*,
    repeated.*,
    kept.*,
    cast(summed.expected_total AS DOUBLE) / nullif(cast(greatest(year_ago.year_before, 0) AS DOUBLE), 0) - 1 AS change
FROM summed
CROSS JOIN year_ago
CROSS JOIN repeated
CROSS JOIN under_way
CROSS JOIN kept;
