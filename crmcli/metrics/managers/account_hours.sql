-- How many hours a month does looking after each contact take on as_of? hours: as said (account_needs), else by the cadence of
-- its live plans (minutes × 30 ÷ days, up to the next quarter of an hour), else for a key account the usual of its class
-- (a_hours, b_hours, c_hours; c_hours without a class), else empty. origin: said, plan or usual.
CREATE OR REPLACE TEMP MACRO account_hours(as_of, a_hours, b_hours, c_hours) AS TABLE
WITH said AS (
    SELECT customer_id, cast(max(hours) AS DECIMAL(18, 4)) AS hours
    FROM account_needs
    WHERE hours IS NOT NULL
    GROUP BY customer_id
),
planned AS (
    SELECT
        plan.customer_id,
        cast(ceil(round(sum(cast(cadence.minutes AS DOUBLE) * 30 / nullif(cadence.every_days, 0)) / 15, 6)) / 4 AS DECIMAL(18, 4)) AS hours
    FROM live_plans_on(as_of) AS plan
    INNER JOIN plan_cadences AS cadence ON cadence.plan_id = plan.plan_id
    GROUP BY plan.customer_id
    HAVING sum(cadence.minutes) > 0
)
SELECT
    weighed.customer_id,
    weighed.class,
    weighed.is_key,
    coalesce(
        said.hours,
        planned.hours,
        CASE WHEN weighed.is_key THEN
            cast(CASE weighed.class WHEN 'A' THEN a_hours WHEN 'B' THEN b_hours ELSE c_hours END AS DECIMAL(18, 4))
        END
    ) AS hours,
    CASE
        WHEN said.hours IS NOT NULL THEN 'said'
        WHEN planned.hours IS NOT NULL THEN 'plan'
        WHEN weighed.is_key THEN 'usual'
    END AS origin
FROM value_weights(as_of) AS weighed
LEFT JOIN said ON said.customer_id = weighed.customer_id
LEFT JOIN planned ON planned.customer_id = weighed.customer_id;
