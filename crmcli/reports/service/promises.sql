-- Which promises to customers are due soon, overdue, or were broken? Over the temporary tables of prepare_clock.
-- :due
-- One row a ticket not settled: the promise next due, the answer first; tickets that wait for the customer stand still.
WITH asked AS (
    SELECT
        *,
        response_left_minutes IS NOT NULL AS is_unanswered,
        coalesce(response_left_minutes, resolution_left_minutes) AS left_minutes,
        CASE WHEN response_left_minutes IS NOT NULL THEN response_promise_minutes ELSE resolution_promise_minutes END AS promise_minutes,
        CASE WHEN response_left_minutes IS NOT NULL THEN response_due_at ELSE resolution_due_at END AS due_at
    FROM open_ticket_clock($at)
    WHERE ($agent IS NULL OR agent_id = $agent) AND NOT is_waiting
)
SELECT
    asked.ticket_no AS ticket,
    asked.customer_id,
    asked.agent_id,
    asked.customer_class AS class,
    asked.priority,
    asked.kind,
    CASE WHEN asked.is_unanswered THEN 'response' ELSE 'resolution' END AS what,
    asked.due_at,
    asked.left_minutes,
    asked.promise_minutes,
    asked.subject
FROM asked
WHERE asked.left_minutes <= $within OR asked.left_minutes < 0;
-- :broken
-- One row a promise to a ticket not settled that was not kept, and is still owed.
WITH clock AS MATERIALIZED (
    FROM open_ticket_clock($at)
),
owed AS (
    SELECT
        clock.*,
        'response' AS what,
        clock.response_due_at AS due_at,
        clock.response_left_minutes AS left_minutes,
        clock.response_promise_minutes AS promise_minutes
    FROM clock
    UNION ALL
    SELECT
        clock.*,
        'resolution',
        clock.resolution_due_at,
        clock.resolution_left_minutes,
        clock.resolution_promise_minutes
    FROM clock
)
SELECT
    ticket_no AS ticket,
    customer_id,
    agent_id,
    customer_class AS class,
    priority,
    kind,
    what,
    due_at,
    left_minutes,
    promise_minutes,
    subject
FROM owed
WHERE left_minutes < 0 AND ($agent IS NULL OR agent_id = $agent);
-- :broken_since
-- One row a promise that fell due from $since on and was not kept by then, settled tickets too.
WITH clock AS MATERIALIZED (
    FROM ticket_clock_since($at, $since)
),
told AS (
    SELECT
        clock.*,
        'response' AS what,
        clock.response_due_at AS due_at,
        coalesce(clock.response_left_minutes, clock.response_promise_minutes - clock.response_minutes) AS left_minutes,
        clock.response_promise_minutes AS promise_minutes,
        clock.response_kept AS is_kept
    FROM clock
    UNION ALL
    SELECT
        clock.*,
        'resolution',
        clock.resolution_due_at,
        coalesce(clock.resolution_left_minutes, clock.resolution_promise_minutes - clock.resolution_minutes),
        clock.resolution_promise_minutes,
        clock.resolution_kept
    FROM clock
)
SELECT
    ticket_no AS ticket,
    customer_id,
    agent_id,
    customer_class AS class,
    priority,
    kind,
    what,
    due_at,
    left_minutes,
    promise_minutes,
    subject
FROM told
WHERE NOT is_kept AND due_at >= $since AND ($agent IS NULL OR agent_id = $agent);
-- :days
-- By when is each open ticket promised something?
SELECT ticket_no, cast(CASE WHEN response_left_minutes IS NOT NULL THEN response_due_at ELSE resolution_due_at END AS DATE)
FROM open_ticket_clock($at)
WHERE coalesce(response_due_at, resolution_due_at) IS NOT NULL;
-- :ranked
-- Value × urgency: weight of the customer (A 3, B 2, others 1; one more for a key account) × the share of the promised time used,
-- 1 when due, at most $most, twice for what is grave.
SELECT
    listed.ticket,
    contact.code AS customer,
    contact.name,
    listed.class,
    listed.priority,
    listed.what,
    listed.due_at,
    cast(listed.left_minutes / 60 AS DECIMAL(18, 2)) AS left_hours,
    round(
        coalesce(standing.weight, 1)
        * least(1 - listed.left_minutes / nullif(listed.promise_minutes, 0), $most)
        * CASE WHEN listed.kind IN ('complaint', 'claim') OR listed.priority IN ('urgent', 'high') THEN $grave ELSE 1 END,
        2
    ) AS score,
    agent.name AS agent,
    listed.subject,
    listed.left_minutes
FROM promises_listed AS listed
LEFT JOIN contacts AS contact ON contact.id = listed.customer_id
LEFT JOIN managers AS agent ON agent.id = listed.agent_id
LEFT JOIN clock_classes AS standing ON standing.customer_id = listed.customer_id;
-- :figures
SELECT
    count(*) AS promises,
    count(*) FILTER (WHERE left_minutes < 0) AS overdue,
    count(DISTINCT ticket) AS tickets,
    (SELECT ticket FROM promises_ranked ORDER BY score DESC, due_at, ticket, what LIMIT 1) AS worst,
    cast(sum(least(left_hours, 0)) AS DECIMAL(18, 2)) AS late_hours
FROM promises_ranked;
-- :around
SELECT
    (SELECT count(*) FROM sla_policies) AS policies,
    (SELECT count(*) FROM calendars) AS calendars
