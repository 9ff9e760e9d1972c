-- What is promised to which tickets, in minutes of work.
SELECT
    policy.policy_no,
    policy.priority,
    policy.customer_class,
    policy.kind,
    policy.response_minutes,
    policy.resolution_minutes,
    calendar.name AS calendar,
    policy.from_on,
    policy.to_on,
    policy.custom
FROM sla_policies AS policy
LEFT JOIN calendars AS calendar ON calendar.id = policy.calendar_id
