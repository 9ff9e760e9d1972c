-- How long did each customer's tickets of the last 180 days wait for a first answer? Median clock hours; a ticket still
-- unanswered at the end of as_of has waited until then, one closed without an answer of record does not count. Where no ticket
-- has a first answer of record by then, nobody noted them: who waits is unknown.
CREATE OR REPLACE TEMP MACRO answer_times(as_of) AS TABLE
WITH waits AS (
    SELECT
        ticket.customer_id,
        date_diff(
            'minute',
            ticket.opened_at,
            CASE
                WHEN ticket.first_response_at < as_of + 1 THEN ticket.first_response_at
                WHEN still_open.ticket_no IS NOT NULL AND (SELECT bool_or(first_response_at < as_of + 1) FROM tickets)
                    THEN cast(as_of + 1 AS TIMESTAMP)
            END
        ) / 60.0 AS hours
    FROM tickets AS ticket
    LEFT JOIN open_tickets(as_of) AS still_open ON still_open.ticket_no = ticket.ticket_no
    WHERE ticket.customer_id IS NOT NULL AND ticket.opened_at >= as_of - 179 AND ticket.opened_at < as_of + 1
)
SELECT customer_id, count(hours) AS tickets, cast(median(hours) AS DOUBLE) AS median_hours
FROM waits
WHERE hours IS NOT NULL
GROUP BY customer_id;
