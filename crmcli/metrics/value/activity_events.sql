-- Which events does each cost activity pay for, by as_of? One row an activity and event of its driver within its period; credit
-- comes as open amount × days, cut at the ends of months and of the period.
CREATE OR REPLACE TEMP MACRO activity_events(as_of) AS TABLE
WITH activities AS (
    SELECT
        id,
        lower(trim(driver)) AS driver,
        coalesce(period_from, DATE '0001-01-01') AS period_from,
        coalesce(period_to, DATE '9999-12-30') AS period_to
    FROM cost_activities
),
credit AS (
    SELECT
        activity.id,
        span.customer_id,
        greatest(span.from_on, activity.period_from) AS from_on,
        least(span.until_on, activity.period_to + 1) AS until_on,
        span.open_amount
    FROM activities AS activity
    INNER JOIN credit_spans(as_of) AS span
        ON span.from_on <= activity.period_to AND span.until_on > activity.period_from
    WHERE activity.driver = 'credit_day'
),
credit_months AS (
    SELECT
        credit.id,
        credit.customer_id,
        credit.open_amount,
        greatest(credit.from_on, cast(month.starts_at AS DATE)) AS from_on,
        least(credit.until_on, cast(month.starts_at + INTERVAL 1 MONTH AS DATE)) AS until_on
    FROM credit
    CROSS JOIN generate_series(
        date_trunc('month', cast(credit.from_on AS TIMESTAMP)), cast(credit.until_on - 1 AS TIMESTAMP), INTERVAL 1 MONTH
    ) AS month (starts_at)
),
monthly_credit AS (
    -- dated at the middle of its days
    SELECT
        id,
        customer_id,
        from_on + cast(floor((until_on - from_on) / 2) AS INTEGER) AS happened_on,
        open_amount * (until_on - from_on) AS quantity
    FROM credit_months
)
SELECT
    activity.id,
    event.customer_id,
    event.happened_on,
    cast(event.quantity AS DECIMAL(38, 4)) AS quantity,
    event.order_id,
    event.product_id,
    event.manager_id
FROM driver_events(as_of) AS event
INNER JOIN activities AS activity
    ON activity.driver = event.driver AND event.happened_on BETWEEN activity.period_from AND activity.period_to
UNION ALL
SELECT id, customer_id, happened_on, cast(quantity AS DECIMAL(38, 4)), NULL, NULL, NULL
FROM monthly_credit;
