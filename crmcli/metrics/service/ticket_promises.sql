-- What was promised to each ticket opened by a moment, and how much was worked on it? As ticket_clock, which reads it; works in
-- microseconds; with is_only_open nothing is done for what was settled by then, and never for tickets settled by then of which
-- nothing is dated from since on: neither opening nor first answer nor end. Needs the temporary tables of prepare_clock.
CREATE OR REPLACE TEMP MACRO ticket_promises(moment, is_only_open, since) AS TABLE
WITH asked AS (
    SELECT
        "state".ticket_id,
        "state".ticket_no,
        "state".customer_id,
        "state".agent_id,
        "state".kind,
        lower(trim("state".priority)) AS priority,
        coalesce(ticket.customer_class, standing.class) AS customer_class,
        ticket.channel,
        ticket.subject,
        "state".opened_at,
        "state".first_response_at,
        "state".resolved_at,
        "state".closed_at,
        "state".reopened,
        "state".reassigned,
        "state".csat,
        "state".nps,
        ticket.sla_kept,
        "state".status NOT IN ('resolved', 'closed') AS is_open,
        "state".status = 'waiting' AS is_waiting,
        CASE
            WHEN "state".status NOT IN ('resolved', 'closed') THEN moment
            ELSE least("state".resolved_at, "state".closed_at)
        END AS ended_at
    FROM ticket_states_of(moment, is_only_open) AS "state"
    INNER JOIN tickets AS ticket ON ticket.id = "state".ticket_id
    LEFT JOIN clock_classes AS standing ON standing.customer_id = ticket.customer_id
    WHERE
        "state".status NOT IN ('resolved', 'closed')
        OR (
            NOT is_only_open
            -- greatest passes over what is empty
            AND greatest("state".opened_at, "state".first_response_at, least("state".resolved_at, "state".closed_at)) >= since
        )
),
kinds AS (
    SELECT DISTINCT priority, lower(customer_class) AS customer_class, kind FROM asked
),
-- policies change on few days: between two of them each sort of ticket has one policy
days AS (
    SELECT from_on AS from_on FROM sla_policies
    UNION
    SELECT to_on FROM sla_policies WHERE to_on IS NOT NULL
),
fitting AS (
    SELECT
        kinds.priority,
        kinds.customer_class,
        kinds.kind,
        days.from_on,
        policy.policy_no,
        policy.calendar_id,
        policy.response_minutes,
        policy.resolution_minutes
    FROM kinds
    CROSS JOIN days
    LEFT JOIN sla_policies AS policy
        ON
            (policy.priority IS NULL OR lower(policy.priority) = kinds.priority)
            AND (policy.customer_class IS NULL OR lower(policy.customer_class) = kinds.customer_class)
            AND (policy.kind IS NULL OR lower(policy.kind) = kinds.kind)
            AND policy.from_on <= days.from_on
            AND (policy.to_on IS NULL OR policy.to_on > days.from_on)
    QUALIFY
        row_number() OVER (
            PARTITION BY kinds.priority, kinds.customer_class, kinds.kind, days.from_on
            ORDER BY
                (policy.priority IS NOT NULL)::INTEGER
                + (policy.customer_class IS NOT NULL)::INTEGER
                + (policy.kind IS NOT NULL)::INTEGER DESC NULLS LAST,
                policy.policy_no NULLS LAST
        ) = 1
),
chosen AS (
    SELECT
        coalesce(priority, '') AS priority,
        coalesce(customer_class, '') AS customer_class,
        coalesce(kind, '') AS kind,
        cast(from_on AS TIMESTAMP) AS from_at,
        lead(cast(from_on AS TIMESTAMP), 1, TIMESTAMP '9999-12-31 00:00:00') OVER (
            PARTITION BY priority, customer_class, kind ORDER BY from_on
        ) AS until_at,
        policy_no,
        calendar_id,
        response_minutes,
        resolution_minutes
    FROM fitting
),
promised AS (
    SELECT
        asked.*,
        policy.policy_no,
        coalesce(policy.calendar_id, usual.calendar_id) AS calendar_id,
        policy.response_minutes * 60000000::BIGINT AS response_work,
        policy.resolution_minutes * 60000000::BIGINT AS resolution_work
    FROM asked
    CROSS JOIN clock_usual AS usual
    LEFT JOIN chosen AS policy
        ON
            policy.priority = coalesce(asked.priority, '')
            AND policy.customer_class = coalesce(lower(asked.customer_class), '')
            AND policy.kind = coalesce(asked.kind, '')
            AND policy.from_at <= asked.opened_at
            AND policy.until_at > asked.opened_at
),
opened AS (
    SELECT
        promised.*,
        coalesce(piece.worked + epoch_us(least(promised.opened_at, piece.to_at)) - epoch_us(piece.from_at), 0) AS opened_work
    FROM promised
    LEFT JOIN clock_shown AS piece
        ON
            piece.calendar_id = promised.calendar_id
            AND piece."day" = cast(promised.opened_at AS DATE)
            AND piece.from_at <= promised.opened_at
            AND piece.until_at > promised.opened_at
),
answered AS (
    SELECT
        opened.*,
        CASE
            WHEN opened.first_response_at >= opened.opened_at  -- what is dated before it began took nobody knows how long
                THEN coalesce(piece.worked + epoch_us(least(opened.first_response_at, piece.to_at)) - epoch_us(piece.from_at), 0)
        END AS answered_work
    FROM opened
    LEFT JOIN clock_shown AS piece
        ON
            piece.calendar_id = opened.calendar_id
            AND piece."day" = cast(opened.first_response_at AS DATE)
            AND piece.from_at <= opened.first_response_at
            AND piece.until_at > opened.first_response_at
),
ended AS (
    SELECT
        answered.*,
        CASE
            WHEN answered.ended_at >= answered.opened_at
                THEN coalesce(piece.worked + epoch_us(least(answered.ended_at, piece.to_at)) - epoch_us(piece.from_at), 0)
        END AS ended_work
    FROM answered
    LEFT JOIN clock_shown AS piece
        ON
            piece.calendar_id = answered.calendar_id
            AND piece."day" = cast(answered.ended_at AS DATE)
            AND piece.from_at <= answered.ended_at
            AND piece.until_at > answered.ended_at
),
-- A ticket stands still from the moment it waits for the customer, or was settled, until it goes on or is opened again.
turns AS (
    SELECT
        thread.ticket_id,
        thread.event_no,
        thread."at",
        CASE thread.kind WHEN 'opened' THEN coalesce(thread.became, thread.kind) ELSE thread.kind END AS turn
    FROM ticket_events AS thread
    WHERE
        thread."at" <= moment
        AND thread.kind IN ('opened', 'waiting', 'resumed', 'resolved', 'closed', 'reopened', 'message', 'reply')
        AND thread.ticket_id IN (SELECT ticket_id FROM asked)
),
heard AS (
    SELECT
        *,
        last_value(CASE WHEN turn NOT IN ('message', 'reply') THEN turn END IGNORE NULLS) OVER (
            PARTITION BY ticket_id ORDER BY event_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS turn_before
    FROM turns
),
marks AS (
    SELECT
        ticket_id,
        event_no,
        "at",
        turn IN ('waiting', 'resolved', 'closed') AS stands
    FROM heard
    WHERE turn NOT IN ('message', 'reply') OR turn_before = 'waiting'
),
changes AS (
    SELECT *
    FROM marks
    QUALIFY stands IS DISTINCT FROM lag(stands, 1, false) OVER (PARTITION BY ticket_id ORDER BY event_no)
),
stands AS (
    SELECT
        ticket_id,
        event_no,
        "at" AS from_at,
        lead("at", 1, moment) OVER (PARTITION BY ticket_id ORDER BY event_no) AS to_at,
        stands
    FROM changes
    QUALIFY stands
),
started AS (
    SELECT
        stands.ticket_id,
        stands.event_no,
        least(stands.to_at, ended.ended_at) AS to_at,
        ended.calendar_id,
        ended.opened_work,
        ended.answered_work,
        ended.ended_work,
        ended.response_work,
        ended.resolution_work,
        greatest(
            ended.opened_work,
            coalesce(piece.worked + epoch_us(least(stands.from_at, piece.to_at)) - epoch_us(piece.from_at), 0)
        ) AS from_work
    FROM stands
    INNER JOIN ended ON ended.ticket_id = stands.ticket_id
    LEFT JOIN clock_shown AS piece
        ON
            piece.calendar_id = ended.calendar_id
            AND piece."day" = cast(stands.from_at AS DATE)
            AND piece.from_at <= stands.from_at
            AND piece.until_at > stands.from_at
),
pauses AS (
    SELECT
        started.*,
        greatest(
            started.from_work,
            coalesce(piece.worked + epoch_us(least(started.to_at, piece.to_at)) - epoch_us(piece.from_at), 0)
        ) AS to_work
    FROM started
    LEFT JOIN clock_shown AS piece
        ON
            piece.calendar_id = started.calendar_id
            AND piece."day" = cast(started.to_at AS DATE)
            AND piece.from_at <= started.to_at
            AND piece.until_at > started.to_at
),
-- before: the work done on the ticket until the pause began. One that begins after a promise was used up, or after
-- the answer was given, moves nothing
measured AS (
    SELECT
        *,
        from_work - opened_work - coalesce(
            sum(to_work - from_work) OVER (PARTITION BY ticket_id ORDER BY event_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0
        ) AS before
    FROM pauses
),
paused AS (
    SELECT
        ticket_id,
        sum(least(to_work, ended_work) - least(from_work, ended_work)) AS until_ended,
        sum(least(to_work, answered_work) - least(from_work, answered_work)) AS until_answered,
        sum(least(to_work, answered_work) - least(from_work, answered_work)) FILTER (WHERE before < response_work) AS response_moved,
        sum(to_work - from_work) FILTER (WHERE before < resolution_work) AS resolution_moved
    FROM measured
    GROUP BY ticket_id
),
targets AS (
    SELECT
        ended.*,
        ended.ended_work - ended.opened_work - coalesce(paused.until_ended, 0) AS used,
        coalesce(paused.until_ended, 0) AS paused_work,
        ended.answered_work - ended.opened_work - coalesce(paused.until_answered, 0) AS answered_used,
        ended.opened_work + ended.response_work + coalesce(paused.response_moved, 0) AS response_target,
        ended.opened_work + ended.resolution_work + coalesce(paused.resolution_moved, 0) AS resolution_target
    FROM ended
    LEFT JOIN paused ON paused.ticket_id = ended.ticket_id
),
response_dated AS (
    SELECT
        targets.*,
        CASE
            WHEN targets.response_target IS NOT NULL
                THEN piece.from_at + to_microseconds(cast(targets.response_target - piece.worked AS BIGINT))
        END AS response_due_at
    FROM targets
    LEFT JOIN clock_targets AS piece
        ON
            piece.calendar_id = targets.calendar_id
            AND piece.stretch = (targets.response_target - 1) // 28800000000
            AND piece.worked < targets.response_target
            AND piece.worked_after >= targets.response_target
)
SELECT
    dated.*,
    CASE
        WHEN dated.resolution_target IS NOT NULL
            THEN piece.from_at + to_microseconds(cast(dated.resolution_target - piece.worked AS BIGINT))
    END AS resolution_due_at
FROM response_dated AS dated
LEFT JOIN clock_targets AS piece
    ON
        piece.calendar_id = dated.calendar_id
        AND piece.stretch = (dated.resolution_target - 1) // 28800000000
        AND piece.worked < dated.resolution_target
        AND piece.worked_after >= dated.resolution_target;
