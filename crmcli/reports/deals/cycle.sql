-- How long does each step take from the first word to the money, and where is it that deals die?
-- :chains
-- Every chain as it stood at the end of a window: the one asked for, then the one before; both are seen equally long.
SELECT $is_now AS is_now, '' AS series, chain.* EXCLUDE (head_id, opportunity_id)
FROM sales_chains($seen_on) AS chain;
-- :won_alone
SELECT count(*)
FROM cycle_chains
WHERE is_now AND is_won AND quote_on IS NULL AND order_on IS NULL AND won_on > $since;
-- :series_manager
-- The manager of the deal, quote or order, else the customer's; the code behind a name that several share.
WITH known_managers AS (
    SELECT
        id,
        CASE WHEN count(*) OVER (PARTITION BY name) > 1 THEN name || ' (' || code || ')' ELSE name END AS name
    FROM managers
)
SELECT coalesce(manager.name, '') AS series, chain.* EXCLUDE (series)
FROM cycle_chains AS chain
LEFT JOIN contacts AS contact ON contact.id = chain.customer_id
LEFT JOIN known_managers AS manager ON manager.id = coalesce(chain.manager_id, contact.manager_id);
-- :series_product
-- The product of the deal, else that of the order's dearest line; the code behind a name that several share.
WITH known_products AS (
    SELECT
        id,
        CASE WHEN count(*) OVER (PARTITION BY name) > 1 THEN name || ' (' || sku || ')' ELSE name END AS name
    FROM products
),
wanted AS (
    SELECT DISTINCT order_id FROM cycle_chains WHERE product_id IS NULL AND order_id IS NOT NULL
),
dearest AS (
    SELECT line.order_id, arg_max(line.product_id, cast(line.net * 10000 AS HUGEINT) * 4294967296 - line.product_id) AS product_id
    FROM order_lines AS line
    INNER JOIN wanted ON wanted.order_id = line.order_id
    WHERE line.product_id IS NOT NULL
    GROUP BY line.order_id
)
SELECT coalesce(product.name, '') AS series, chain.* EXCLUDE (series)
FROM cycle_chains AS chain
LEFT JOIN dearest ON dearest.order_id = chain.order_id
LEFT JOIN known_products AS product ON product.id = coalesce(chain.product_id, dearest.product_id);
-- :series_region
SELECT coalesce(sale.region, contact.region, sale.country, contact.country, '') AS series, chain.* EXCLUDE (series)
FROM cycle_chains AS chain
LEFT JOIN orders AS sale ON sale.id = chain.order_id
LEFT JOIN contacts AS contact ON contact.id = chain.customer_id;
-- :series_channel
SELECT coalesce(sale.channel, contact.channel, '') AS series, chain.* EXCLUDE (series)
FROM cycle_chains AS chain
LEFT JOIN orders AS sale ON sale.id = chain.order_id
LEFT JOIN contacts AS contact ON contact.id = chain.customer_id;
-- :series_customer_group
SELECT coalesce(nullif(trim(contact."group"), ''), '') AS series, chain.* EXCLUDE (series)
FROM cycle_chains AS chain
LEFT JOIN contacts AS contact ON contact.id = chain.customer_id;
-- :series_segment
-- A customer of several segments counts in each; one of none, and an anonymous sale, in the series without a name.
SELECT coalesce(member.segment, '') AS series, chain.* EXCLUDE (series)
FROM cycle_chains AS chain
LEFT JOIN cycle_members AS member ON member.customer_id = chain.customer_id;
-- :taken
-- One row a chain and step it came to. next_on: the day of the next step it took; went_on holds where that has no day. Rows from
-- 8 on are whole roads, of chains that came to their end: days between both ends, dated at the end.
WITH facts AS (
    SELECT *, least(lead_on, deal_on, quote_on, order_on, invoice_on) AS first_on
    FROM cycle_series
),
taken AS (
    SELECT 1 AS place, lead_on AS entered_on, coalesce(deal_on, quote_on, order_on, invoice_on, payment_on) AS next_on, head <> 5 AS went_on, *
    FROM facts
    UNION ALL
    SELECT 2, deal_on, coalesce(quote_on, order_on, won_on), is_won OR quote_on IS NOT NULL OR order_on IS NOT NULL, *
    FROM facts
    UNION ALL
    SELECT 3, quote_on, coalesce(order_on, won_on), is_won OR order_on IS NOT NULL, *
    FROM facts
    UNION ALL
    SELECT
        4,
        order_on,
        coalesce(shipment_on, invoice_on, payment_on),
        is_sent OR shipment_on IS NOT NULL OR invoice_on IS NOT NULL OR payment_on IS NOT NULL,
        *
    FROM facts
    UNION ALL
    SELECT 5, shipment_on, coalesce(invoice_on, payment_on), is_completed OR invoice_on IS NOT NULL OR payment_on IS NOT NULL, *
    FROM facts
    UNION ALL
    SELECT 6, invoice_on, payment_on, payment_on IS NOT NULL, *
    FROM facts
    UNION ALL
    SELECT 7, payment_on, NULL, true, *
    FROM facts
    UNION ALL
    SELECT 8, first_on, payment_on, true, *
    FROM facts
    WHERE payment_on IS NOT NULL AND coalesce(deal_on, quote_on, order_on) IS NOT NULL
    UNION ALL
    SELECT 9, lead_on, payment_on, true, *
    FROM facts
    WHERE payment_on IS NOT NULL
    UNION ALL
    SELECT 10, deal_on, payment_on, true, *
    FROM facts
    WHERE payment_on IS NOT NULL
    UNION ALL
    SELECT 11, order_on, payment_on, true, *
    FROM facts
    WHERE payment_on IS NOT NULL
    UNION ALL
    SELECT 12, deal_on, coalesce(won_on, lost_on), true, *
    FROM facts
    WHERE won_on IS NOT NULL OR lost_on IS NOT NULL
    UNION ALL
    SELECT 13, deal_on, won_on, true, *
    FROM facts
    WHERE won_on IS NOT NULL
    UNION ALL
    SELECT 14, deal_on, lost_on, true, *
    FROM facts
    WHERE lost_on IS NOT NULL
)
SELECT
    is_now,
    series,
    place,
    CASE WHEN place > 7 THEN next_on ELSE entered_on END AS dated_on,
    cast(next_on - entered_on AS INTEGER) AS days,
    went_on,
    is_dead AND NOT went_on AS died,
    NOT is_dead AND NOT went_on AS waits,
    amount
