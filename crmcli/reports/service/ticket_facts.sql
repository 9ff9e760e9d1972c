-- What does the report of tickets know of each ticket that was opened in the window or is still open? It needs the temporary tables of
-- the clock, so it lies apart: the measures of a report's own file are made before anything is prepared.
-- :facts
-- Tickets opened in the window or still open. What an imported ticket tells without a thread (scores, reopenings, hand-overs) is
-- dated by nothing, so it counts from the moment the ticket was settled. A ticket is resolved when it has a moment of that; the moment
-- it was closed stands in where no ticket at all has one.
WITH threads AS (
    SELECT DISTINCT ticket_id
    FROM ticket_events
),
asked AS (
    SELECT
        clock.*,
        nullif(lower(trim(clock.channel)), '') AS by_channel,
        thread.ticket_id IS NOT NULL OR NOT clock.is_open AS is_known
    FROM ticket_clock_since($moment, $window_first_on) AS clock
    LEFT JOIN threads AS thread ON thread.ticket_id = clock.ticket_id
    WHERE clock.opened_at >= $window_first_on OR clock.is_open
),
habits AS (
    SELECT count(resolved_at) > 0 AS has_resolved
    FROM asked
),
timed AS (
    SELECT asked.*, CASE WHEN asked.is_open THEN NULL WHEN habits.has_resolved THEN asked.resolved_at ELSE asked.closed_at END AS done_at
    FROM asked
    CROSS JOIN habits
)
SELECT
    CASE $by WHEN 'customer' THEN timed.customer_id WHEN 'agent' THEN timed.agent_id END AS party_id,
    CASE $by
        WHEN 'channel' THEN timed.by_channel
        WHEN 'kind' THEN nullif(lower(trim(timed.kind)), '')
        WHEN 'priority' THEN nullif(lower(trim(timed.priority)), '')
    END AS word,
    CASE WHEN $by = 'month' THEN cast(date_trunc('month', timed.opened_at) AS DATE) END AS "month",
    CASE $by
        WHEN 'agent' THEN concat_ws(' ', agent.code, agent.name)
        WHEN 'month' THEN strftime(timed.opened_at, '%Y-%m')
        ELSE timed.by_channel
    END AS peer,
    timed.opened_at,
    timed.opened_at >= $window_first_on AS is_new,
    timed.is_open,
    timed.is_waiting,
    timed.first_response_at,
    timed.done_at AS resolved_at,
    timed.response_minutes,
    CASE WHEN timed.done_at IS NOT NULL THEN timed.resolution_minutes END AS resolution_minutes,
    CASE WHEN timed.done_at >= timed.opened_at THEN epoch(timed.done_at - timed.opened_at) / 60.0 END AS clock_minutes,
    CASE WHEN timed.closed_at >= timed.opened_at THEN epoch(timed.closed_at - timed.opened_at) / 86400.0 END AS close_days,
    timed.response_kept,
    timed.resolution_kept,
    timed.is_open AND CASE
        WHEN timed.first_response_at IS NULL AND timed.response_due_at < $moment THEN true
        ELSE timed.resolution_due_at < $moment
    END AS is_overdue,
    CASE WHEN timed.is_known THEN timed.sla_kept_told END AS told_kept,
    CASE WHEN timed.is_known THEN timed.reopened END AS reopened,
    CASE WHEN timed.is_known THEN timed.reassigned END AS reassigned,
    CASE WHEN timed.is_known THEN cast(timed.csat AS DOUBLE) END AS csat,
    CASE WHEN timed.is_known AND timed.nps BETWEEN 0 AND 10 THEN timed.nps END AS nps
FROM timed
LEFT JOIN managers AS agent ON agent.id = timed.agent_id AND $by = 'agent';
