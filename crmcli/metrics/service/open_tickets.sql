-- Which tickets were open at the end of as_of? One called closed or resolved without a date is not.
CREATE OR REPLACE TEMP MACRO open_tickets(as_of) AS TABLE
SELECT
    customer_id,
    ticket_no,
    lower(kind) AS kind,
    priority,
    subject,
    opened_at,
    date_diff('day', cast(opened_at AS DATE), as_of) AS days_open,
    CASE WHEN first_response_at < as_of + 1 THEN first_response_at END AS answered_at,
    agent_id
FROM tickets
WHERE
    opened_at < as_of + 1
    AND coalesce(least(resolved_at, closed_at), TIMESTAMP '9999-12-31 00:00:00') >= as_of + 1
    AND NOT (resolved_at IS NULL AND closed_at IS NULL AND coalesce(lower(status), '') IN ('closed', 'resolved'));
