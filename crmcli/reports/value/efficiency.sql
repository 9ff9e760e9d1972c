-- What effort does each customer take, what comes of it, and who costs more than they bring?
-- :answer
WITH recorded AS (
    SELECT
        (SELECT count(*) FROM interactions WHERE "at" < $day_after) AS interactions,
        (SELECT count(*) FROM deals_on($as_of)) AS deals,
        (SELECT count(*) FROM invoices WHERE issued_on <= $as_of) AS invoices
),
met AS (
    SELECT customer_id, count(*) AS interactions, cast(sum(minutes) AS DECIMAL(38, 4)) AS minutes
    FROM interactions
    WHERE "at" >= $window_first_on AND "at" < $day_after
    GROUP BY customer_id
),
dealt AS (
    SELECT
        customer_id,
        count(*) FILTER (WHERE opened_on > $since) AS opened,
        count(*) FILTER (WHERE outcome = 'won' AND closed_on > $since) AS won,
        count(*) FILTER (WHERE outcome = 'lost' AND closed_on > $since) AS lost
    FROM deals_on($as_of)
    WHERE customer_id IS NOT NULL AND (opened_on > $since OR closed_on > $since)
    GROUP BY customer_id
),
bought AS (
    SELECT customer_id, count(*) AS orders
    FROM order_totals($as_of)
    WHERE ordered_on > $since AND net > 0 AND customer_id IS NOT NULL
    GROUP BY customer_id
),
dropped AS (
    SELECT customer_id, count(*) AS orders
    FROM orders
    WHERE status = 'cancelled' AND ordered_on > $since AND ordered_on <= $as_of AND customer_id IS NOT NULL
    GROUP BY customer_id
),
paid AS (
    SELECT invoice_id FROM payments WHERE paid_on <= $as_of AND amount > 0 AND invoice_id IS NOT NULL GROUP BY invoice_id
),
billed AS (
    SELECT
        invoice.customer_id,
        count(*) FILTER (WHERE paid.invoice_id IS NOT NULL) AS paid,
        count(*) FILTER (WHERE paid.invoice_id IS NULL AND invoice.due_on < $as_of) AS unpaid
    FROM invoices AS invoice
    LEFT JOIN paid ON paid.invoice_id = invoice.id
    WHERE
        invoice.issued_on > $since
        AND invoice.issued_on <= $as_of
        AND invoice.amount > 0
        AND coalesce(lower(invoice.status), '') NOT IN ('draft', 'cancelled')
    GROUP BY invoice.customer_id
),
cells AS (
    SELECT * FROM profit_cells($since, $as_of, 'customer', 1) WHERE number IS NOT NULL
),
parties AS (
    SELECT number AS customer_id FROM cells
    UNION
    SELECT customer_id FROM met
    UNION
    SELECT customer_id FROM dealt
    UNION
    SELECT customer_id FROM dropped
    UNION
    SELECT customer_id FROM billed
),
joined AS (
    SELECT
        party.customer_id,
        CASE WHEN recorded.interactions > 0 THEN coalesce(met.interactions, 0) END AS interactions,
        met.minutes,
        CASE WHEN recorded.deals > 0 THEN coalesce(dealt.opened, 0) END AS deals_opened,
        CASE WHEN recorded.deals > 0 THEN coalesce(dealt.won, 0) END AS deals_won,
        CASE WHEN recorded.deals > 0 THEN coalesce(dealt.lost, 0) END AS deals_lost,
        coalesce(bought.orders, 0) AS orders,
        coalesce(dealt.lost, 0) + CASE WHEN recorded.invoices > 0 THEN coalesce(dropped.orders, 0) + coalesce(billed.unpaid, 0) ELSE 0 END
            AS never_paid,
        CASE WHEN recorded.invoices > 0 THEN coalesce(billed.paid, 0) ELSE coalesce(dealt.won, 0) END AS reached,
        coalesce(cell.revenue, 0) AS revenue,
        CASE WHEN cell.number IS NULL THEN 0 ELSE cell.margin END AS margin,
        CASE WHEN cell.number IS NULL AND (SELECT count(*) FROM cost_activities) > 0 THEN 0 ELSE cell.cost_to_serve END AS cost_to_serve,
        CASE WHEN cell.number IS NULL THEN 0 ELSE cell.contribution END AS contribution
    FROM parties AS party
    CROSS JOIN recorded
    LEFT JOIN met ON met.customer_id = party.customer_id
    LEFT JOIN dealt ON dealt.customer_id = party.customer_id
    LEFT JOIN bought ON bought.customer_id = party.customer_id
    LEFT JOIN dropped ON dropped.customer_id = party.customer_id
    LEFT JOIN billed ON billed.customer_id = party.customer_id
    LEFT JOIN cells AS cell ON cell.number = party.customer_id
)
SELECT
    contact.code AS customer,
    contact.name,
    joined.interactions,
    joined.minutes,
    joined.deals_opened,
    joined.deals_won,
    joined.deals_lost,
    joined.orders,
    round(cast(joined.orders / nullif(joined.interactions, 0) AS DOUBLE), 12) AS orders_per_interaction,
    round(cast(joined.never_paid / nullif(joined.never_paid + joined.reached, 0) AS DOUBLE), 12) AS never_paid_share,
    joined.revenue,
    joined.margin,
    joined.cost_to_serve,
    cast(joined.cost_to_serve / nullif(joined.orders, 0) AS DECIMAL(38, 4)) AS cost_per_order,
    joined.contribution
