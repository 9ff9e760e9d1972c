-- As ticket_clock, which reads it, without the tickets settled by the moment of which nothing is dated from since on: neither
-- opening nor first answer nor end. Needs the temporary tables of reports/service/clock.
CREATE OR REPLACE TEMP MACRO ticket_clock_since(moment, since) AS TABLE
SELECT
    ticket_id,
    ticket_no,
    customer_id,
    agent_id,
    kind,
    priority,
    customer_class,
    channel,
    subject,
    policy_no,
    calendar_id,
    opened_at,
    first_response_at,
    resolved_at,
    closed_at,
    is_open,
    is_waiting,
    paused_work / 60000000.0 AS paused_minutes,
    answered_used / 60000000.0 AS response_minutes,
    CASE WHEN NOT is_open THEN used / 60000000.0 END AS resolution_minutes,
    response_work / 60000000.0 AS response_promise_minutes,
    resolution_work / 60000000.0 AS resolution_promise_minutes,
    response_due_at,
    resolution_due_at,
    CASE WHEN is_open AND first_response_at IS NULL THEN (response_work - used) / 60000000.0 END AS response_left_minutes,
    CASE WHEN is_open THEN (resolution_work - used) / 60000000.0 END AS resolution_left_minutes,
    CASE
        WHEN answered_used IS NOT NULL THEN answered_used <= response_work
        WHEN is_open AND first_response_at IS NULL AND used > response_work THEN false
    END AS response_kept,
    CASE
        WHEN NOT is_open THEN used <= resolution_work
        WHEN used > resolution_work THEN false
    END AS resolution_kept,
    reopened,
    reassigned,
    csat,
    nps,
    sla_kept AS sla_kept_told
FROM ticket_promises(moment, false, since);
