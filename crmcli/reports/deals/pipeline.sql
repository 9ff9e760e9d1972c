-- What is in the pipeline, what is it worth by the chance of winning, how old is it, and what is rotting?
-- :answer
-- reads weighed_deals
WITH open_deals AS (
    SELECT
        *,
        CASE $by
            WHEN 'stage' THEN coalesce(stage_name, max(trim(stage)) OVER (PARTITION BY lower(trim(stage))))
            WHEN 'manager' THEN manager
            WHEN 'senior' THEN (SELECT boss.senior FROM managers AS boss WHERE boss.id = manager_id)
            WHEN 'customer' THEN customer
            WHEN 'product' THEN sku
            WHEN 'region' THEN region
            WHEN 'month' THEN cast(date_trunc('month', expected_on) AS VARCHAR)
        END AS cell
    FROM weighed_deals
    WHERE outcome = 'open'
)
SELECT
    deal.cell AS "key",
    CASE $by
        WHEN 'manager' THEN any_value(deal.manager_name)
        WHEN 'senior' THEN any_value(senior.name)
        WHEN 'customer' THEN any_value(deal.customer_name)
        WHEN 'product' THEN any_value(deal.product_name)
    END AS name,
    try_cast(deal.cell AS DATE) AS "month",
    count(*) AS deals,
    cast(sum(deal.value) AS DECIMAL(38, 4)) AS amount,
    cast(sum(deal.value) FILTER (WHERE deal.is_list_price) AS DECIMAL(38, 4)) AS list_amount,
    count(*) FILTER (WHERE deal.value IS NULL) AS without_amount,
    round(
        cast(sum(deal.value * deal.probability) AS DOUBLE)
        / nullif(cast(sum(deal.value) FILTER (WHERE deal.probability IS NOT NULL) AS DOUBLE), 0),
        12
    ) AS probability,
    cast(sum(deal.weighted) AS DECIMAL(38, 4)) AS weighted,
    cast(median(deal.age) AS DOUBLE) AS age_median,
    cast(median(deal.days_in_stage) AS DOUBLE) AS stage_days_median,
    count(*) FILTER (WHERE deal.is_rotting) AS rotting,
    count(*) FILTER (WHERE deal.expected_on >= date_trunc('month', $as_of) AND deal.expected_on <= last_day($as_of)) AS due_month,
    count(*) FILTER (WHERE deal.expected_on < $as_of) AS overdue,
    min(deal.stage_no) AS place
FROM open_deals AS deal
LEFT JOIN (SELECT code, any_value(name) AS name FROM managers GROUP BY code) AS senior ON senior.code = deal.cell
GROUP BY deal.cell
ORDER BY
    deal.cell IS NULL,
    CASE WHEN $by IN ('stage', 'month') THEN min(deal.stage_no) END NULLS LAST,
    CASE WHEN $by = 'month' THEN deal.cell END,
    weighted DESC NULLS LAST,
    deals DESC,
    deal.cell;
-- :sources
-- where the probabilities come from
SELECT
    source,
    count(*) AS deals,
    cast(sum(value) AS DECIMAL(38, 4)) AS amount,
    cast(sum(weighted) AS DECIMAL(38, 4)) AS weighted
