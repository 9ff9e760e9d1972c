-- How does each customer find the firm on the same five factors, and how far up the two pyramids of loyalty do they stand?
-- :measures one row a customer and measure for which there is a fact
WITH answered AS (
    SELECT customer_id, cast(median(hours) AS DOUBLE) AS hours, count(*) AS basis
    FROM worked_waits($since, $as_of)
    GROUP BY customer_id
),
asked AS (
    SELECT
        customer_id,
        cast(avg(csat) AS DOUBLE) AS csat,
        count(csat) AS rated,
        cast(count(*) FILTER (WHERE reopened > 0) / nullif(count(reopened), 0) AS DOUBLE) AS reopened,
        count(reopened) AS followed
    FROM ticket_verdicts($since, $as_of)
    GROUP BY customer_id
),
sold AS (
    SELECT
        customer_id,
        product_id,
        count(*) AS lines,
        sum(net) AS revenue,
        sum(net) FILTER (WHERE net < 0) AS returned,
        sum(net) FILTER (WHERE qty > 0 AND net > 0) AS bought,
        sum(qty) FILTER (WHERE qty > 0 AND net > 0) AS qty
    FROM order_lines
    WHERE counted AND customer_id IS NOT NULL AND ordered_on > $since AND ordered_on <= $as_of
    GROUP BY customer_id, product_id
),
kept AS (
    SELECT
        customer_id,
        sum(lines) AS lines,
        sum(revenue) AS revenue,
        cast(-coalesce(sum(returned), 0) / CASE WHEN sum(revenue) > 0 THEN sum(revenue) END AS DOUBLE) AS returned
    FROM sold
    GROUP BY customer_id
),
delivered AS (
    SELECT customer_id, cast(count(*) FILTER (WHERE in_time) / nullif(count(*), 0) AS DOUBLE) AS on_time, count(*) AS lines
    FROM promised_lines($since, $as_of)
    GROUP BY customer_id
),
priced AS (
    SELECT
        sold.customer_id,
        sum(
            cast(sold.bought AS DOUBLE)
            * coalesce(cast(nullif(product.price, 0) AS DOUBLE), cast(sold.bought AS DOUBLE) / nullif(cast(sold.qty AS DOUBLE), 0))
            / cast(rival.price AS DOUBLE)
        ) / nullif(sum(cast(sold.bought AS DOUBLE)), 0) AS ratio,
        count(*) AS products
    FROM sold
    INNER JOIN products AS product ON product.id = sold.product_id
    INNER JOIN competitor_floor($as_of) AS rival ON rival.product_id = sold.product_id
    WHERE sold.bought > 0
    GROUP BY sold.customer_id
),
came_back AS (
    SELECT
        customer_id,
        count(*) FILTER (WHERE bought_on <= $since) AS before,
        cast(count(*) FILTER (WHERE bought_on > $since) > 0 AS INTEGER) AS again
    FROM purchase_days($as_of)
    WHERE is_occasion AND bought_on > cast($since AS DATE) - cast(cast($as_of AS DATE) - cast($since AS DATE) AS INTEGER)
    GROUP BY customer_id
),
met AS (
    SELECT
        customer_id,
        count(*) AS contacts,
        cast(count(*) FILTER (WHERE direction = 'out') > 0 AS INTEGER) AS approached
    FROM interactions
    WHERE "at" >= $window_first_on AND "at" < $day_after
    GROUP BY customer_id
),
measured AS (
    SELECT customer_id, 'response' AS factor, 'first_answer_hours' AS measure, hours AS figure, basis, NULL AS revenue FROM answered
    UNION ALL SELECT customer_id, 'service', 'satisfaction', csat, rated, NULL FROM asked
    UNION ALL SELECT customer_id, 'service', 'tickets_reopened', reopened, followed, NULL FROM asked
    UNION ALL SELECT customer_id, 'quality', 'returned_share', returned, lines, revenue FROM kept
    UNION ALL SELECT customer_id, 'time', 'on_time_share', on_time, lines, NULL FROM delivered
    UNION ALL SELECT customer_id, 'price', 'price_ratio', ratio, products, NULL FROM priced
    UNION ALL SELECT customer_id, 'relationship', 'constancy', again, before, NULL FROM came_back WHERE before > 0
    UNION ALL SELECT customer_id, 'relationship', 'personalisation', approached, contacts, NULL FROM met
)
SELECT
    measured.customer_id,
    measured.factor,
    measured.measure,
    round(measured.figure, 9) AS figure,
    CASE
        WHEN bound.measure IS NULL THEN NULL
        WHEN bound.five > bound.two THEN
            1 + cast(measured.figure >= bound.two AS INTEGER) + cast(measured.figure >= bound.three AS INTEGER)
            + cast(measured.figure >= bound.four AS INTEGER) + cast(measured.figure >= bound.five AS INTEGER)
        ELSE
            1 + cast(measured.figure <= bound.two AS INTEGER) + cast(measured.figure <= bound.three AS INTEGER)
            + cast(measured.figure <= bound.four AS INTEGER) + cast(measured.figure <= bound.five AS INTEGER)
    END AS level,
    measured.basis,
    measured.revenue