FROM taken
WHERE entered_on IS NOT NULL;
-- :steps
-- Steps entered in one of the two windows.
SELECT is_now, series, place, days, went_on, died, waits, amount
FROM cycle_taken
WHERE dated_on > CASE WHEN is_now THEN cast($since AS DATE) ELSE cast($before_since AS DATE) END;
-- :standing
-- Steps ever come to, and what waits at them, whenever it came there.
SELECT
    series,
    place,
    bool_or(is_now) AS is_taken_now,
    count(*) FILTER (WHERE is_now AND waits) AS waiting_now,
    sum(amount) FILTER (WHERE is_now AND waits) AS waiting_amount
FROM cycle_taken
GROUP BY series, place;
-- :computed
-- The figures of every series and step, of both windows; rounded, as floats hang on the order of their rows.
WITH told AS (
    SELECT max(place) AS last_place FROM cycle_standing WHERE place <= 7 AND is_taken_now
),
inside AS (
    SELECT
        series,
        place,
        count(*) FILTER (WHERE is_now) AS entered,
        count(*) FILTER (WHERE is_now AND went_on) AS went_on,
        count(*) FILTER (WHERE is_now AND died) AS died,
        count(*) FILTER (WHERE is_now AND waits) AS waits,
        count(*) FILTER (WHERE is_now AND days < 0) AS negative,
        count(days) FILTER (WHERE is_now) AS timed,
        avg(days) FILTER (WHERE is_now) AS days_mean,
        quantile_cont(days, 0.5) FILTER (WHERE is_now) AS days_median,
        quantile_cont(days, 0.9) FILTER (WHERE is_now) AS days_p90,
        sum(amount) FILTER (WHERE is_now AND died) AS died_amount,
        count(amount) FILTER (WHERE is_now AND died) AS died_priced,
        count(*) FILTER (WHERE NOT is_now) AS entered_before,
        count(*) FILTER (WHERE NOT is_now AND went_on) AS went_on_before,
        count(*) FILTER (WHERE NOT is_now AND died) AS died_before,
        count(days) FILTER (WHERE NOT is_now) AS timed_before,
        quantile_cont(days, 0.5) FILTER (WHERE NOT is_now) AS days_median_before,
        quantile_cont(days, 0.9) FILTER (WHERE NOT is_now) AS days_p90_before
    FROM cycle_steps
    GROUP BY series, place
),
counted AS (
    SELECT
        standing.series,
        standing.place,
        coalesce(inside.entered, 0) AS entered,
        coalesce(inside.went_on, 0) AS went_on,
        coalesce(inside.died, 0) AS died,
        coalesce(inside.waits, 0) AS waits,
        coalesce(inside.negative, 0) AS negative,
        coalesce(inside.timed, 0) AS timed,
        inside.days_mean,
        inside.days_median,
        inside.days_p90,
        inside.died_amount,
        coalesce(inside.died_priced, 0) AS died_priced,
        coalesce(inside.entered_before, 0) AS entered_before,
        coalesce(inside.went_on_before, 0) AS went_on_before,
        coalesce(inside.died_before, 0) AS died_before,
        coalesce(inside.timed_before, 0) AS timed_before,
        inside.days_median_before,
        inside.days_p90_before,
        standing.waiting_now,
        standing.waiting_amount
    FROM cycle_standing AS standing
    LEFT JOIN inside ON inside.series = standing.series AND inside.place = standing.place
),
lasting AS (
    SELECT
        series,
        place,
        days,
        count(*) FILTER (WHERE is_now) AS ours,
        count(*) AS both_windows
    FROM cycle_steps
    WHERE days IS NOT NULL
    GROUP BY series, place, days
),
ranked AS (
    -- a day's middle rank among all days of both windows
    SELECT
        *,
        sum(both_windows) OVER (PARTITION BY series, place ORDER BY days) - both_windows + (both_windows + 1) / 2.0 AS middle_rank
    FROM lasting
),
rank_sums AS (
    SELECT
        series,
        place,
        sum(ours * middle_rank) AS rank_sum,
        sum(pow(cast(both_windows AS DOUBLE), 3) - both_windows) AS ties
    FROM ranked
    GROUP BY series, place
),
judged AS (
    SELECT
        counted.*,
        -- Mann-Whitney: the rank sum against what chance alone gives, ties taken off the spread
        (rank_sums.rank_sum - timed * (timed + timed_before + 1) / 2.0) / nullif(
            sqrt(
                greatest(
                    timed * timed_before / 12.0 * (
                        timed + timed_before + 1
                        - rank_sums.ties / nullif((timed + timed_before) * (timed + timed_before - 1.0), 0)
                    ),
                    0
                )
            ),
            0
        ) AS days_z,
        went_on / nullif(went_on + died, 0) AS share_on,
        went_on_before / nullif(went_on_before + died_before, 0) AS share_before,
        (went_on + went_on_before) / nullif(went_on + went_on_before + died + died_before, 0) AS share_both
    FROM counted
    LEFT JOIN rank_sums ON rank_sums.series = counted.series AND rank_sums.place = counted.place
),
compared AS (
    SELECT
        judged.*,
        -- the last step that is written down says nothing of going on
        place < 7 AND (place <= 3 OR place < told.last_place) AS is_told,
        least(went_on + died, went_on_before + died_before) AS decided,
        (share_on - share_before) / nullif(
            sqrt(
                share_both * (1 - share_both)
                * (1.0 / nullif(went_on + died, 0) + 1.0 / nullif(went_on_before + died_before, 0))
            ),
            0
        ) AS share_z
    FROM judged
    CROSS JOIN told
)
SELECT
    series,
    place,
    sum(CASE WHEN place <= 7 THEN entered ELSE 0 END) OVER (PARTITION BY series) AS size,
    cast(entered AS BIGINT) AS entered,
    CASE WHEN is_told THEN cast(went_on AS BIGINT) END AS went_on,
    CASE WHEN place < 7 THEN cast(died AS BIGINT) END AS died,
    CASE WHEN is_told THEN cast(waits AS BIGINT) END AS on_the_way,
    CASE WHEN is_told THEN round(share_on, 9) END AS share_on,
    cast(timed AS BIGINT) AS timed,
    round(days_mean, 9) AS days_mean,
    round(days_median, 9) AS days_median,
    round(days_p90, 9) AS days_p90,
    CASE WHEN place <> 7 THEN cast(negative AS BIGINT) END AS negative,
    cast(died_amount AS DECIMAL(38, 4)) AS died_amount,
    cast(died_priced AS BIGINT) AS died_priced,
    cast(entered_before AS BIGINT) AS entered_before,
    CASE WHEN is_told THEN round(share_before, 9) END AS share_before,
    round(days_median_before, 9) AS days_median_before,
    round(days_p90_before, 9) AS days_p90_before,
    round(days_median - days_median_before, 9) AS days_change,
    CASE
        WHEN least(timed, timed_before) < $least THEN NULL
        WHEN days_z >= $surely THEN 'longer'
        WHEN days_z <= -$surely THEN 'shorter'
        ELSE 'by_chance'
    END AS days_verdict,
    CASE
        WHEN decided < $least OR NOT is_told THEN NULL
        WHEN least(share_both, 1 - share_both) * decided < 5 AND share_both NOT IN (0, 1) THEN NULL
        WHEN share_z >= $surely THEN 'more'
        WHEN share_z <= -$surely THEN 'fewer'
        ELSE 'by_chance'
    END AS share_verdict,
    CASE WHEN is_told THEN cast(waiting_now AS BIGINT) END AS waiting_now,
    CASE WHEN is_told THEN cast(waiting_amount AS DECIMAL(38, 4)) END AS waiting_amount
