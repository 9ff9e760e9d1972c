-- When was each question of (since, until] first answered? One row a ticket or an inbound written contact, answered_at empty where it
-- was not by the end of until. A message is answered by the next outbound contact with that customer within 30 days; those never
-- answered are left out (many ask for nothing), and calls, visits and meetings are answered as they happen. Where no ticket has
-- a first answer of record by then, nobody noted them: who waits is unknown.
CREATE OR REPLACE TEMP MACRO first_answers(since, until) AS TABLE
WITH answered AS (
    SELECT written.customer_id, written.asked_at, later."at" AS answered_at
    FROM written_questions(since, until) AS written
    ASOF INNER JOIN (
        SELECT customer_id, "at" FROM interactions WHERE direction = 'out' AND "at" >= since + 1 AND "at" < until + 1
    ) AS later
        ON later.customer_id = written.customer_id AND later."at" > written.asked_at
    WHERE later."at" <= written.asked_at + INTERVAL 30 DAY
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
    AND (
        ticket.first_response_at < until + 1
        OR (still_open.ticket_no IS NOT NULL AND (SELECT bool_or(first_response_at < until + 1) FROM tickets))
    );
