-- What has happened with one party, over all channels in one order? Newest first; days without an hour stand at midnight.
-- :answer
WITH order_sums AS (
    SELECT order_id, sum(net) AS net
    FROM order_lines
    WHERE customer_id = $party AND ordered_on <= $as_of
    GROUP BY order_id
),
own_orders AS (
    SELECT
        placed.*,
        sums.net,
        manager.name AS manager
    FROM orders AS placed
    LEFT JOIN order_sums AS sums ON sums.order_id = placed.id
    LEFT JOIN managers AS manager ON manager.id = placed.manager_id
    WHERE placed.customer_id = $party AND placed.ordered_on <= $as_of
),
own_tickets AS (
    SELECT ticket.*, agent.name AS manager
    FROM tickets AS ticket
    LEFT JOIN managers AS agent ON agent.id = ticket.agent_id
    WHERE ticket.customer_id = $party
),
-- what was said in tickets that have a thread; it tells of every answer and every settling, the ticket's own dates of the last
own_threads AS (
    SELECT
        said."at",
        said.kind,
        coalesce(said.channel, ticket.channel) AS channel,
        ticket.ticket_no,
        left(said."text", 200) AS "text",
        coalesce(agent.name, ticket.manager) AS manager
    FROM ticket_events AS said
    INNER JOIN own_tickets AS ticket ON ticket.id = said.ticket_id
    LEFT JOIN managers AS agent ON agent.id = said.agent_id
),
own_opportunities AS (
    SELECT opportunity.*, manager.name AS manager
    FROM deals_on($as_of) AS opportunity
    LEFT JOIN managers AS manager ON manager.id = opportunity.manager_id
    WHERE opportunity.customer_id = $party
),
quote_sums AS (
    SELECT line.quote_id, sum(line.net + line.tax) AS gross
    FROM quote_lines AS line
    INNER JOIN quotes AS quote ON quote.id = line.quote_id
    WHERE quote.customer_id = $party AND coalesce(line.mark, 'delivery') = 'delivery'
    GROUP BY line.quote_id
),
-- a quote replaced by a later revision was sent all the same
own_quotes AS (
    SELECT
        quote.quote_no || CASE WHEN quote.revision > 1 THEN '-' || cast(quote.revision AS VARCHAR) ELSE '' END AS number,
        'quote' AS event,
        'out' AS direction,
        quote.sent_on AS happened_on,
        CAST(NULL AS VARCHAR) AS reason,
        sums.gross AS amount,
        quote.manager_id
    FROM quotes AS quote
    LEFT JOIN quote_sums AS sums ON sums.quote_id = quote.id
    WHERE quote.customer_id = $party AND quote.sent_on IS NOT NULL
    UNION ALL
    SELECT
        quote.quote_no || CASE WHEN quote.revision > 1 THEN '-' || cast(quote.revision AS VARCHAR) ELSE '' END,
        CASE quote.status WHEN 'accepted' THEN 'quote accepted' ELSE 'quote rejected' END,
        'in',
        quote.decided_on,
        coalesce(quote.order_no, quote.reject_reason),
        sums.gross,
        quote.manager_id
    FROM quotes AS quote
    LEFT JOIN quote_sums AS sums ON sums.quote_id = quote.id
    WHERE quote.customer_id = $party AND quote.status IN ('accepted', 'rejected')
),
own_steps AS (
    SELECT step.*, plan.plan_no
    FROM plan_steps AS step
    INNER JOIN account_plans AS plan ON plan.id = step.plan_id
    WHERE plan.customer_id = $party
),
events AS (
    SELECT
        cast(ordered_on AS TIMESTAMP) AS "at",
        CASE WHEN net < 0 OR "returns" IS NOT NULL THEN 'return' ELSE 'order' END AS event,
        channel,
        'in' AS direction,
        order_no AS reference,
        status AS kind,
        NULL AS subject,
        net AS amount,
        manager
    FROM own_orders
    UNION ALL
    -- what left in parts is told part by part; the order's own day stands where there are none
    SELECT
        cast(parcel.shipped_on AS TIMESTAMP),
        'shipment',
        NULL,
        'out',
        placed.order_no,
        NULL,
        concat_ws(', ', parcel.shipment_no, parcel.carrier, parcel.tracking),
        NULL,
        placed.manager
    FROM shipments AS parcel
    INNER JOIN own_orders AS placed ON placed.id = parcel.order_id
    UNION ALL
    SELECT cast(shipped_on AS TIMESTAMP), 'shipment', NULL, 'out', order_no, NULL, NULL, NULL, manager
    FROM own_orders
    WHERE id NOT IN (SELECT order_id FROM shipments)
    UNION ALL
    SELECT
        cast(delivered_on AS TIMESTAMP),
        'delivery',
        NULL,
        'out',
        order_no,
        NULL,
        CASE WHEN delivered_on > promised_on THEN replace($late, '{days}', cast(delivered_on - promised_on AS VARCHAR)) END,
        NULL,
        manager
    FROM own_orders
    UNION ALL
    SELECT
        cast(issued_on AS TIMESTAMP),
        CASE WHEN credits IS NULL THEN 'invoice' ELSE 'credit note' END,
        NULL,
        'out',
        invoice_no,
        status,
        credits,
        amount,
        NULL
    FROM invoices
    WHERE customer_id = $party
    UNION ALL
    SELECT
        cast(payment.paid_on AS TIMESTAMP),
        'payment',
        payment."method",
        'in',
        coalesce(payment.payment_no, invoice.invoice_no, payment.receipt_no),
        NULL,
        payment.receipt_no,
        payment.amount,
        NULL
    FROM payments AS payment
    LEFT JOIN invoices AS invoice ON invoice.id = payment.invoice_id
    WHERE coalesce(invoice.customer_id, payment.customer_id) = $party
    UNION ALL
    SELECT opened_at, 'ticket', channel, 'in', ticket_no, kind, subject, NULL, manager FROM own_tickets
    UNION ALL
    SELECT first_response_at, 'answer', channel, 'out', ticket_no, NULL, NULL, NULL, manager
    FROM own_tickets
    WHERE ticket_no NOT IN (SELECT ticket_no FROM own_threads)
    UNION ALL
    SELECT resolved_at, 'resolution', channel, 'out', ticket_no, NULL, NULL, NULL, manager
    FROM own_tickets
    WHERE ticket_no NOT IN (SELECT ticket_no FROM own_threads)
    UNION ALL
    SELECT
        "at",
        CASE kind WHEN 'reply' THEN 'answer' WHEN 'message' THEN 'message' WHEN 'resolved' THEN 'resolution' ELSE 'reopened' END,
        channel,
        CASE WHEN kind IN ('message', 'reopened') THEN 'in' ELSE 'out' END,
        ticket_no,
        NULL,
        "text",
        NULL,
        manager
    FROM own_threads
    WHERE kind IN ('reply', 'message', 'resolved', 'reopened')
    UNION ALL
    SELECT
        contact."at",
        'contact',
        contact.channel,
        contact.direction,
        contact.campaign,
        contact.kind,
        concat_ws(' → ', contact.subject, contact.outcome),
        NULL,
        manager.name
    FROM interactions AS contact
    LEFT JOIN managers AS manager ON manager.id = contact.manager_id
    WHERE contact.customer_id = $party
    UNION ALL
    SELECT cast(opened_on AS TIMESTAMP), 'opportunity', NULL, NULL, opportunity_no, NULL, name, amount, manager
    FROM own_opportunities
    UNION ALL
    SELECT
        cast(closed_on AS TIMESTAMP),
        coalesce(outcome, 'closed'),
        NULL,
        NULL,
        opportunity_no,
        NULL,
        concat_ws(', ', lost_reason, competitor),
        amount,
        manager
    FROM own_opportunities
    UNION ALL
    SELECT
        cast(quote.happened_on AS TIMESTAMP),
        quote.event,
        NULL,
        quote.direction,
        quote.number,
        NULL,
        quote.reason,
        quote.amount,
        manager.name
    FROM own_quotes AS quote
    LEFT JOIN managers AS manager ON manager.id = quote.manager_id
    UNION ALL
    SELECT cast(noted_on AS TIMESTAMP), kind, NULL, NULL, NULL, 'noted', "text", NULL, NULL
    FROM preferences
    WHERE customer_id = $party
    UNION ALL
    SELECT cast(ended_on AS TIMESTAMP), kind, NULL, NULL, NULL, 'ended', "text", NULL, NULL
    FROM preferences
    WHERE customer_id = $party
    UNION ALL
    SELECT
        cast(step.done_on AS TIMESTAMP),
        'plan step',
        step.channel,
        'out',
        step.plan_no || '/' || cast(step.step_no AS VARCHAR),
        'done',
        concat_ws(' → ', step.subject, step.outcome),
        NULL,
        manager.name
    FROM own_steps AS step
    LEFT JOIN managers AS manager ON manager.id = step.manager_id
    WHERE step.interaction_id IS NULL
    UNION ALL
    SELECT
        cast(skipped_on AS TIMESTAMP),
        'plan step',
        channel,
        NULL,
        plan_no || '/' || cast(step_no AS VARCHAR),
        'skipped',
        concat_ws(' → ', subject, outcome),
        NULL,
        NULL
    FROM own_steps
    UNION ALL
    SELECT cast(entered_on AS TIMESTAMP), 'key account', NULL, NULL, NULL, 'entered', entry_reason, NULL, NULL
    FROM key_accounts
    WHERE customer_id = $party
    UNION ALL
    SELECT cast(left_on AS TIMESTAMP), 'key account', NULL, NULL, NULL, 'left', left_reason, NULL, NULL
    FROM key_accounts
    WHERE customer_id = $party
)
SELECT "at", event, channel, direction, reference, kind, nullif(subject, '') AS subject, amount, manager
FROM events
WHERE "at" < $day_after AND "at" >= $since
ORDER BY "at" DESC, event, reference, subject, amount;
