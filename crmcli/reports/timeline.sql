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
own_opportunities AS (
    SELECT opportunity.*, manager.name AS manager
    FROM opportunities AS opportunity
    LEFT JOIN managers AS manager ON manager.id = opportunity.manager_id
    WHERE opportunity.customer_id = $party
),
events AS (
    SELECT
        cast(ordered_on AS TIMESTAMP) AS "at",
        CASE WHEN net < 0 THEN 'return' ELSE 'order' END AS event,
        channel,
        'in' AS direction,
        order_no AS reference,
        status AS kind,
        NULL AS subject,
        net AS amount,
        manager
    FROM own_orders
    UNION ALL
    SELECT cast(shipped_on AS TIMESTAMP), 'shipment', NULL, 'out', order_no, NULL, NULL, NULL, manager FROM own_orders
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
    SELECT cast(issued_on AS TIMESTAMP), 'invoice', NULL, 'out', invoice_no, status, NULL, amount, NULL
    FROM invoices
    WHERE customer_id = $party
    UNION ALL
    SELECT
        cast(payment.paid_on AS TIMESTAMP),
        'payment',
        payment."method",
        'in',
        coalesce(payment.payment_no, invoice.invoice_no),
        NULL,
        NULL,
        payment.amount,
        NULL
    FROM payments AS payment
    LEFT JOIN invoices AS invoice ON invoice.id = payment.invoice_id
    WHERE coalesce(invoice.customer_id, payment.customer_id) = $party
    UNION ALL
    SELECT opened_at, 'ticket', channel, 'in', ticket_no, kind, subject, NULL, manager FROM own_tickets
    UNION ALL
    SELECT first_response_at, 'answer', channel, 'out', ticket_no, NULL, NULL, NULL, manager FROM own_tickets
    UNION ALL
    SELECT resolved_at, 'resolution', channel, 'out', ticket_no, NULL, NULL, NULL, manager FROM own_tickets
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
        CASE lower(status) WHEN 'won' THEN 'won' WHEN 'lost' THEN 'lost' ELSE 'closed' END,
        NULL,
        NULL,
        opportunity_no,
        NULL,
        concat_ws(', ', lost_reason, competitor),
        amount,
        manager
    FROM own_opportunities
)
SELECT "at", event, channel, direction, reference, kind, nullif(subject, '') AS subject, amount, manager
FROM events
WHERE "at" < $day_after AND "at" >= $since
ORDER BY "at" DESC, event, reference, subject, amount;
