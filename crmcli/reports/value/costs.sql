-- What does serving customers cost, by activity, who carries it, and what is left unused?
-- :answer
WITH charged AS (
    SELECT
        id,
        sum(cost) AS cost,
        coalesce(sum(cost) FILTER (WHERE customer_id IS NULL), 0) AS anonymous_cost
    FROM activity_costs($as_of)
    GROUP BY id
),
volumes AS (
    SELECT id, sum(quantity) AS quantity FROM activity_events($as_of) GROUP BY id
),
activities AS (
    SELECT
        *,
        lower(trim(driver)) AS driver_word,
        coalesce(period_from > $as_of, false) AS is_ahead,
        coalesce(period_to, $as_of) <= $as_of AS is_over,
        cast(least(coalesce(period_to, $as_of), $as_of) - period_from + 1 AS DECIMAL(18, 4)) AS days_so_far,
        cast(period_to - period_from + 1 AS DECIMAL(18, 4)) AS days
    FROM cost_activities
),
states AS (
    SELECT
        activity.*,
        charged.cost,
        charged.anonymous_cost,
        coalesce(volume.quantity, 0) AS quantity,
        CASE
            WHEN activity.rate IS NULL AND activity.pool IS NULL THEN 'without_price'
            WHEN
                activity.driver_word NOT IN (
                    'order', 'order_line', 'shipment', 'return', 'invoice', 'quote', 'ticket', 'interaction',
                    'interaction_minute', 'credit_day'
                )
                AND NOT starts_with(activity.driver_word, 'interaction:')
                THEN 'not_recorded'
            WHEN activity.is_ahead THEN 'ahead'
            WHEN activity.rate IS NULL AND NOT activity.is_over AND coalesce(activity.capacity, 0) <= 0 THEN 'running'
            WHEN charged.id IS NULL THEN 'unused'
            ELSE 'charged'
        END AS state,
        CASE WHEN activity.is_over THEN 1 ELSE coalesce(cast(activity.days_so_far / nullif(activity.days, 0) AS DECIMAL(18, 15)), 1) END
            AS elapsed
    FROM activities AS activity
    LEFT JOIN charged ON charged.id = activity.id
    LEFT JOIN volumes AS volume ON volume.id = activity.id
),
priced AS (
    SELECT
        *,
        CASE WHEN state = 'charged' THEN cost WHEN state = 'unused' THEN 0 END AS charged,
        CASE WHEN state IN ('charged', 'unused') AND rate IS NULL THEN cast(pool * elapsed AS DECIMAL(38, 4)) END AS pool_so_far,
        CASE WHEN rate IS NULL AND capacity > 0 THEN cast(capacity * elapsed AS DECIMAL(38, 4)) END AS capacity_so_far
    FROM states
)
SELECT
    name AS activity,
    driver,
    state,
    period_from,
    period_to,
    cast(
        CASE
            WHEN rate IS NOT NULL THEN rate
            WHEN capacity > 0 THEN pool / nullif(capacity, 0)
            WHEN state = 'charged' THEN pool / nullif(quantity, 0)
        END AS DECIMAL(38, 4)
    ) AS rate,
    cast(pool AS DECIMAL(38, 4)) AS pool,
    cast(capacity AS DECIMAL(38, 4)) AS capacity,
    cast(CASE WHEN state <> 'not_recorded' THEN quantity END AS DECIMAL(38, 4)) AS volume,
    cast(charged AS DECIMAL(38, 4)) AS charged,
    cast(CASE WHEN state = 'charged' THEN anonymous_cost WHEN state = 'unused' THEN 0 END AS DECIMAL(38, 4)) AS anonymous,
    cast(CASE WHEN state IN ('charged', 'unused') THEN capacity_so_far - quantity END AS DECIMAL(38, 4)) AS unused_capacity,
    cast(
        CASE
            WHEN state = 'charged' AND capacity_so_far IS NULL THEN 0 * pool_so_far
            ELSE pool_so_far - charged
        END AS DECIMAL(38, 4)
    ) AS unallocated,
    round(
        cast(charged - CASE WHEN state = 'charged' THEN anonymous_cost ELSE 0 END AS DOUBLE)
        / nullif(cast(coalesce(pool_so_far, charged) AS DOUBLE), 0),
        12
    ) AS coverage
FROM priced
ORDER BY charged DESC NULLS LAST, name, period_from NULLS FIRST, id;
-- :figures
SELECT
    count(*) AS activities,
    count(*) FILTER (WHERE state NOT IN ('charged', 'unused')) AS silent,
    coalesce(sum(charged), 0) AS charged,
    coalesce(sum(anonymous), 0) AS anonymous,
    coalesce(sum(unallocated) FILTER (WHERE unallocated > 0), 0) AS unallocated,
    coalesce(-sum(unallocated) FILTER (WHERE unallocated < 0), 0) AS overdrawn,
    count(*) FILTER (WHERE unallocated < 0) AS overdrawn_count,
    cast((coalesce(sum(charged), 0) - coalesce(sum(anonymous), 0))
    / nullif(coalesce(sum(charged), 0) + coalesce(sum(unallocated) FILTER (WHERE unallocated > 0), 0), 0) AS DOUBLE) AS carried,
    count(*) FILTER (WHERE capacity > 0 AND period_to > $as_of) AS part_way
FROM answer;
