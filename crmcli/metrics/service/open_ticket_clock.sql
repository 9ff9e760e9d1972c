-- As ticket_clock, of the tickets open at the moment alone; settled ones cost nothing here.
CREATE OR REPLACE TEMP MACRO open_ticket_clock(moment) AS TABLE
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
    is_waiting,
    paused_work / 60000000.0 AS paused_minutes,
    response_work / 60000000.0 AS response_promise_minutes,
    resolution_work / 60000000.0 AS resolution_promise_minutes,
    response_due_at,
    resolution_due_at,
    CASE WHEN first_response_at IS NULL THEN (response_work - used) / 60000000.0 END AS response_left_minutes,
    (resolution_work - used) / 60000000.0 AS resolution_left_minutes
FROM ticket_promises(moment, true, moment);
