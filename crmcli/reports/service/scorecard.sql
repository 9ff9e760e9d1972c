-- How does the firm stand on the five factors of value: response, service, quality, time and price?
-- :measures
WITH response AS (
    SELECT
        count(*) AS basis,
        cast(median(hours) AS DOUBLE) AS hours,
        cast(median(hours) FILTER (WHERE source = 'ticket') AS DOUBLE) AS ticket_hours,
        cast(count(*) FILTER (WHERE hours <= $day_minutes / 60.0) / nullif(count(*), 0) AS DOUBLE) AS within_day
    FROM worked_waits($since, $as_of)
),
asked AS (
    SELECT
        count(csat) AS rated,
        cast(avg(csat) AS DOUBLE) AS csat,
        cast(count(*) FILTER (WHERE csat >= 4) / nullif(count(csat), 0) AS DOUBLE) AS satisfied,
        count(reopened) AS followed,
        cast(count(*) FILTER (WHERE reopened > 0) / nullif(count(reopened), 0) AS DOUBLE) AS reopened
    FROM ticket_verdicts($since, $as_of)
),
sold AS (
    SELECT
        count(*) AS lines,
        cast(-coalesce(sum(net) FILTER (WHERE net < 0), 0) / CASE WHEN sum(net) > 0 THEN sum(net) END AS DOUBLE) AS returned
    FROM order_lines
    WHERE counted AND ordered_on > $since AND ordered_on <= $as_of
),
deliveries AS (
    SELECT count(*) AS lines, cast(count(*) FILTER (WHERE in_time) / nullif(count(*), 0) AS DOUBLE) AS on_time
    FROM promised_lines($since, $as_of)
),
paid AS (
    SELECT product_id, sum(net) AS revenue, cast(sum(net) AS DOUBLE) / nullif(cast(sum(qty) AS DOUBLE), 0) AS price
    FROM order_lines
    WHERE counted AND ordered_on > $since AND ordered_on <= $as_of AND qty > 0 AND net > 0 AND product_id IS NOT NULL
    GROUP BY product_id
),
prices AS (
    SELECT
        count(*) AS products,
        sum(cast(paid.revenue AS DOUBLE) * coalesce(cast(nullif(product.price, 0) AS DOUBLE), paid.price) / cast(rival.price AS DOUBLE))
        / nullif(sum(cast(paid.revenue AS DOUBLE)), 0) AS ratio
    FROM paid
    INNER JOIN products AS product ON product.id = paid.product_id
    INNER JOIN competitor_floor($as_of) AS rival ON rival.product_id = paid.product_id
),
came_back AS (
    SELECT
        count(*) FILTER (WHERE occasions > 0) AS buyers,
        count(*) FILTER (WHERE occasions_before > 0) AS before,
        cast(count(*) FILTER (WHERE occasions_before > 0 AND occasions > 0)
        / nullif(count(*) FILTER (WHERE occasions_before > 0), 0) AS DOUBLE) AS kept
    FROM window_customers($since, $as_of)
),
approached AS (
    SELECT count(DISTINCT met.customer_id) AS parties
    FROM interactions AS met
    INNER JOIN window_customers($since, $as_of) AS buyer ON buyer.customer_id = met.customer_id AND buyer.occasions > 0
    WHERE met.direction = 'out' AND met."at" >= $window_first_on AND met."at" < $day_after
),
measured AS (
    SELECT 1 AS place, 'response' AS factor, 'first_answer_hours' AS measure, response.hours AS figure, response.basis AS basis FROM response
    UNION ALL SELECT 2, 'service', 'satisfaction', csat, rated FROM asked
    UNION ALL SELECT 3, 'service', 'tickets_reopened', reopened, followed FROM asked
    UNION ALL SELECT 4, 'quality', 'returned_share', returned, lines FROM sold
    UNION ALL SELECT 5, 'time', 'on_time_share', on_time, lines FROM deliveries
    UNION ALL SELECT 6, 'price', 'price_ratio', ratio, products FROM prices
    UNION ALL SELECT 11, 'product', 'availability', on_time, lines FROM deliveries
    UNION ALL SELECT 12, 'product', 'value', ratio, products FROM prices
    UNION ALL SELECT 13, 'product', 'convenience', within_day, basis FROM response
    UNION ALL SELECT 14, 'product', 'trust', 1 - returned, lines FROM sold
    UNION ALL SELECT 21, 'relationship', 'satisfaction_share', satisfied, rated FROM asked
    UNION ALL SELECT 22, 'relationship', 'constancy', kept, before FROM came_back
    UNION ALL SELECT 23, 'relationship', 'personalisation',
        CASE WHEN (SELECT count(*) FROM interactions WHERE "at" < $day_after) > 0
            THEN cast(approached.parties / nullif(came_back.buyers, 0) AS DOUBLE) END, came_back.buyers
    FROM approached CROSS JOIN came_back
    UNION ALL SELECT 24, 'relationship', 'fusion', NULL, 0
)
SELECT
    measured.place,
    measured.factor,
    measured.measure,
    CASE WHEN measured.basis > 0 THEN round(measured.figure, 9) END AS figure,
    CASE
        WHEN measured.basis = 0 OR measured.figure IS NULL OR bound.measure IS NULL THEN NULL
        WHEN bound.five > bound.two THEN
            1 + cast(measured.figure >= bound.two AS INTEGER) + cast(measured.figure >= bound.three AS INTEGER)
            + cast(measured.figure >= bound.four AS INTEGER) + cast(measured.figure >= bound.five AS INTEGER)
        ELSE
            1 + cast(measured.figure <= bound.two AS INTEGER) + cast(measured.figure <= bound.three AS INTEGER)
            + cast(measured.figure <= bound.four AS INTEGER) + cast(measured.figure <= bound.five AS INTEGER)
    END AS level,
    measured.basis
