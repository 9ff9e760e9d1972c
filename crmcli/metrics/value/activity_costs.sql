-- What does each cost activity charge for one event of its driver, and to whom does it come? One row an activity and party
-- (empty: anonymous sales). The rate, or the pool ÷ events of its period; a pool is charged once its period is over.
CREATE OR REPLACE TEMP MACRO activity_costs(as_of) AS TABLE
WITH activities AS (
    SELECT
        id,
        lower(driver) AS driver,
        rate,
        pool,
        coalesce(period_from, DATE '0001-01-01') AS period_from,
        coalesce(period_to, DATE '9999-12-31') AS period_to
    FROM cost_activities
    WHERE (rate IS NOT NULL OR (pool IS NOT NULL AND coalesce(period_to, as_of) <= as_of))
),
volumes AS (
    SELECT activity.id, event.customer_id, sum(event.quantity) AS quantity
    FROM driver_events(as_of) AS event
    INNER JOIN activities AS activity
        ON activity.driver = event.driver AND event.happened_on BETWEEN activity.period_from AND activity.period_to
    GROUP BY activity.id, event.customer_id
),
totals AS (
    SELECT id, sum(quantity) AS quantity FROM volumes GROUP BY id
)
SELECT
    volume.id,
    volume.customer_id,
    volume.quantity,
    cast(
        CASE
            WHEN activity.rate IS NOT NULL THEN cast(volume.quantity AS DECIMAL(18, 4)) * activity.rate
            ELSE activity.pool * cast(volume.quantity / nullif(total.quantity, 0) AS DECIMAL(18, 15))
        END AS DECIMAL(38, 4)
    ) AS cost
FROM volumes AS volume
INNER JOIN activities AS activity ON activity.id = volume.id
INNER JOIN totals AS total ON total.id = volume.id;
