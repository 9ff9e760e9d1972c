-- Lists of deals, and what there is to say of one.
-- :listed
-- reads weighed_deals; over says whether closed ones are wanted, too
WITH closed AS (
    SELECT
        deal.opportunity_id,
        deal.opportunity_no,
        coalesce(deal.name, product.name) AS name,
        customer.code AS customer,
        customer.name AS customer_name,
        deal.customer_id,
        deal.stage,
        coalesce(deal.outcome, 'unknown') AS outcome,
        deal.amount AS value,
        deal.opened_on,
        deal.expected_on,
        deal.closed_on,
        deal.manager_id,
        manager.code AS manager,
        manager.name AS manager_name,
        product.sku,
        coalesce(manager.region, customer.region) AS region,
        stage.stage_no
    FROM deals_on($as_of) AS deal
    LEFT JOIN contacts AS customer ON customer.id = deal.customer_id
    LEFT JOIN managers AS manager ON manager.id = deal.manager_id
    LEFT JOIN products AS product ON product.id = deal.product_id
    LEFT JOIN (
        SELECT lower(trim(name)) AS name, min(stage_no) AS stage_no FROM deal_stages GROUP BY lower(trim(name))
    ) AS stage ON stage.name = lower(trim(deal.stage))
    WHERE $over AND (deal.outcome IS NULL OR deal.outcome IN ('won', 'lost'))
)
SELECT
    opportunity_no AS deal,
    coalesce(name, product_name) AS name,
    customer,
    customer_name,
    stage,
    outcome,
    value AS amount,
    is_list_price,
    probability,
    source,
    weighted,
    days_in_stage,
    has_moves,
    is_rotting,
    opened_on,
    expected_on,
    CAST(NULL AS DATE) AS closed_on,
    manager_name AS manager,
    customer_id,
    manager_id,
    sku,
    region
FROM weighed_deals
UNION ALL BY NAME
SELECT
    opportunity_no AS deal, name, customer, customer_name, stage, outcome, value AS amount, opened_on, expected_on, closed_on,
    manager_name AS manager, customer_id, manager_id, sku, region
FROM closed;
-- :rotting
SELECT
    opportunity_no AS deal,
    coalesce(name, product_name) AS name,
    customer,
    customer_name,
    stage,
    days_in_stage,
    has_moves,
    limit_days,
    limit_source,
    silent_days,
    value AS amount,
    probability,
    weighted,
    manager_name AS manager,
    is_stuck,
    is_silent,
    customer_id,
    manager_id
FROM weighed_deals
WHERE is_rotting
ORDER BY weighted DESC NULLS LAST, value DESC NULLS LAST, days_in_stage DESC NULLS LAST, opportunity_no;
-- :standing
SELECT stage, outcome, closed_on, days_in_stage, stage_since, has_moves FROM deals_on($as_of) WHERE opportunity_id = $deal;
-- :moves
SELECT
    move.moved_on,
    move.from_stage,
    move.to_stage,
    move."status",
    CASE
        WHEN coalesce(move."status", 'open') IN ('won', 'lost') AND lead(move.moved_on) OVER line IS NULL THEN NULL
        ELSE coalesce(lead(move.moved_on) OVER line, $as_of) - move.moved_on
    END AS days,
    manager.name AS manager,
    move.note
FROM deal_moves AS move
LEFT JOIN managers AS manager ON manager.id = move.manager_id
WHERE move.opportunity_id = $deal AND move.moved_on <= $as_of
WINDOW line AS (ORDER BY move.move_no)
ORDER BY move.move_no;
-- :touches
-- those noted for the deal, and those of the customer with no deal named while it was open
SELECT
    touch."at",
    touch.kind,
    touch.direction,
    touch.minutes,
    touch.subject,
    touch.outcome,
    manager.name AS manager,
    touch.opportunity_id IS NOT NULL AS is_its_own
