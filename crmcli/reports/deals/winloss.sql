-- What was won and lost in a window, at which share, price and speed, and why was the rest lost?
-- :answer
WITH ended AS (
    SELECT
        deal.*,
        deal.closed_on > $since AS is_now,
        CASE WHEN deal.closed_on >= deal.opened_on THEN deal.closed_on - deal.opened_on END AS cycle_days,
        product.price AS list_price
    FROM deals_on($as_of) AS deal
    LEFT JOIN products AS product ON product.id = deal.product_id
    WHERE deal.outcome IN ('won', 'lost') AND deal.closed_on > $before_since AND deal.closed_on <= $as_of
),
left_stages AS (
    SELECT opportunity_id, arg_max(from_stage, move_no) AS stage
    FROM deal_moves
    WHERE moved_on <= $as_of AND from_stage IS DISTINCT FROM to_stage
    GROUP BY opportunity_id
),
placed AS (
    SELECT
        ended.*,
        CASE $by
            WHEN 'manager' THEN manager.code
            WHEN 'senior' THEN manager.senior
            WHEN 'customer' THEN customer.code
            WHEN 'product' THEN product.sku
            WHEN 'region' THEN coalesce(manager.region, customer.region)
            WHEN 'stage' THEN left_stages.stage
            WHEN 'competitor' THEN ended.competitor
            WHEN 'reason' THEN CASE WHEN ended.outcome = 'lost' THEN ended.lost_reason END
            WHEN 'quarter' THEN year(ended.closed_on) || '-Q' || quarter(ended.closed_on)
            WHEN 'industry' THEN customer.industry
            WHEN 'campaign' THEN ended.campaign
        END AS cell,
        CASE $by
            WHEN 'manager' THEN manager.name
            WHEN 'customer' THEN customer.name
            WHEN 'product' THEN product.name
        END AS cell_name
    FROM ended
    LEFT JOIN managers AS manager ON manager.id = ended.manager_id
    LEFT JOIN contacts AS customer ON customer.id = ended.customer_id
    LEFT JOIN products AS product ON product.id = ended.product_id
    LEFT JOIN left_stages ON left_stages.opportunity_id = ended.opportunity_id
),
summed AS (
    SELECT
        cell,
        any_value(cell_name) AS name,
        count(*) FILTER (WHERE is_now AND outcome = 'won') AS won,
        count(*) FILTER (WHERE is_now AND outcome = 'lost') AS lost,
        cast(sum(amount) FILTER (WHERE is_now AND outcome = 'won') AS DECIMAL(38, 4)) AS won_amount,
        cast(sum(amount) FILTER (WHERE is_now AND outcome = 'lost') AS DECIMAL(38, 4)) AS lost_amount,
        cast(sum(amount) FILTER (WHERE is_now AND outcome = 'won' AND list_price > 0) AS DOUBLE)
        / nullif(
            cast(sum(list_price) FILTER (WHERE is_now AND outcome = 'won' AND list_price > 0 AND amount IS NOT NULL) AS DOUBLE), 0
        ) AS price_ratio,
        cast(median(cycle_days) FILTER (WHERE is_now AND outcome = 'won') AS DOUBLE) AS won_days_median,
        avg(cycle_days) FILTER (WHERE is_now AND outcome = 'won') AS won_days_mean,
        cast(median(cycle_days) FILTER (WHERE is_now AND outcome = 'lost') AS DOUBLE) AS lost_days_median,
        avg(cycle_days) FILTER (WHERE is_now AND outcome = 'lost') AS lost_days_mean,
        count(*) FILTER (WHERE NOT is_now AND outcome = 'won') AS won_before,
        count(*) FILTER (WHERE NOT is_now AND outcome = 'lost') AS lost_before
    FROM placed
    GROUP BY cell
),
rated AS (
    SELECT
        *,
        cast(won AS DOUBLE) / nullif(won + lost, 0) AS win_rate,
        cast(won + lost AS DOUBLE) AS n,
        cast(won_before AS DOUBLE) / nullif(won_before + lost_before, 0) AS win_rate_before
    FROM summed
    WHERE $by <> 'quarter' OR won + lost > 0
)
SELECT
    rated.cell AS "key",
    coalesce(rated.name, senior.name) AS name,
    CAST(NULL AS DATE) AS "month",
    rated.won,
    rated.lost,
    round(rated.win_rate, 12) AS win_rate,
    -- Wilson's interval, 95 %: holds for few deals, too
    round(
        greatest(
            0,
            (
                rated.win_rate + 3.841458821 / (2 * rated.n)
                - 1.959963985 * sqrt(rated.win_rate * (1 - rated.win_rate) / rated.n + 3.841458821 / (4 * rated.n * rated.n))
            ) / (1 + 3.841458821 / rated.n)
        ),
        12
    ) AS win_rate_low,
    round(
        least(
            1,
            (
                rated.win_rate + 3.841458821 / (2 * rated.n)
                + 1.959963985 * sqrt(rated.win_rate * (1 - rated.win_rate) / rated.n + 3.841458821 / (4 * rated.n * rated.n))
            ) / (1 + 3.841458821 / rated.n)
        ),
        12
    ) AS win_rate_high,
    rated.won_amount,
    rated.lost_amount,
    round(rated.price_ratio, 12) AS price_ratio,
    rated.won_days_median,
    round(rated.won_days_mean, 9) AS won_days_mean,
    rated.lost_days_median,
    round(rated.lost_days_mean, 9) AS lost_days_mean,
    rated.won_before,
    rated.lost_before,
    round(rated.win_rate_before, 12) AS win_rate_before,
    round(rated.win_rate - rated.win_rate_before, 12) AS win_rate_change