FROM joined
INNER JOIN contacts AS contact ON contact.id = joined.customer_id
ORDER BY joined.contribution NULLS LAST, joined.cost_to_serve DESC NULLS LAST, joined.interactions DESC NULLS LAST, contact.code;
-- :deals
-- Effort by what came of it: deals won and lost in the window with all their effort, and those open on the day with theirs so far.
WITH judged AS (
    SELECT *, CASE WHEN outcome IN ('open', 'hold') THEN 'open' ELSE outcome END AS ended
    FROM deal_efforts($as_of)
    WHERE outcome IN ('open', 'hold') OR (outcome IN ('won', 'lost') AND closed_on > $since)
),
sums AS (
    SELECT
        ended,
        count(*) AS deals,
        cast(sum(amount) AS DECIMAL(38, 4)) AS amount,
        sum(interactions) AS interactions,
        sum(minutes) AS minutes,
        sum(cost) AS cost
    FROM judged
    GROUP BY ended
),
effort AS (
    -- in money where it is known, else in minutes, else in contacts
    SELECT *, CASE WHEN sum(cost) OVER () > 0 THEN cost WHEN sum(minutes) OVER () > 0 THEN coalesce(minutes, 0) ELSE interactions END AS effort
    FROM sums
)
SELECT
    ended AS outcome,
    deals,
    amount,
    cast(interactions AS DECIMAL(38, 4)) AS interactions,
    cast(minutes AS DECIMAL(38, 4)) AS minutes,
    cast(cost AS DECIMAL(38, 4)) AS cost,
    cast(interactions / deals AS DECIMAL(38, 4)) AS interactions_per_deal,
    cast(minutes / deals AS DECIMAL(38, 4)) AS minutes_per_deal,
    cast(cost / deals AS DECIMAL(38, 4)) AS cost_per_deal,
    CASE
        WHEN ended <> 'open'
            THEN round(cast(effort / nullif(sum(CASE WHEN ended <> 'open' THEN effort END) OVER (), 0) AS DOUBLE), 12)
    END AS effort_share
FROM effort
ORDER BY CASE ended WHEN 'won' THEN 1 WHEN 'lost' THEN 2 ELSE 3 END;
-- :unpaid
-- Customers of whose deals, orders and invoices in the window not one came to payment, the dearest first.
SELECT customer, name, deals_lost, interactions, minutes, cost_to_serve
FROM answer
WHERE never_paid_share = 1
ORDER BY cost_to_serve DESC NULLS LAST, deals_lost DESC NULLS LAST, interactions DESC NULLS LAST, customer
LIMIT 15;
-- :figures
WITH efforts AS (
    SELECT
        sum(cost) FILTER (WHERE outcome = 'lost') AS lost_cost,
        sum(cost) FILTER (WHERE outcome IN ('won', 'lost')) AS closed_cost,
        sum(minutes) FILTER (WHERE outcome = 'lost') AS lost_minutes,
        sum(minutes) FILTER (WHERE outcome IN ('won', 'lost')) AS closed_minutes,
        sum(interactions) FILTER (WHERE outcome = 'lost') AS lost_interactions,
        sum(interactions) FILTER (WHERE outcome IN ('won', 'lost')) AS closed_interactions,
        count(*) FILTER (WHERE outcome = 'won') AS won_deals,
        count(*) FILTER (WHERE outcome = 'lost') AS lost_deals,
        sum(cost) FILTER (WHERE outcome = 'won') AS won_cost
    FROM deal_efforts($as_of)
    WHERE closed_on > $since
)
SELECT
    count(*) AS parties,
    count(*) FILTER (WHERE never_paid_share = 1) AS never_paying,
    (
        SELECT
            cast(
                CASE
                    WHEN closed_cost > 0 THEN lost_cost / closed_cost
                    WHEN closed_minutes > 0 THEN coalesce(lost_minutes, 0) / closed_minutes
                    ELSE lost_interactions / nullif(closed_interactions, 0)
                END AS DOUBLE
            )
        FROM efforts
    ) AS lost_effort,
    (SELECT CASE WHEN closed_cost > 0 THEN 'cost' WHEN closed_minutes > 0 THEN 'minutes' ELSE 'interactions' END FROM efforts)
        AS effort_measure,
    (SELECT won_deals + lost_deals FROM efforts) AS closed_deals,
    count(*) FILTER (WHERE contribution IS NULL) AS unknown,
    count(*) FILTER (WHERE contribution < 0) AS costly,
    coalesce(sum(contribution) FILTER (WHERE contribution < 0), 0) AS costly_total,
    cast(sum(cost_to_serve) FILTER (WHERE contribution < 0) / nullif(sum(cost_to_serve), 0) AS DOUBLE) AS costly_effort,
    sum(cost_to_serve) AS cost_to_serve,
    sum(interactions) AS interactions,
    count(minutes) AS with_minutes,
    sum(orders) AS orders,
    cast(sum(orders) / nullif(sum(interactions), 0) AS DOUBLE) AS orders_per_interaction,
    count(deals_opened) AS with_deals,
    (SELECT count(*) FROM invoices WHERE issued_on <= $as_of) AS invoices,
    (SELECT count(*) FROM interactions WHERE "at" >= $window_first_on AND "at" < $day_after AND minutes IS NULL) AS without_minutes
FROM answer;