FROM measured
LEFT JOIN scorecard_bounds AS bound ON bound.measure = measured.measure
WHERE measured.customer_id IS NOT NULL AND measured.basis > 0 AND (measured.figure IS NOT NULL OR measured.revenue IS NOT NULL);
-- :customers one row a customer with any fact; a tier holds from level 4, or where the thing was done at all
WITH wide AS (
    SELECT
        customer_id,
        coalesce(max(revenue), 0) AS revenue,
        max(figure) FILTER (WHERE measure = 'first_answer_hours') AS response,
        max(level) FILTER (WHERE measure = 'first_answer_hours') AS response_level,
        max(figure) FILTER (WHERE measure = 'satisfaction') AS service,
        max(figure) FILTER (WHERE measure = 'tickets_reopened') AS reopened,
        cast(floor(avg(level) FILTER (WHERE factor = 'service')) AS INTEGER) AS service_level,
        max(figure) FILTER (WHERE measure = 'returned_share') AS quality,
        max(level) FILTER (WHERE measure = 'returned_share') AS quality_level,
        max(figure) FILTER (WHERE measure = 'on_time_share') AS "time",
        max(level) FILTER (WHERE measure = 'on_time_share') AS time_level,
        max(figure) FILTER (WHERE measure = 'price_ratio') AS price,
        max(level) FILTER (WHERE measure = 'price_ratio') AS price_level,
        count(DISTINCT factor) FILTER (WHERE level IS NOT NULL AND basis < 3) AS thin,
        cast(sum(basis) FILTER (WHERE level IS NOT NULL) AS BIGINT) AS basis,
        max(figure = 1) FILTER (WHERE measure = 'constancy') AS constancy,
        max(figure = 1) FILTER (WHERE measure = 'personalisation') AS personalisation
    FROM scorecard_measures
    GROUP BY customer_id
),
tiers AS (
    SELECT
        *,
        time_level >= 4 AS availability,
        price_level >= 4 AS "value",
        response_level >= 4 AS convenience,
        quality_level >= 4 AS trust,
        service_level >= 4 AS satisfaction,
        least(response_level, service_level, quality_level, time_level, price_level) AS lowest
    FROM wide
)
SELECT
    tiers.*,
    CASE
        WHEN lowest >= 4 THEN NULL
        WHEN lowest = response_level THEN 'response'
        WHEN lowest = service_level THEN 'service'
        WHEN lowest = quality_level THEN 'quality'
        WHEN lowest = time_level THEN 'time'
        WHEN lowest = price_level THEN 'price'
    END AS weakest,
    -- the highest tier that holds while none below it fails; a tier without data is passed over
    CASE
        WHEN coalesce(availability, "value", convenience, trust) IS NULL THEN NULL
        WHEN trust AND coalesce(convenience, true) AND coalesce("value", true) AND coalesce(availability, true) THEN 'trust'
        WHEN convenience AND coalesce("value", true) AND coalesce(availability, true) THEN 'convenience'
        WHEN "value" AND coalesce(availability, true) THEN 'value'
        WHEN availability THEN 'availability'
        ELSE 'none'
    END AS product_tier,
    CASE
        WHEN coalesce(satisfaction, constancy, personalisation) IS NULL THEN NULL
        WHEN personalisation AND coalesce(constancy, true) AND coalesce(satisfaction, true) THEN 'personalisation'
        WHEN constancy AND coalesce(satisfaction, true) THEN 'constancy'
        WHEN satisfaction THEN 'satisfaction'
        ELSE 'none'
    END AS relationship_tier
FROM tiers;