FROM compared;
-- :rows
-- One row a series and step that anything happened or waits at.
SELECT
    size,
    place,
    nullif(series, '') AS series,
    CASE place
        WHEN 1 THEN 'lead'
        WHEN 2 THEN 'opportunity'
        WHEN 3 THEN 'quote'
        WHEN 4 THEN 'order'
        WHEN 5 THEN 'shipment'
        WHEN 6 THEN 'invoice'
        ELSE 'payment'
    END AS step,
    entered,
    went_on,
    died,
    on_the_way,
    share_on,
    days_median,
    days_p90,
    days_change,
    days_verdict,
    share_verdict,
    entered_before,
    share_before,
    days_median_before,
    days_p90_before,
    negative,
    died_amount,
    waiting_now,
    waiting_amount
FROM cycle_figures
WHERE place <= 7 AND (entered > 0 OR entered_before > 0 OR waiting_now > 0);
-- :answer
SELECT * EXCLUDE (series, size, place)
FROM cycle_rows
ORDER BY place;
-- :answer_by
SELECT * EXCLUDE (size, place)
FROM cycle_rows
ORDER BY size DESC, series NULLS LAST, place;
-- :against
-- Days and shares beside those of the period before.
SELECT
    series,
    step,
    entered_before,
    share_before,
    share_verdict,
    days_median,
    days_median_before,
    days_p90,
    days_p90_before,
    days_verdict
