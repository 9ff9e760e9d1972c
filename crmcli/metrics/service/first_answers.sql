-- When was each question of (since, until] first answered? One row a ticket or an inbound written contact, answered_at empty where it
-- was not by the end of until. A message is answered by the next outbound contact with that customer within 30 days; those never
-- answered are left out (many ask for nothing), and calls, visits and meetings are answered as they happen.
CREATE OR REPLACE TEMP MACRO first_answers(since, until) AS TABLE
WITH written AS (
    SELECT id, customer_id, "at" AS asked_at
    FROM interactions
    WHERE
        direction = 'in'
        AND "at" >= since + 1
        AND "at" < until + 1
        AND lower(coalesce(kind, channel, '')) NOT IN ('call', 'visit', 'meeting', 'phone')
        AND lower(coalesce(channel, '')) NOT IN ('phone', 'visit', 'call', 'meeting')
),
answered AS (
    SELECT written.id, written.customer_id, written.asked_at, min(later."at") AS answered_at
    FROM written
    INNER JOIN interactions AS later
        ON
            later.customer_id = written.customer_id
            AND later.direction = 'out'
            AND later."at" > written.asked_at
            AND later."at" <= written.asked_at + INTERVAL 30 DAY
    WHERE later."at" < until + 1
    GROUP BY written.id, written.customer_id, written.asked_at
)
SELECT 'contact' AS source, customer_id, asked_at, answered_at FROM answered
UNION ALL
SELECT
    'ticket',
    ticket.customer_id,
    ticket.opened_at,
    CASE WHEN ticket.first_response_at < until + 1 AND ticket.first_response_at >= ticket.opened_at THEN ticket.first_response_at END
FROM tickets AS ticket
LEFT JOIN open_tickets(until) AS still_open ON still_open.ticket_no = ticket.ticket_no
WHERE
    ticket.opened_at >= since + 1
    AND ticket.opened_at < until + 1
    AND (ticket.first_response_at < until + 1 OR still_open.ticket_no IS NOT NULL);