FROM interactions AS touch
INNER JOIN opportunities AS deal ON deal.id = $deal
LEFT JOIN managers AS manager ON manager.id = touch.manager_id
WHERE
    touch."at" < $day_after
    AND (
        touch.opportunity_id = deal.id
        OR (
            touch.opportunity_id IS NULL
            AND touch.customer_id = deal.customer_id
            AND touch."at" >= deal.opened_on
            AND coalesce(touch."at" < deal.closed_on + 1, true)
        )
    )
ORDER BY touch."at" DESC, touch.id DESC;
-- :quotes
SELECT
    quote.quote_no,
    quote.quoted_on,
    quote.sent_on,
    CASE
        WHEN quote.decided_on <= $as_of THEN quote.status
        WHEN quote.sent_on <= $as_of THEN 'sent'
        ELSE 'draft'
    END AS "status",
    CASE WHEN quote.decided_on <= $as_of THEN quote.decided_on END AS decided_on,
    cast(sum(line.net) FILTER (WHERE coalesce(line.mark, 'delivery') = 'delivery') AS DECIMAL(38, 4)) AS net,
    quote.currency,
    CASE WHEN quote.decided_on <= $as_of THEN quote.order_no END AS order_no
FROM quotes AS quote
INNER JOIN opportunities AS deal ON deal.opportunity_no = quote.opportunity_no
LEFT JOIN quote_lines AS line ON line.quote_id = quote.id
WHERE
    deal.id = $deal
    AND quote.quoted_on <= $as_of
    AND quote.revision = (SELECT max(later.revision) FROM quotes AS later WHERE later.quote_no = quote.quote_no AND later.quoted_on <= $as_of)
GROUP BY quote.id, quote.quote_no, quote.quoted_on, quote.sent_on, quote.status, quote.decided_on, quote.currency, quote.order_no
ORDER BY quote.quoted_on DESC, quote.quote_no DESC;
-- :stages
-- stages defined, and those that deals are in without being defined
WITH here AS (
    SELECT
        lower(trim(stage)) AS stage,
        min(trim(stage)) AS name,
        count(*) FILTER (WHERE outcome IN ('open', 'hold')) AS open_deals,
        count(*) AS deals
    FROM deals_on($as_of)
    WHERE trim(coalesce(stage, '')) <> ''
    GROUP BY lower(trim(stage))
)
SELECT
    defined.stage_no,
    coalesce(defined.name, here.name) AS stage,
    coalesce(defined.outcome, words.outcome, 'open') AS outcome,
    defined.probability,
    rot.limit_days AS rot_days,
    rot.source AS rot_source,
    coalesce(here.open_deals, 0) AS open_deals,
    coalesce(here.deals, 0) AS deals
FROM deal_stages AS defined
FULL JOIN here ON here.stage = lower(trim(defined.name))
LEFT JOIN deal_words() AS words ON words.word = replace(replace(here.stage, '-', ' '), '_', ' ')
LEFT JOIN rot_limits($as_of, $least) AS rot ON rot.stage = lower(trim(defined.name))
ORDER BY defined.stage_no NULLS LAST, here.deals DESC, here.stage;
-- :seen
-- stages that deals are in and nobody has defined; systems date a deal when work on it begins, so undated ones come first
WITH seen AS (
    SELECT
        lower(trim(stage)) AS stage,
        min(trim(stage)) AS name,
        count(*) AS deals,
        count(opened_on) / count(*) AS dated
    FROM opportunities
    WHERE trim(coalesce(stage, '')) <> ''
    GROUP BY lower(trim(stage))
)
SELECT seen.name, seen.deals, coalesce(words.outcome, 'open') AS outcome
FROM seen
ANTI JOIN (SELECT lower(trim(name)) AS stage FROM deal_stages) AS defined ON defined.stage = seen.stage
LEFT JOIN deal_words() AS words ON words.word = replace(replace(seen.stage, '-', ' '), '_', ' ')
ORDER BY seen.dated, seen.deals DESC, seen.name;
