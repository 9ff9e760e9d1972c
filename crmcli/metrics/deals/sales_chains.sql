-- How far did every sale come by as_of? One row a chain: a deal with its first order, a quote that belongs to no deal, an order
-- of neither (or a further one of the same deal), an invoice without an order, or a contact with none of these (a lead). A day is
-- empty where the step was not taken, or not written down. lead_on, of the customer's first chain alone: the day the contact was
-- made, or its first touch up to the chain's first day, whichever is earlier; contacts kept as supplier, competitor or partner
-- are no leads. quote_on: first sending; shipment_on: first shipment; invoice_on: first invoice of the order; payment_on: the
-- payment that settled the last of them. won_on, lost_on: the deal's closing. is_dead: deal lost and nothing ordered; quote
-- of no deal rejected or expired; order cancelled; invoices credited in full instead of paid; lead silent for 180 days. amount: of
-- the order, else of the last quote in the store's currency, else of the deal (0 is unknown), else of the invoice; before tax but
-- for the last.
-- Returns, drafts and deals closed nobody knows how make no chain.
CREATE OR REPLACE TEMP MACRO sales_chains(as_of) AS TABLE
WITH deals AS (
    SELECT
        opportunity_id,
        opportunity_no,
        customer_id,
        manager_id,
        product_id,
        opened_on,
        outcome = 'won' AS is_won,
        outcome = 'lost' AS is_lost,
        closed_on,
        nullif(amount, 0) AS amount
    FROM deals_on(as_of)
    WHERE outcome IS NOT NULL
),
revisions AS (
    SELECT
        *,
        coalesce(sent_on, CASE WHEN status IN ('sent', 'accepted', 'rejected') THEN quoted_on END) AS offered_on
    FROM quotes
),
offers AS (
    SELECT
        quote_no,
        min(offered_on) AS offered_on,
        arg_max(id, revision) AS quote_id,
        arg_max(status, revision) AS status,
        arg_max(coalesce(decided_on, DATE '0001-01-01'), revision) AS decided_on,
        arg_max(coalesce(valid_until, DATE '9999-12-30'), revision) AS valid_until
    FROM revisions
    WHERE offered_on <= as_of
    GROUP BY quote_no
),
quoted AS (
    SELECT
        offer.quote_no,
        offer.offered_on,
        quote.customer_id,
        quote.manager_id,
        quote.order_no,
        deal.opportunity_id,
        CASE
            WHEN offer.status = 'accepted' THEN offer.decided_on > as_of AND offer.valid_until < as_of
            WHEN offer.status = 'rejected' THEN offer.decided_on <= as_of OR offer.valid_until < as_of
            ELSE offer.valid_until < as_of
        END AS is_refused,
        (
            SELECT cast(sum(line.net) AS DECIMAL(38, 4))
            FROM quote_lines AS line
            WHERE
                line.quote_id = offer.quote_id
                AND coalesce(line.mark NOT IN ('suggested', 'new'), true)
                AND quote.currency = (SELECT max(value) FROM meta.settings WHERE key = 'base_currency')
        ) AS amount
    FROM offers AS offer
    INNER JOIN quotes AS quote ON quote.id = offer.quote_id
    LEFT JOIN deals AS deal ON deal.opportunity_no = quote.opportunity_no
),
sums AS (
    SELECT order_id, sum(net) AS net
    FROM order_lines
    WHERE ordered_on <= as_of
    GROUP BY order_id
),
named_orders AS (
    SELECT order_no FROM quotes
    UNION
    SELECT order_no FROM invoices
),
numbered AS (
    SELECT order_no, coalesce(min(id) FILTER (WHERE numbered_here), min(id)) AS order_id
    FROM orders
    WHERE ordered_on <= as_of AND order_no IN (FROM named_orders)
    GROUP BY order_no
),
accepted AS (
    SELECT numbered.order_id, min(quoted.quote_no) AS quote_no
    FROM quoted
    INNER JOIN numbered ON numbered.order_no = quoted.order_no
    GROUP BY numbered.order_id
),
placed AS (
    SELECT
        sale.id AS order_id,
        sale.ordered_on,
        sale.customer_id,
        sale.manager_id,
        sale.shipped_on,
        sale.status = 'cancelled' AS is_cancelled,
        -- a status is of today: where a day is written down, that tells
        sale.status IN ('shipped', 'delivered', 'completed') AND coalesce(sale.shipped_on, sale.delivered_on, as_of) <= as_of AS is_sent,
        sale.status = 'completed' AND greatest(sale.shipped_on, sale.delivered_on, as_of) <= as_of AS is_completed,
        sums.net AS amount,
        quoted.quote_no,
        quoted.opportunity_id
    FROM orders AS sale
    INNER JOIN sums ON sums.order_id = sale.id
    LEFT JOIN accepted ON accepted.order_id = sale.id
    LEFT JOIN quoted ON quoted.quote_no = coalesce(sale.quote_no, accepted.quote_no)
    WHERE sale.ordered_on <= as_of AND sale.status <> 'draft' AND sums.net > 0
),
ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY opportunity_id, CASE WHEN opportunity_id IS NULL THEN quote_no END
            ORDER BY is_cancelled, ordered_on, order_id
        ) AS place
    FROM placed
    WHERE quote_no IS NOT NULL
),
deal_quotes AS (
    SELECT
        opportunity_id,
        min(offered_on) AS quote_on,
        arg_max(amount, cast(offered_on AS VARCHAR) || quote_no) AS amount
    FROM quoted
    WHERE opportunity_id IS NOT NULL
    GROUP BY opportunity_id
),
alone AS (
    SELECT order_id, customer_id, manager_id, ordered_on, shipped_on, is_cancelled, is_sent, is_completed, amount
    FROM placed
    WHERE quote_no IS NULL
    UNION ALL
    SELECT order_id, customer_id, manager_id, ordered_on, shipped_on, is_cancelled, is_sent, is_completed, amount
    FROM ranked
    WHERE place > 1
),
heads AS (
    SELECT
        1 AS head,
        deal.opportunity_id AS head_id,
        deal.customer_id,
        deal.opportunity_id,
        ranked.order_id,
        cast(NULL AS INTEGER) AS invoice_id,
        coalesce(deal.manager_id, ranked.manager_id) AS manager_id,
        deal.product_id,
        deal.opened_on AS deal_on,
        offered.quote_on,
        deal.is_won,
        CASE WHEN deal.is_won THEN deal.closed_on END AS won_on,
        CASE WHEN deal.is_lost THEN deal.closed_on END AS lost_on,
        deal.is_lost AND ranked.order_id IS NULL AS is_refused,
        ranked.ordered_on AS order_on,
        ranked.shipped_on,
        ranked.is_cancelled,
        ranked.is_sent,
        ranked.is_completed,
        coalesce(ranked.amount, offered.amount, deal.amount) AS amount
    FROM deals AS deal
    LEFT JOIN deal_quotes AS offered ON offered.opportunity_id = deal.opportunity_id
    LEFT JOIN ranked ON ranked.opportunity_id = deal.opportunity_id AND ranked.place = 1
    UNION ALL
    SELECT
        2,
        row_number() OVER (ORDER BY quoted.quote_no),
        quoted.customer_id,
        NULL,
        ranked.order_id,
        NULL,
        coalesce(quoted.manager_id, ranked.manager_id),
        NULL,
        NULL,
        quoted.offered_on,
        false,
        NULL,
        NULL,
        quoted.is_refused AND ranked.order_id IS NULL,
        ranked.ordered_on,
        ranked.shipped_on,
        ranked.is_cancelled,
        ranked.is_sent,
        ranked.is_completed,
        coalesce(ranked.amount, quoted.amount)
    FROM quoted
    LEFT JOIN ranked ON ranked.quote_no = quoted.quote_no AND ranked.place = 1
    WHERE quoted.opportunity_id IS NULL
    UNION ALL
    SELECT
        3,
        order_id,
        customer_id,
        NULL,
        order_id,
        NULL,
        manager_id,
        NULL,
        NULL,
        NULL,
        false,
        NULL,
        NULL,
        false,
        ordered_on,
        shipped_on,
        is_cancelled,
        is_sent,
        is_completed,
        amount
    FROM alone
),
money AS (
    SELECT invoice_id, sum(amount) AS amount
    FROM payments
    WHERE invoice_id IS NOT NULL AND paid_on <= as_of AND coalesce(method <> 'offset', true)
    GROUP BY invoice_id
),
corrected AS (
    SELECT credits AS invoice_no, -sum(amount) AS amount
    FROM invoices
    WHERE credits IS NOT NULL AND issued_on <= as_of
    GROUP BY credits
),
asked AS (
    SELECT
        state.invoice_id,
        state.customer_id,
        numbered.order_id,
        state.issued_on,
        state.amount,
        coalesce(corrected.amount >= state.amount AND coalesce(money.amount, 0) < state.amount, false) AS is_credited,
        state.paid_on
    FROM invoice_states(as_of) AS state
    INNER JOIN invoices AS invoice ON invoice.id = state.invoice_id
    LEFT JOIN numbered ON numbered.order_no = invoice.order_no
    LEFT JOIN corrected ON corrected.invoice_no = state.invoice_no
    LEFT JOIN money ON money.invoice_id = state.invoice_id
    WHERE state.is_asked
),
billed AS (
    SELECT
        asked.order_id,
        min(asked.issued_on) AS invoice_on,
        bool_and(asked.is_credited) AS is_credited,
        CASE
            WHEN count(*) FILTER (WHERE NOT asked.is_credited) = count(asked.paid_on) FILTER (WHERE NOT asked.is_credited)
                THEN max(asked.paid_on) FILTER (WHERE NOT asked.is_credited)
        END AS payment_on
    FROM asked
    INNER JOIN placed ON placed.order_id = asked.order_id
    GROUP BY asked.order_id
),
parcels AS (
    SELECT order_id, min(shipped_on) AS shipped_on
    FROM shipments
    WHERE shipped_on <= as_of
    GROUP BY order_id
),
whole AS (
    SELECT
        heads.* EXCLUDE (is_refused, order_on, shipped_on, is_cancelled, is_sent, is_completed, amount),
        heads.order_on,
        CASE WHEN least(heads.shipped_on, parcels.shipped_on) <= as_of THEN least(heads.shipped_on, parcels.shipped_on) END AS shipment_on,
        billed.invoice_on,
        billed.payment_on,
        heads.is_refused OR coalesce(heads.is_cancelled, false) OR coalesce(billed.is_credited, false) AS is_dead,
        coalesce(heads.is_sent, false) AS is_sent,
        coalesce(heads.is_completed, false) AS is_completed,
        cast(heads.amount AS DECIMAL(38, 4)) AS amount
    FROM heads
    LEFT JOIN parcels ON parcels.order_id = heads.order_id
    LEFT JOIN billed ON billed.order_id = heads.order_id
    UNION ALL
    SELECT
        4,
        asked.invoice_id,
        asked.customer_id,
        NULL,
        NULL,
        asked.invoice_id,
        NULL,
        NULL,
        NULL,
        NULL,
        false,
        NULL,
        NULL,
        NULL,
        NULL,
        asked.issued_on,
        CASE WHEN NOT asked.is_credited THEN asked.paid_on END,
        asked.is_credited,
        false,
        false,
        asked.amount
    FROM asked
    LEFT JOIN placed ON placed.order_id = asked.order_id
    WHERE placed.order_id IS NULL
),
begun AS (
    -- age: chains by their first day, those without one last, then by what they begin with
    SELECT
        *,
        coalesce(deal_on, least(quote_on, won_on), order_on, invoice_on) AS first_on,
        coalesce(coalesce(deal_on, least(quote_on, won_on), order_on, invoice_on) - DATE '0001-01-01', 4000000) * 34359738368
        + head * 4294967296 + head_id AS age
    FROM whole
),
firsts AS (
    SELECT customer_id, min(age) AS age, min(first_on) AS first_on
    FROM begun
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id
),
touches AS (
    SELECT customer_id, cast(min("at") AS DATE) AS first_on, cast(max("at") AS DATE) AS last_on
    FROM interactions
    WHERE "at" < as_of + 1
    GROUP BY customer_id
),
leads AS (
    SELECT
        contact.id AS customer_id,
        contact.manager_id,
        firsts.age,
        least(
            CASE WHEN contact.created_on <= as_of THEN contact.created_on END,
            CASE WHEN firsts.first_on IS NULL OR touches.first_on <= firsts.first_on THEN touches.first_on END
        ) AS lead_on,
        touches.last_on AS touched_on
    FROM contacts AS contact
    LEFT JOIN firsts ON firsts.customer_id = contact.id
    LEFT JOIN touches ON touches.customer_id = contact.id
    WHERE coalesce(lower(contact.role) NOT IN ('supplier', 'competitor', 'partner'), true)
)
SELECT
    begun.head,
    begun.head_id,
    begun.customer_id,
    begun.opportunity_id,
    begun.order_id,
    begun.manager_id,
    begun.product_id,
    CASE WHEN begun.age = leads.age THEN leads.lead_on END AS lead_on,
    begun.deal_on,
    begun.quote_on,
    begun.order_on,
    begun.shipment_on,
    begun.invoice_on,
    begun.payment_on,
    begun.is_won,
    begun.won_on,
    begun.lost_on,
    begun.is_dead,
    begun.is_sent,
    begun.is_completed,
    begun.amount
FROM begun
LEFT JOIN leads ON leads.customer_id = begun.customer_id
UNION ALL
SELECT
    5,
    customer_id,
    customer_id,
    NULL,
    NULL,
    manager_id,
    NULL,
    lead_on,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    false,
    NULL,
    NULL,
    greatest(lead_on, touched_on) < as_of - 180,
    false,
    false,
    NULL
FROM leads
WHERE age IS NULL AND lead_on IS NOT NULL;
