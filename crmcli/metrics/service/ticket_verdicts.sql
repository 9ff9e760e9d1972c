-- What was said of each ticket opened in (since, until], and was it opened again? Both are known once it was closed.
CREATE OR REPLACE TEMP MACRO ticket_verdicts(since, until) AS TABLE
SELECT customer_id, csat, reopened
FROM tickets
WHERE
    opened_at >= since + 1
    AND opened_at < until + 1
    AND coalesce(least(resolved_at, closed_at), opened_at) < until + 1;
