-- What effort did each deal take by as_of? One row a deal known by then. Contacts noted for the deal are its own; the others of its
-- customer, on the days from its opening to its closing, are shared equally among the customer's deals open that day. cost: by the
-- cost activities of contacts, minutes and offers that hold on the contact's day. Empty while no contact, or no such activity, is known.
CREATE OR REPLACE TEMP MACRO deal_efforts(as_of) AS TABLE
WITH deals AS (
    SELECT
        *,
        -- the last day it was worked on, and none where it is over without a day
        CASE WHEN outcome IN ('open', 'hold') THEN as_of ELSE closed_on END AS until_on
    FROM deals_on(as_of)
),
touches AS (
    SELECT
        touch.id,
        touch.customer_id,
        cast(touch."at" AS DATE) AS happened_on,
        lower(touch.channel) AS channel,
        touch.kind,
        touch.minutes,
        noted.opportunity_id AS noted_id
    FROM interactions AS touch
    LEFT JOIN deals AS noted ON noted.opportunity_id = touch.opportunity_id
    WHERE touch."at" < as_of + 1
),
activities AS (
    SELECT
        activity.id,
        lower(trim(activity.driver)) AS driver,
        coalesce(activity.period_from, DATE '0001-01-01') AS period_from,
        coalesce(activity.period_to, DATE '9999-12-30') AS period_to,
        cast(rate.price_share AS DOUBLE) / nullif(cast(rate.price_base AS DOUBLE), 0) AS price
    FROM cost_activities AS activity
    INNER JOIN activity_rates(as_of) AS rate ON rate.id = activity.id
    WHERE lower(trim(activity.driver)) IN ('interaction', 'interaction_minute', 'quote') OR lower(trim(activity.driver)) LIKE 'interaction:%'
),
charged AS (
    SELECT
        touch.id,
        sum(activity.price * CASE WHEN activity.driver = 'interaction_minute' THEN coalesce(cast(touch.minutes AS DOUBLE), 0) ELSE 1 END)
            AS cost
    FROM touches AS touch
    INNER JOIN activities AS activity
        ON touch.happened_on BETWEEN activity.period_from AND activity.period_to
        AND (
            activity.driver IN ('interaction', 'interaction_minute')
            OR (activity.driver = 'quote' AND touch.kind = 'offer')
            OR activity.driver = concat('interaction:', touch.channel)
        )
    GROUP BY touch.id
),
met AS (
    SELECT noted_id AS opportunity_id, id, minutes, 1.0 AS part
    FROM touches
    WHERE noted_id IS NOT NULL
    UNION ALL
    SELECT deal.opportunity_id, touch.id, touch.minutes, 1.0 / count(*) OVER (PARTITION BY touch.id)
    FROM touches AS touch
    INNER JOIN deals AS deal
        ON deal.customer_id = touch.customer_id AND touch.happened_on BETWEEN deal.opened_on AND deal.until_on
    WHERE touch.noted_id IS NULL
),
sums AS (
    SELECT
        met.opportunity_id,
        sum(met.part) AS interactions,
        sum(cast(met.minutes AS DOUBLE) * met.part) AS minutes,
        sum(charged.cost * met.part) AS cost
    FROM met
    LEFT JOIN charged ON charged.id = met.id
    GROUP BY met.opportunity_id
)
SELECT
    deal.opportunity_id,
    deal.opportunity_no,
    deal.customer_id,
    deal.manager_id,
    deal.outcome,
    deal.opened_on,
    deal.closed_on,
    nullif(deal.amount, 0) AS amount,
    CASE WHEN EXISTS (SELECT 1 FROM touches) THEN cast(coalesce(sums.interactions, 0) AS DECIMAL(38, 4)) END AS interactions,
    cast(sums.minutes AS DECIMAL(38, 4)) AS minutes,
    CASE WHEN EXISTS (SELECT 1 FROM activities) THEN cast(coalesce(sums.cost, 0) AS DECIMAL(38, 4)) END AS cost
FROM deals AS deal
LEFT JOIN sums ON sums.opportunity_id = deal.opportunity_id;
