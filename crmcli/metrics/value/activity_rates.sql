-- What does each cost activity charge for one unit of its driver? The rate, or the pool ÷ its practical capacity, or, where none
-- is stated, ÷ the volume of its period once that is over. A rate of credit_day is the yearly cost of capital. Charges are
-- quantity × price_share ÷ price_base. Empty activities and those of periods not yet begun or over charge nothing: no row.
CREATE OR REPLACE TEMP MACRO activity_rates(as_of) AS TABLE
WITH volumes AS (
    SELECT id, sum(quantity) AS quantity FROM activity_events(as_of) GROUP BY id
)
SELECT
    activity.id,
    volume.quantity,
    cast(coalesce(activity.rate, activity.pool) AS DECIMAL(18, 4)) AS price_share,
    cast(
        CASE
            WHEN activity.rate IS NOT NULL AND lower(trim(activity.driver)) = 'credit_day' THEN 365
            WHEN activity.rate IS NOT NULL THEN 1
            WHEN activity.capacity > 0 THEN activity.capacity
            ELSE volume.quantity
        END AS DECIMAL(38, 4)
    ) AS price_base
FROM cost_activities AS activity
INNER JOIN volumes AS volume ON volume.id = activity.id
WHERE
    activity.rate IS NOT NULL
    OR (activity.pool IS NOT NULL AND (activity.capacity > 0 OR coalesce(activity.period_to, as_of) <= as_of));