FROM cycle_rows
WHERE step <> 'payment'
ORDER BY size DESC, series NULLS LAST, place
LIMIT CASE WHEN $by = 'none' THEN 7 ELSE $shown END;
-- :whole
-- Chains that came to their end in the window: days between both ends.
SELECT
    nullif(series, '') AS series,
    CASE place
        WHEN 8 THEN 'first_to_payment'
        WHEN 9 THEN 'lead_to_payment'
        WHEN 10 THEN 'deal_to_payment'
        WHEN 11 THEN 'order_to_payment'
        WHEN 12 THEN 'deal_to_closed'
        WHEN 13 THEN 'deal_to_won'
        ELSE 'deal_to_lost'
    END AS road,
    timed AS chains,
    days_mean,
    days_median,
    days_p90,
    negative,
    days_median_before,
    days_change,
    days_verdict
FROM cycle_figures
WHERE place > 7 AND (timed > 0 OR days_median_before IS NOT NULL) AND ($by = 'none' OR place IN (8, 13))
ORDER BY place, timed DESC, series = '', cycle_figures.series
LIMIT $shown;
-- :losses
-- What died at each step and what is on its way, with the money in it.
SELECT
    series,
    step,
    died,
    died_amount,
    waiting_now,
    waiting_amount
FROM cycle_rows
WHERE died > 0 OR waiting_now > 0
ORDER BY CASE WHEN $by <> 'none' THEN coalesce(died_amount, 0) END DESC, CASE WHEN $by <> 'none' THEN died END DESC,
    size DESC, series NULLS LAST, place
