-- Tickets as they stood at a moment, for lists and for one of them.
-- :listed
-- Best customers first times urgency: weight of the customer (A 3, B 2, others 1; one more for a key account) × 1 low … 4 urgent.
WITH chosen AS (
    SELECT
        stands.*,
        ticket.channel,
        CASE stands.priority WHEN 'urgent' THEN 4 WHEN 'high' THEN 3 WHEN 'low' THEN 1 ELSE 2 END AS urgency
    FROM ticket_states($at) AS stands
    INNER JOIN tickets AS ticket ON ticket.id = stands.ticket_id
    WHERE
        ($state = 'all' OR stands.status = $state OR ($state = 'live' AND stands.status IN ('open', 'waiting')))
        AND ($customer IS NULL OR stands.customer_id = $customer)
        AND ($agent IS NULL OR stands.agent_id = $agent OR ($agent = 0 AND stands.agent_id IS NULL))
        AND ($kind IS NULL OR stands.kind = $kind)
        AND ($priority IS NULL OR stands.priority = $priority)
        AND ($since IS NULL OR stands.opened_at >= $since)
        AND ($ticket IS NULL OR stands.ticket_id = $ticket)
)
SELECT
    chosen.ticket_no AS ticket,
    contact.code AS customer,
    contact.name,
    CASE WHEN worth.is_key THEN 'key' ELSE worth.class END AS class,
    chosen.kind,
    chosen.priority,
    chosen.status AS "state",
    chosen.subject,
    agent.name AS agent,
    chosen.opened_at,
    CASE
        WHEN chosen.status IN ('open', 'waiting') THEN date_diff('day', cast(chosen.opened_at AS DATE), cast($at AS DATE))
    END AS age_days,
    chosen.first_response_at,
    date_diff('day', cast(chosen.waiting_since AS DATE), cast($at AS DATE)) AS waiting_days,
    row_number() OVER (
        ORDER BY
            chosen.status IN ('resolved', 'closed'),
            CASE WHEN chosen.status IN ('open', 'waiting') THEN coalesce(worth.weight, 1) * chosen.urgency END DESC,
            CASE WHEN chosen.status IN ('open', 'waiting') THEN chosen.opened_at END,
            coalesce(chosen.closed_at, chosen.resolved_at, chosen.opened_at) DESC,
            chosen.ticket_no
    ) AS place
FROM chosen
LEFT JOIN contacts AS contact ON contact.id = chosen.customer_id
LEFT JOIN managers AS agent ON agent.id = chosen.agent_id
LEFT JOIN value_weights(cast($at AS DATE)) AS worth ON worth.customer_id = chosen.customer_id;
-- :one
SELECT
    stands.status,
    stands.priority,
    stands.agent_id,
    stands.first_response_at,
    stands.resolved_at,
    stands.closed_at,
    stands.reopened,
    stands.reassigned,
    stands.waiting_since,
    stands.csat,
    stands.nps,
    contact.code,
    contact.name,
    agent.name
FROM ticket_states($at) AS stands
LEFT JOIN contacts AS contact ON contact.id = stands.customer_id
LEFT JOIN managers AS agent ON agent.id = stands.agent_id
WHERE stands.ticket_id = $ticket;
-- :thread
SELECT
    said.event_no,
    said."at",
    said.kind,
    said.channel,
    CASE WHEN said.kind IN ('opened', 'message') THEN contact.name ELSE agent.name END AS who,
    said."text",
    CASE WHEN said.kind <> 'opened' THEN said.was END AS was,
    CASE WHEN said.kind <> 'opened' THEN said.became END AS became,
    said.minutes,
    CASE WHEN said.answer_id IS NOT NULL THEN concat(answer.answer_no, '-', said.answer_version) END AS answer
FROM ticket_events AS said
INNER JOIN tickets AS ticket ON ticket.id = said.ticket_id
LEFT JOIN contacts AS contact ON contact.id = ticket.customer_id
LEFT JOIN managers AS agent ON agent.id = said.agent_id
LEFT JOIN answers AS answer ON answer.id = said.answer_id
WHERE said.ticket_id = $ticket AND said."at" <= $at
ORDER BY said.event_no;
-- :changes
SELECT event_no, "at", kind, "text", was, became
FROM ticket_events
WHERE ticket_id = $ticket AND kind IN ('priority', 'linked')
ORDER BY event_no;
-- :follow
-- Tickets that say they are about this one.
SELECT ticket_no FROM tickets WHERE about_ticket_id = $ticket AND opened_at <= $at ORDER BY opened_at, ticket_no;
-- :clock
SELECT
    policy_no,
    response_minutes,
    resolution_minutes,
    paused_minutes,
    response_due_at,
    resolution_due_at,
    response_kept,
    resolution_kept,
    is_open
FROM ticket_clock($at)
WHERE ticket_id = $ticket;
