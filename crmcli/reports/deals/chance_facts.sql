-- What the chances of deals are learned from.

-- :stated what is said of each deal known by then, and whether the day of its end is known
SELECT
    deal.opportunity_id,
    deal.outcome,
    cast(deal.probability_by_hand AS DOUBLE) AS by_hand,
    cast(stage.probability AS DOUBLE) AS by_stage,
    deal.closed_on IS NOT NULL AS is_dated
FROM deals_on($as_of) AS deal
LEFT JOIN (
    SELECT lower(trim(name)) AS name, arg_min(probability, stage_no) AS probability
    FROM deal_stages
    GROUP BY lower(trim(name))
) AS stage ON stage.name = lower(trim(deal.stage))
ORDER BY deal.opportunity_id

-- :deals one row a deal known by then; words as numbers from 0 (−1: unknown), days since 1970, NULL unknown; earlier: deals won by its
-- customer before it was opened, 3 standing for more
WITH known AS (
    SELECT
        deal.*,
        product.category,
        customer.region,
        customer.industry,
        customer.source
    FROM deals_on($as_of) AS deal
    LEFT JOIN products AS product ON product.id = deal.product_id
    LEFT JOIN contacts AS customer ON customer.id = deal.customer_id
    WHERE deal.outcome IS NOT NULL
),
victories AS (
    SELECT customer_id, closed_on, sum(count(*)) OVER (PARTITION BY customer_id ORDER BY closed_on) AS wins
    FROM known
    WHERE outcome = 'won' AND customer_id IS NOT NULL AND closed_on IS NOT NULL
    GROUP BY customer_id, closed_on
)
SELECT
    known.opportunity_id,
    known.outcome,
    cast(known.opened_on - DATE '1970-01-01' AS DOUBLE) AS opened,
    cast(known.closed_on - DATE '1970-01-01' AS DOUBLE) AS closed,
    coalesce(known.manager_id, -1) AS manager,
    coalesce(known.product_id, -1) AS product,
    CASE WHEN known.category IS NULL THEN -1 ELSE dense_rank() OVER (ORDER BY known.category NULLS LAST) END AS category,
    CASE WHEN known.region IS NULL THEN -1 ELSE dense_rank() OVER (ORDER BY known.region NULLS LAST) END AS region,
    CASE WHEN known.industry IS NULL THEN -1 ELSE dense_rank() OVER (ORDER BY known.industry NULLS LAST) END AS industry,
    CASE WHEN known.campaign IS NULL THEN -1 ELSE dense_rank() OVER (ORDER BY known.campaign NULLS LAST) END AS campaign,
    CASE WHEN known.source IS NULL THEN -1 ELSE dense_rank() OVER (ORDER BY known.source NULLS LAST) END AS source,
    coalesce(cast(nullif(greatest(known.amount, 0), 0) AS DOUBLE), -1) AS amount,
    CASE
        WHEN known.customer_id IS NULL OR known.opened_on IS NULL THEN -1
        ELSE least(coalesce(victories.wins, 0), 3)
    END AS earlier
FROM known
ASOF LEFT JOIN victories ON victories.customer_id = known.customer_id AND victories.closed_on < known.opened_on
ORDER BY known.opportunity_id

-- :moves every stage a deal came to by then: which deal, when, the stage as a number, what is believed of it
SELECT
    deal_moves.opportunity_id,
    deal_moves.moved_on - DATE '1970-01-01' AS moved,
    dense_rank() OVER (ORDER BY lower(trim(deal_moves.to_stage))) - 1 AS stage,
    cast(known.probability AS DOUBLE) AS by_stage
FROM deal_moves
LEFT JOIN (
    SELECT lower(trim(name)) AS name, arg_min(probability, stage_no) AS probability FROM deal_stages GROUP BY lower(trim(name))
) AS known ON known.name = lower(trim(deal_moves.to_stage))
WHERE deal_moves.moved_on <= $as_of AND deal_moves.to_stage IS DISTINCT FROM deal_moves.from_stage
ORDER BY deal_moves.opportunity_id, deal_moves.move_no

-- :words what deals to be told about are called by
SELECT
    deal.opportunity_id,
    manager.name AS manager,
    coalesce(product.name, product.sku) AS product,
    product.category,
    customer.region,
    customer.industry,
    deal.campaign,
    customer.source,
    deal.stage,
    deal.amount,
    '' AS earlier
FROM deals_on($as_of) AS deal
LEFT JOIN managers AS manager ON manager.id = deal.manager_id
LEFT JOIN products AS product ON product.id = deal.product_id
LEFT JOIN contacts AS customer ON customer.id = deal.customer_id
WHERE deal.outcome IN ('open', 'hold')

-- :open_deals what is shown beside the chances
SELECT
    deal.opportunity_id,
    deal.opportunity_no,
    customer.code AS customer,
    deal.stage,
    $as_of - deal.opened_on AS days_open
FROM deals_on($as_of) AS deal
LEFT JOIN contacts AS customer ON customer.id = deal.customer_id
WHERE deal.outcome IN ('open', 'hold')
ORDER BY deal.opportunity_id

-- :hands chances given by hand, from which day to before which: as deals are now, and as they were before each change
WITH versions AS (
    SELECT id, probability, changed_in AS from_step, NULL AS to_step FROM opportunities
    UNION ALL
    SELECT id, probability, changed_in, in_step FROM history.opportunities WHERE op = 'update'
)
SELECT
    versions.id AS opportunity_id,
    cast(cast(made.done_at AS DATE) - DATE '1970-01-01' AS DOUBLE) AS from_day,
    cast(coalesce(cast(changed.done_at AS DATE) - DATE '1970-01-01', 4000000) AS DOUBLE) AS to_day,
    cast(versions.probability AS DOUBLE) AS by_hand
FROM versions
INNER JOIN meta.steps AS made ON made.step = versions.from_step
LEFT JOIN meta.steps AS changed ON changed.step = versions.to_step
WHERE versions.probability IS NOT NULL
ORDER BY versions.id, versions.from_step