LIMIT $shown;
-- :figures
WITH worst AS (
    SELECT *
    FROM cycle_rows
    WHERE died > 0
    ORDER BY coalesce(died_amount, 0) DESC, died DESC, entered, step, series
    LIMIT 1
),
slowest AS (
    SELECT *
    FROM cycle_rows
    WHERE days_median IS NOT NULL AND $by = 'none'
    ORDER BY days_median DESC, step, series
    LIMIT 1
),
roads AS (
    SELECT
        max(days_median) FILTER (WHERE place = 8) AS whole_median,
        max(days_p90) FILTER (WHERE place = 8) AS whole_p90,
        max(timed) FILTER (WHERE place = 8) AS whole_count,
        max(days_median) FILTER (WHERE place = 13) AS won_median,
        max(days_p90) FILTER (WHERE place = 13) AS won_p90,
        max(timed) FILTER (WHERE place = 13) AS won_count
    FROM cycle_figures
    WHERE $by = 'none'
),
written AS (
    SELECT
        count(*) FILTER (WHERE place = 1) AS leads,
        count(*) FILTER (WHERE place = 2) AS deals,
        count(*) FILTER (WHERE place = 3) AS quotes,
        count(*) FILTER (WHERE place = 4) AS orders,
        count(*) FILTER (WHERE place = 5) AS shipments,
        count(*) FILTER (WHERE place = 6) AS invoices,
        count(*) FILTER (WHERE place = 7) AS payments,
        coalesce(sum(negative) FILTER (WHERE place < 7), 0) AS negatives,
        coalesce(sum(died - died_priced) FILTER (WHERE place BETWEEN 2 AND 6), 0) AS unpriced,
        coalesce(sum(died) FILTER (WHERE place < 7), 0) AS died_total
    FROM cycle_figures
)
SELECT
    worst.step AS worst_step,
    worst.series AS worst_series,
    worst.died AS worst_died,
    worst.entered AS worst_entered,
    worst.died_amount AS worst_amount,
    slowest.step AS slow_step,
    slowest.series AS slow_series,
    slowest.days_median AS slow_median,
    slowest.days_p90 AS slow_p90,
    roads.*,
    written.*,
    (SELECT count(*) FROM deals_on($as_of) WHERE outcome IS NULL) AS deals_unknown,
    (SELECT count(*) FROM deals_on($as_of) WHERE opened_on IS NULL) AS deals_undated
FROM written
CROSS JOIN roads
LEFT JOIN worst ON true
LEFT JOIN slowest ON true;
