-- As ticket_states, which reads it. With is_only_open of tickets alone that, by all that is known now, were not settled by the moment:
-- the threads of all others are not read.
CREATE OR REPLACE TEMP MACRO ticket_states_of(moment, is_only_open) AS TABLE
WITH threads AS (
    SELECT
        ticket_id,
        max(event_no) FILTER (
            WHERE "at" <= moment AND kind IN ('opened', 'waiting', 'resumed', 'resolved', 'closed', 'reopened')
        ) AS turn_no,
        arg_max(CASE kind WHEN 'opened' THEN coalesce(became, kind) ELSE kind END, event_no) FILTER (
            WHERE "at" <= moment AND kind IN ('opened', 'waiting', 'resumed', 'resolved', 'closed', 'reopened')
        ) AS turn,
        max(event_no) FILTER (WHERE "at" <= moment AND kind IN ('message', 'reply')) AS spoke_no,
        arg_max("at", event_no) FILTER (WHERE "at" <= moment AND kind = 'waiting') AS waiting_at,
        min("at") FILTER (WHERE "at" <= moment AND kind = 'reply') AS first_response_at,
        max(event_no) FILTER (WHERE "at" <= moment AND kind = 'resolved') AS resolved_no,
        arg_max("at", event_no) FILTER (WHERE "at" <= moment AND kind = 'resolved') AS resolved_at,
        max(event_no) FILTER (WHERE "at" <= moment AND kind = 'closed') AS closed_no,
        arg_max("at", event_no) FILTER (WHERE "at" <= moment AND kind = 'closed') AS closed_at,
        coalesce(max(event_no) FILTER (WHERE "at" <= moment AND kind = 'reopened'), 0) AS reopened_no,
        -- how often before there was a thread, where that is known: it begins with it
        try_cast(any_value(was) FILTER (WHERE kind = 'opened') AS INTEGER) AS reopened_before,
        count(*) FILTER (WHERE "at" <= moment AND kind = 'reopened') AS reopened,
        count(*) FILTER (WHERE kind = 'reopened') AS reopened_ever,
        count(*) FILTER (WHERE "at" <= moment AND kind = 'assigned' AND was IS NOT NULL) AS reassigned,
        -- nobody is somebody here: a ticket taken from its agent
        arg_max(coalesce(agent_id, 0), event_no) FILTER (WHERE "at" <= moment AND kind IN ('opened', 'assigned')) AS agent_id,
        count(*) FILTER (WHERE kind = 'priority') AS ranked,
        arg_max(became, event_no) FILTER (WHERE "at" <= moment AND kind = 'priority') AS priority,
        arg_min(coalesce(was, ''), event_no) FILTER (WHERE kind = 'priority') AS first_priority,
        count(*) FILTER (WHERE kind = 'rated' AND starts_with(became, 'csat ')) AS csat_told,
        arg_max(became, event_no) FILTER (WHERE "at" <= moment AND kind = 'rated' AND starts_with(became, 'csat ')) AS csat,
        arg_min(coalesce(was, ''), event_no) FILTER (WHERE kind = 'rated' AND starts_with(became, 'csat ')) AS first_csat,
        count(*) FILTER (WHERE kind = 'rated' AND starts_with(became, 'nps ')) AS nps_told,
        arg_max(became, event_no) FILTER (WHERE "at" <= moment AND kind = 'rated' AND starts_with(became, 'nps ')) AS nps,
        arg_min(coalesce(was, ''), event_no) FILTER (WHERE kind = 'rated' AND starts_with(became, 'nps ')) AS first_nps
    FROM ticket_events
    WHERE
        NOT is_only_open
        OR ticket_id IN (
            SELECT id
            FROM tickets
            WHERE opened_at <= moment AND (coalesce(resolved_at, closed_at) IS NULL OR least(resolved_at, closed_at) > moment)
        )
    GROUP BY ticket_id
    HAVING bool_or(kind = 'opened')  -- what does not say how it began is no thread to tell a state by
)
SELECT
    ticket.id AS ticket_id,
    CASE
        WHEN thread.ticket_id IS NULL THEN CASE
            WHEN ticket.closed_at <= moment THEN 'closed'
            WHEN ticket.resolved_at <= moment THEN 'resolved'
            WHEN ticket.resolved_at IS NULL AND ticket.closed_at IS NULL AND lower(ticket.status) IN ('closed', 'resolved', 'waiting')
                THEN lower(ticket.status)
            ELSE 'open'
        END
        WHEN thread.turn = 'waiting' AND coalesce(thread.spoke_no > thread.turn_no, false) THEN 'open'
        WHEN thread.turn IN ('waiting', 'resolved', 'closed') THEN thread.turn
        ELSE 'open'
    END AS status,
    CASE WHEN thread.agent_id IS NULL THEN ticket.agent_id ELSE nullif(thread.agent_id, 0) END AS agent_id,
    CASE
        WHEN ticket.first_response_at <= moment THEN least(ticket.first_response_at, thread.first_response_at)
        ELSE thread.first_response_at
    END AS first_response_at,
    CASE
        WHEN thread.ticket_id IS NOT NULL THEN CASE WHEN thread.resolved_no > thread.reopened_no THEN thread.resolved_at END
        WHEN ticket.resolved_at <= moment THEN ticket.resolved_at
    END AS resolved_at,
    CASE
        WHEN thread.ticket_id IS NOT NULL THEN CASE WHEN thread.closed_no > thread.reopened_no THEN thread.closed_at END
        WHEN ticket.closed_at <= moment THEN ticket.closed_at
    END AS closed_at,
    CASE
        WHEN coalesce(thread.reopened_ever, 0) = 0 THEN ticket.reopened
        WHEN thread.reopened_before IS NOT NULL OR thread.reopened > 0 THEN coalesce(thread.reopened_before, 0) + thread.reopened
    END AS reopened,
    CASE
        WHEN coalesce(thread.reassigned, 0) = 0 THEN ticket.reassigned ELSE coalesce(ticket.reassigned, 0) + thread.reassigned
    END AS reassigned,
    CASE
        WHEN thread.turn = 'waiting' AND NOT coalesce(thread.spoke_no > thread.turn_no, false) THEN thread.waiting_at
    END AS waiting_since,
    CASE
        WHEN coalesce(thread.ranked, 0) = 0 THEN ticket.priority
        ELSE coalesce(thread.priority, nullif(thread.first_priority, ''))
    END AS priority,
    CASE
        WHEN coalesce(thread.csat_told, 0) = 0 THEN ticket.csat
        ELSE try_cast(split_part(coalesce(thread.csat, thread.first_csat), ' ', 2) AS DECIMAL(18, 4))
    END AS csat,
    CASE
        WHEN coalesce(thread.nps_told, 0) = 0 THEN ticket.nps
        ELSE try_cast(split_part(coalesce(thread.nps, thread.first_nps), ' ', 2) AS INTEGER)
    END AS nps,
    thread.ticket_id IS NOT NULL AS has_thread,
    ticket.ticket_no,
    ticket.customer_id,
    lower(ticket.kind) AS kind,
    ticket.subject,
    ticket.opened_at,
    least(ticket.resolved_at, ticket.closed_at) AS settled_at
FROM tickets AS ticket
LEFT JOIN threads AS thread ON thread.ticket_id = ticket.id
WHERE
    ticket.opened_at <= moment
    AND (
        NOT is_only_open
        OR coalesce(ticket.resolved_at, ticket.closed_at) IS NULL
        OR least(ticket.resolved_at, ticket.closed_at) > moment
    );
