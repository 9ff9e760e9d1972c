-- What is each deal worth that is open on a day, and which of them are rotting?
-- :deals
-- reads deal_chances; amounts of deals without one: the list price of their product stands in
WITH open_deals AS (
    SELECT * FROM deals_on($as_of) WHERE outcome IN ('open', 'hold')
),
limits AS (
    SELECT * FROM rot_limits($as_of, $least)
),
recorded AS (
    SELECT count(*) AS touches FROM interactions WHERE "at" < $day_after
),
touched AS (
    SELECT opportunity_id, cast(max("at") AS DATE) AS touched_on
    FROM interactions
    WHERE "at" < $day_after AND opportunity_id IS NOT NULL
    GROUP BY opportunity_id
),
met AS (
    SELECT customer_id, cast(max("at") AS DATE) AS touched_on
    FROM interactions
    WHERE "at" < $day_after AND opportunity_id IS NULL
    GROUP BY customer_id
),
facts AS (
    SELECT
        deal.*,
        customer.code AS customer,
        customer.name AS customer_name,
        manager.code AS manager,
        manager.name AS manager_name,
        product.sku,
        product.name AS product_name,
        coalesce(manager.region, customer.region) AS region,
        stage.stage_no,
        stage.stage_name,
        coalesce(deal.amount, product.price) AS value,
        deal.amount IS NULL AND product.price IS NOT NULL AS is_list_price,
        chance.probability,
        chance.low,
        chance.high,
        coalesce(chance.source, 'unknown') AS source,
        CASE WHEN deal.has_moves THEN own.limit_days ELSE coalesce(own.road_days, whole.limit_days) END AS limit_days,
        CASE WHEN deal.has_moves THEN own.source WHEN own.road_days IS NOT NULL THEN 'stage' ELSE whole.source END AS limit_source,
        $as_of - deal.opened_on AS age,
        greatest(touched.touched_on, met.touched_on) AS touched_on,
        CASE
            WHEN recorded.touches > 0
                THEN $as_of - greatest(touched.touched_on, met.touched_on, deal.opened_on, CASE WHEN deal.has_moves THEN deal.stage_since END)
        END AS silent_days
    FROM open_deals AS deal
    CROSS JOIN recorded
    LEFT JOIN contacts AS customer ON customer.id = deal.customer_id
    LEFT JOIN managers AS manager ON manager.id = deal.manager_id
    LEFT JOIN products AS product ON product.id = deal.product_id
    LEFT JOIN (
        SELECT lower(trim(name)) AS name, min(trim(name)) AS stage_name, min(stage_no) AS stage_no FROM deal_stages GROUP BY lower(trim(name))
    ) AS stage ON stage.name = lower(trim(deal.stage))
    LEFT JOIN deal_chances AS chance ON chance.opportunity_id = deal.opportunity_id
    LEFT JOIN touched ON touched.opportunity_id = deal.opportunity_id
    LEFT JOIN met ON met.customer_id = deal.customer_id
    LEFT JOIN limits AS own ON own.stage = lower(trim(deal.stage))
    LEFT JOIN limits AS whole ON whole.stage IS NULL AND NOT deal.has_moves
)
SELECT
    facts.*,
    cast(value * probability AS DECIMAL(38, 4)) AS weighted,
    outcome = 'open' AND coalesce(days_in_stage > limit_days, false) AS is_stuck,
    outcome = 'open' AND coalesce(silent_days > $silent, false) AS is_silent,
    outcome = 'open' AND (coalesce(days_in_stage > limit_days, false) OR coalesce(silent_days > $silent, false)) AS is_rotting
FROM facts