FROM rated
LEFT JOIN (SELECT code, any_value(name) AS name FROM managers GROUP BY code) AS senior
    ON $by = 'senior' AND senior.code = rated.cell
ORDER BY
    rated.cell IS NULL,
    CASE WHEN $by = 'quarter' THEN rated.cell END,
    CASE WHEN $by IN ('reason', 'competitor', 'stage') THEN -rated.lost END,
    rated.won_amount DESC NULLS LAST,
    rated.won DESC,
    rated.lost DESC,
    rated.cell;
-- :reasons
WITH lost AS (
    SELECT lost_reason AS reason, count(*) AS deals, cast(sum(amount) AS DECIMAL(38, 4)) AS amount
    FROM deals_on($as_of)
    WHERE outcome = 'lost' AND closed_on > $since AND closed_on <= $as_of
    GROUP BY lost_reason
)
SELECT reason, deals, cast(deals AS DOUBLE) / sum(deals) OVER () AS share, amount
FROM lost
WHERE (SELECT count(reason) FROM lost) > 0
ORDER BY reason IS NULL, deals DESC, reason
LIMIT 12;
-- :competitors
WITH met AS (
    SELECT
        competitor,
        count(*) FILTER (WHERE outcome = 'lost') AS lost,
        count(*) FILTER (WHERE outcome = 'won') AS won,
        cast(sum(amount) FILTER (WHERE outcome = 'lost') AS DECIMAL(38, 4)) AS lost_amount
    FROM deals_on($as_of)
    WHERE outcome IN ('won', 'lost') AND closed_on > $since AND closed_on <= $as_of AND competitor IS NOT NULL
    GROUP BY competitor
)
SELECT competitor, lost, won, cast(won AS DOUBLE) / nullif(won + lost, 0) AS win_rate, lost_amount
FROM met
ORDER BY lost DESC, lost_amount DESC NULLS LAST, competitor
LIMIT 12;
-- :figures
WITH known AS (
    SELECT deal.*, CASE WHEN deal.closed_on >= deal.opened_on THEN deal.closed_on - deal.opened_on END AS cycle_days, product.price AS list_price
    FROM deals_on($as_of) AS deal
    LEFT JOIN products AS product ON product.id = deal.product_id
),
ended AS (
    SELECT *, closed_on > $since AS is_now
    FROM known
    WHERE outcome IN ('won', 'lost') AND closed_on > $before_since AND closed_on <= $as_of
)
SELECT
    count(*) FILTER (WHERE is_now AND outcome = 'won') AS won,
    count(*) FILTER (WHERE is_now AND outcome = 'lost') AS lost,
    count(*) FILTER (WHERE NOT is_now AND outcome = 'won') AS won_before,
    count(*) FILTER (WHERE NOT is_now AND outcome = 'lost') AS lost_before,
    cast(sum(amount) FILTER (WHERE is_now AND outcome = 'won') AS DECIMAL(38, 4)) AS won_amount,
    cast(median(cycle_days) FILTER (WHERE is_now AND outcome = 'won') AS DOUBLE) AS won_days,
    cast(median(cycle_days) FILTER (WHERE is_now AND outcome = 'lost') AS DOUBLE) AS lost_days,
    count(*) FILTER (WHERE is_now AND outcome = 'lost' AND lost_reason IS NULL) AS reasonless,
    count(*) FILTER (WHERE is_now AND cycle_days IS NULL) AS cycleless,
    count(*) FILTER (WHERE is_now AND outcome = 'won' AND amount IS NULL) AS without_amount,
    count(*) FILTER (WHERE is_now AND outcome = 'won' AND amount IS NOT NULL AND list_price > 0) AS priced,
    (SELECT count(*) FROM known WHERE outcome IN ('won', 'lost') AND closed_on IS NULL) AS undated,
    (SELECT count(*) FROM known WHERE outcome IS NULL) AS unknown_outcome,
    (
        SELECT arg_max(reason, n)
        FROM (
            SELECT lost_reason AS reason, count(*) AS n
            FROM ended
            WHERE is_now AND outcome = 'lost' AND lost_reason IS NOT NULL
            GROUP BY lost_reason
            ORDER BY n DESC, reason
        )
    ) AS top_reason
FROM ended;
