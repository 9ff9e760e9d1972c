-- What will the deals open today bring, month by month, and what do they add to the forecast of sales?
-- :deals
-- Deals known on a day, for the series they belong to; days since 1970.
WITH known_managers AS (
    SELECT
        id,
        CASE WHEN count(*) OVER (PARTITION BY name) > 1 THEN name || ' (' || code || ')' ELSE name END AS name
    FROM managers
)
SELECT
    deal.opportunity_id,
    coalesce(deal.outcome, 'unknown') AS outcome,
    cast(deal.opened_on - DATE '1970-01-01' AS DOUBLE) AS opened,
    cast(deal.closed_on - DATE '1970-01-01' AS DOUBLE) AS closed,
    cast(deal.expected_on - DATE '1970-01-01' AS DOUBLE) AS expected,
    cast(nullif(greatest(deal.amount, 0), 0) AS DOUBLE) AS amount,
    cast(nullif(greatest(product.price, 0), 0) AS DOUBLE) AS price,
    coalesce(deal.product_id, -1) AS product,
    CASE $by
        WHEN 'category' THEN coalesce(product.category, '')
        WHEN 'region' THEN coalesce(customer.region, customer.country, '')
        WHEN 'manager' THEN coalesce(manager.name, '')
        ELSE ''
    END AS series
FROM deals_on($day) AS deal
LEFT JOIN products AS product ON product.id = deal.product_id
LEFT JOIN contacts AS customer ON customer.id = deal.customer_id
LEFT JOIN known_managers AS manager ON manager.id = coalesce(deal.manager_id, customer.manager_id)
ORDER BY deal.opportunity_id;
-- :won_months
-- What deals won brought each month, where there are no orders to go by.
WITH known_managers AS (
    SELECT
        id,
        CASE WHEN count(*) OVER (PARTITION BY name) > 1 THEN name || ' (' || code || ')' ELSE name END AS name
    FROM managers
),
won AS (
    SELECT
        CASE $by
            WHEN 'category' THEN coalesce(product.category, '')
            WHEN 'region' THEN coalesce(customer.region, customer.country, '')
            WHEN 'manager' THEN coalesce(manager.name, '')
            ELSE ''
        END AS series,
        deal.closed_on,
        deal.amount
    FROM deals_on($as_of) AS deal
    LEFT JOIN products AS product ON product.id = deal.product_id
    LEFT JOIN contacts AS customer ON customer.id = deal.customer_id
    LEFT JOIN known_managers AS manager ON manager.id = coalesce(deal.manager_id, customer.manager_id)
    WHERE deal.outcome = 'won' AND deal.closed_on >= $known_from AND deal.amount > 0
)
SELECT
    series,
    cast(date_trunc('month', closed_on) AS DATE) AS month,
    cast(sum(amount) AS DECIMAL(38, 4)) AS revenue,
    min(closed_on) AS first_on
FROM won
GROUP BY series, cast(date_trunc('month', closed_on) AS DATE);
-- :answer
SELECT
    CASE WHEN $by = 'total' THEN 'total' ELSE nullif(series, '') END AS series,
    month,
    statistical,
    pipeline,
    pipeline_weight,
    expected,
    low,
    high,
    statistical_low,
    statistical_high,
    pipeline_low,
    pipeline_high,
    won_so_far,
    open_deals,
    deals_to_come,
    beside_deals
FROM pipeline_rows
WHERE expected IS NOT NULL
ORDER BY place, month;
-- :parts
-- What the pipeline's forecast is made of.
SELECT month, won_so_far, open_deals, deals_to_come, beside_deals, pipeline, pipeline_low, pipeline_high
FROM pipeline_rows
WHERE $by = 'total' AND pipeline IS NOT NULL
ORDER BY month;
-- :tested
SELECT method, origins, scored, mase, coverage, bias
FROM pipeline_tests
ORDER BY place;
-- :history
-- Deals won beside what the forecast is of.
SELECT month, sales, won
FROM pipeline_months
ORDER BY month;
-- :figures
SELECT
    cast(count(DISTINCT coalesce(series, '')) AS BIGINT) AS series_count,
    min(month) AS first_month,
    cast(sum(expected) AS DECIMAL(38, 4)) AS expected_total,
    cast(sum(statistical) AS DECIMAL(38, 4)) AS statistical_total,
    cast(sum(pipeline) AS DECIMAL(38, 4)) AS pipeline_total,
    cast(sum(open_deals) AS DECIMAL(38, 4)) AS open_total,
    cast(sum(expected) FILTER (WHERE month = $forecast_from) AS DECIMAL(38, 4)) AS first_expected,
    cast(sum(low) FILTER (WHERE month = $forecast_from) AS DECIMAL(38, 4)) AS first_low,
    cast(sum(high) FILTER (WHERE month = $forecast_from) AS DECIMAL(38, 4)) AS first_high,
    count(*) FILTER (WHERE statistical IS NULL) AS without_statistics
FROM answer;
