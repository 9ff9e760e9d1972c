-- Do the tickets say what their threads say, and does no thread go back in time?
-- owner
WITH turns AS (
    SELECT
        ticket_id,
        arg_max(CASE kind WHEN 'opened' THEN coalesce(became, 'open') WHEN 'reopened' THEN 'open' WHEN 'resumed' THEN 'open' ELSE kind END, event_no)
            FILTER (WHERE kind IN ('opened', 'waiting', 'resumed', 'resolved', 'closed', 'reopened')) AS status
    FROM ticket_events
    GROUP BY ticket_id
    HAVING bool_or(kind = 'opened')
)
SELECT 'ticket ' || k.ticket_no || ': its thread says ' || t.status || ', it says ' || coalesce(k.status, 'nothing') AS what
FROM turns AS t
JOIN tickets AS k ON k.id = t.ticket_id
WHERE k.status IS DISTINCT FROM t.status
UNION ALL
SELECT 'ticket ' || k.ticket_no || ': event ' || e.event_no || ' lies before the one above it'
FROM (
    SELECT *, lag("at") OVER (PARTITION BY ticket_id ORDER BY event_no) AS before FROM ticket_events WHERE kind NOT IN ('reply', 'resolved', 'closed')
) AS e
JOIN tickets AS k ON k.id = e.ticket_id
WHERE e."at" < e.before