FROM weighed_deals
WHERE outcome = 'open'
GROUP BY source
ORDER BY deals DESC, source;
-- :stays
-- days that deals spent in a stage, of those that left it, from their moves
WITH ended AS (
    SELECT
        lower(trim(stay.stage)) AS stage,
        min(stay.stage) AS name,
        count(*) AS deals,
        cast(median(stay.days) AS DOUBLE) AS days_median,
        quantile_cont(stay.days, 0.9) AS days_p90,
        cast(median(stay.days) FILTER (WHERE deal.outcome = 'won') AS DOUBLE) AS won_median,
        cast(median(stay.days) FILTER (WHERE deal.outcome = 'lost') AS DOUBLE) AS lost_median,
        count(*) FILTER (WHERE deal.outcome = 'lost' AND deal.last_open_stage = lower(trim(stay.stage))) AS died
    FROM deal_stays($as_of) AS stay
    INNER JOIN (
        SELECT
            known.opportunity_id,
            known.outcome,
            (
                SELECT lower(trim(arg_max(move.from_stage, move.move_no)))
                FROM deal_moves AS move
                WHERE
                    move.opportunity_id = known.opportunity_id
                    AND move.moved_on <= $as_of
                    AND move.from_stage IS DISTINCT FROM move.to_stage
            ) AS last_open_stage
        FROM deals_on($as_of) AS known
        WHERE known.has_moves
    ) AS deal ON deal.opportunity_id = stay.opportunity_id
    WHERE stay.is_left
    GROUP BY lower(trim(stay.stage))
)
SELECT
    coalesce(defined.name, ended.name) AS stage,
    ended.deals,
    ended.days_median,
    ended.days_p90,
    ended.won_median,
    ended.lost_median,
    ended.died,
    rot.limit_days,
    rot.source AS limit_source
FROM ended
LEFT JOIN (
    SELECT lower(trim(name)) AS stage, min(name) AS name, min(stage_no) AS stage_no FROM deal_stages GROUP BY lower(trim(name))
) AS defined ON defined.stage = ended.stage
LEFT JOIN rot_limits($as_of, $least) AS rot ON rot.stage = ended.stage
ORDER BY defined.stage_no NULLS LAST, ended.deals DESC, ended.stage;
-- :rotten
-- the ten that cost most
SELECT
    opportunity_no AS deal,
    coalesce(name, product_name) AS name,
    customer,
    customer_name,
    stage,
    days_in_stage,
    limit_days,
    silent_days,
    value AS amount,
    weighted,
    manager_name AS manager
FROM weighed_deals
WHERE is_rotting
ORDER BY weighted DESC NULLS LAST, value DESC NULLS LAST, days_in_stage DESC NULLS LAST, opportunity_no
LIMIT 10;
-- :figures
SELECT
    max(weighted) FILTER (WHERE outcome = 'open') AS largest_weighted,
    arg_max(opportunity_no, weighted) FILTER (WHERE outcome = 'open') AS largest_deal,
    count(*) FILTER (WHERE outcome = 'open') AS deals,
    cast(sum(value) FILTER (WHERE outcome = 'open') AS DECIMAL(38, 4)) AS amount,
    cast(sum(weighted) FILTER (WHERE outcome = 'open') AS DECIMAL(38, 4)) AS weighted,
    count(*) FILTER (WHERE outcome = 'open' AND is_list_price) AS listed,
    cast(sum(value) FILTER (WHERE outcome = 'open' AND is_list_price) AS DECIMAL(38, 4)) AS listed_amount,
    count(*) FILTER (WHERE outcome = 'open' AND value IS NULL) AS without_amount,
    count(*) FILTER (WHERE outcome = 'open' AND probability IS NULL) AS without_chance,
    count(*) FILTER (WHERE is_rotting) AS rotting,
    cast(sum(weighted) FILTER (WHERE is_rotting) AS DECIMAL(38, 4)) AS rotting_weighted,
    count(*) FILTER (WHERE is_stuck) AS stuck,
    count(*) FILTER (WHERE is_silent) AS silent_deals,
    count(*) FILTER (WHERE outcome = 'open' AND expected_on < $as_of) AS overdue,
    cast(sum(value) FILTER (WHERE outcome = 'open' AND expected_on < $as_of) AS DECIMAL(38, 4)) AS overdue_amount,
    count(*) FILTER (WHERE outcome = 'open' AND expected_on IS NULL) AS undated,
    count(*) FILTER (WHERE outcome = 'open' AND NOT has_moves) AS unmoved,
    count(*) FILTER (WHERE outcome = 'open' AND opened_on IS NULL) AS unopened,
    count(*) FILTER (WHERE outcome = 'hold') AS held,
    cast(sum(value) FILTER (WHERE outcome = 'hold') AS DECIMAL(38, 4)) AS held_amount
FROM weighed_deals;
