-- What was said of each ticket opened in (since, until], and was it opened again? Both are known once it was closed.
CREATE OR REPLACE TEMP MACRO ticket_verdicts(since, until) AS TABLE
SELECT customer_id, csat, reopened
FROM ticket_states(cast(until + 1 AS TIMESTAMP) - INTERVAL 1 MICROSECOND)
WHERE
    opened_at >= since + 1
    AND CASE WHEN has_thread THEN status IN ('resolved', 'closed') ELSE coalesce(settled_at, opened_at) < until + 1 END;