FROM measured
LEFT JOIN scorecard_bounds AS bound ON bound.measure = measured.measure;
-- :answer
WITH graded AS (
    SELECT
        factor,
        min(place) AS place,
        coalesce(min_by(measure, place) FILTER (WHERE figure IS NOT NULL), min_by(measure, place)) AS measure,
        min_by(figure, place) FILTER (WHERE figure IS NOT NULL) AS figure,
        cast(floor(avg(level)) AS INTEGER) AS level,
        coalesce(min_by(basis, place) FILTER (WHERE figure IS NOT NULL), 0) AS basis
    FROM scorecard_measures
    WHERE place < 10
    GROUP BY factor
)
SELECT
    factor,
    measure,
    rtrim(rtrim(cast(cast(figure AS DECIMAL(18, 9)) AS VARCHAR), '0'), '.') AS figure,
    level,
    basis,
    $window_first_on AS period_from,
    $as_of AS period_to
FROM graded
WHERE EXISTS (SELECT 1 FROM scorecard_measures WHERE basis > 0 AND place < 10)
ORDER BY place;
-- :parts
SELECT factor, measure, figure, level, basis
FROM scorecard_measures
WHERE place < 10
ORDER BY place;
-- :pyramids
SELECT factor AS pyramid, measure AS step, figure, CASE WHEN figure IS NULL THEN 'no_data' ELSE 'known' END AS state, basis
FROM scorecard_measures
WHERE place > 10
ORDER BY place;
-- :figures
SELECT
    count(level) AS known,
    min_by(factor, level) AS weakest,
    min(level) AS weakest_level,
    max_by(factor, level) AS strongest,
    max(level) AS strongest_level,
    count(*) FILTER (WHERE level IS NULL) AS unknown,
    count(*) FILTER (WHERE level IS NOT NULL AND basis < 10) AS thin,
    (SELECT count(*) FROM scorecard_measures WHERE place > 10 AND figure IS NULL) AS steps_unknown
FROM answer;
-- :customers
SELECT
    party.code AS customer,
    party.name,
    scored.revenue,
    scored.response_level,
    scored.service_level,
    scored.quality_level,
    scored.time_level,
    scored.price_level,
    scored.weakest,
    scored.response,
    scored.service,
    scored.reopened,
    scored.quality,
    scored."time",
    scored.price,
    scored.basis,
    scored.thin,
    scored.product_tier,
    scored.relationship_tier
FROM scorecard_customers AS scored
INNER JOIN contacts AS party ON party.id = scored.customer_id
ORDER BY scored.revenue DESC, party.code;
-- :tiers
WITH steps (place, pyramid, step) AS (
    VALUES
    (1, 'product', 'availability'), (2, 'product', 'value'), (3, 'product', 'convenience'), (4, 'product', 'trust'),
    (5, 'relationship', 'satisfaction'), (6, 'relationship', 'constancy'), (7, 'relationship', 'personalisation'),
    (8, 'relationship', 'fusion')
),
flags AS (
    SELECT 1 AS place, availability AS holds FROM scorecard_customers
    UNION ALL SELECT 2, "value" FROM scorecard_customers
    UNION ALL SELECT 3, convenience FROM scorecard_customers
    UNION ALL SELECT 4, trust FROM scorecard_customers
    UNION ALL SELECT 5, satisfaction FROM scorecard_customers
    UNION ALL SELECT 6, constancy FROM scorecard_customers
    UNION ALL SELECT 7, personalisation FROM scorecard_customers
),
standing AS (
    SELECT product_tier AS step, count(*) AS stand FROM scorecard_customers GROUP BY product_tier
    UNION ALL
    SELECT relationship_tier, count(*) FROM scorecard_customers WHERE relationship_tier <> 'none' GROUP BY relationship_tier
)
SELECT
    steps.pyramid,
    steps.step,
    count(flags.holds) AS known,
    count(*) FILTER (WHERE flags.holds) AS reached,
    cast(count(*) FILTER (WHERE flags.holds) / nullif(count(flags.holds), 0) AS DOUBLE) AS share,
    coalesce(any_value(standing.stand), 0) AS stand
FROM steps
LEFT JOIN flags ON flags.place = steps.place
LEFT JOIN standing ON standing.step = steps.step
WHERE EXISTS (SELECT 1 FROM scorecard_customers)
GROUP BY steps.place, steps.pyramid, steps.step
ORDER BY steps.place;
-- :customer_figures
SELECT
    count(*) AS customers,
    count(*) FILTER (WHERE least(response_level, service_level, quality_level, time_level, price_level) <= 2) AS poor,
    coalesce(sum(revenue) FILTER (WHERE least(response_level, service_level, quality_level, time_level, price_level) <= 2), 0)
        AS poor_revenue,
    (
        SELECT factor
        FROM scorecard_measures
        WHERE level IS NOT NULL
        GROUP BY factor
        HAVING count(*) FILTER (WHERE level <= 2) > 0
        ORDER BY count(DISTINCT customer_id) FILTER (WHERE level <= 2) DESC, factor
        LIMIT 1
    ) AS commonest,
    count(*) FILTER (WHERE thin > 0) AS thin,
    count(*) FILTER (WHERE basis IS NULL) AS ungraded
FROM answer;
