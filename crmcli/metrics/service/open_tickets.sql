-- Which tickets were open at the end of as_of, those that wait for the customer among them? One called closed or resolved without a
-- date is not; one opened again is, until it is settled again.
CREATE OR REPLACE TEMP MACRO open_tickets(as_of) AS TABLE
SELECT
    customer_id,
    ticket_no,
    kind,
    priority,
    subject,
    opened_at,
    date_diff('day', cast(opened_at AS DATE), as_of) AS days_open,
    first_response_at AS answered_at,
    agent_id,
    status
FROM ticket_states(cast(as_of + 1 AS TIMESTAMP) - INTERVAL 1 MICROSECOND)
WHERE status IN ('open', 'waiting');
