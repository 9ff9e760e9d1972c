-- What waits for somebody on the day, the most valuable and most urgent first?
-- :waiting
-- One row a thing: what it is about, since when it is due, how urgent that makes it, and its priority.
WITH messages AS (
    SELECT customer_id, count(*) AS things, cast(min(asked_at) AS DATE) AS due_on
    FROM unanswered_questions($as_of)
    GROUP BY customer_id
),
bills AS (
    SELECT
        customer_id,
        count(*) AS things,
        min(due_on) AS due_on,
        arg_min(invoice_no, concat(due_on, ' ', invoice_no)) AS number,
        sum(open) AS amount
    FROM invoice_states($as_of)
    WHERE open > 0 AND due_on < $as_of
    GROUP BY customer_id
),
silent AS (  -- due_on: the first day on which the pause is longer than so many expected gaps
    SELECT
        customer_id,
        recency_days,
        expected_gap,
        last_purchase_on + cast(floor(round($overdue_from * expected_gap, 9)) AS INTEGER) + 1 AS due_on
    FROM rhythm($as_of)
    WHERE NOT departed
),
base_currency AS (
    SELECT max(value) AS currency FROM meta.settings WHERE key = 'base_currency'
),
things AS (
    SELECT
        CASE WHEN still_open.kind IN ('complaint', 'claim') THEN still_open.kind ELSE 'ticket' END AS kind,
        still_open.ticket_no AS number,
        still_open.customer_id,
        still_open.agent_id AS manager_id,
        concat_ws(': ', still_open.ticket_no, nullif(trim(still_open.subject), '')) AS what,
        coalesce(promise.due_on, cast(still_open.opened_at AS DATE)) AS due_on,
        still_open.kind IN ('complaint', 'claim') OR lower(still_open.priority) IN ('urgent', 'high') AS is_grave,
        cast(NULL AS DECIMAL(38, 4)) AS amount
    FROM open_tickets($as_of) AS still_open
    LEFT JOIN ticket_due_days AS promise ON promise.ticket_no = still_open.ticket_no
    UNION ALL
    SELECT
        'plan_step',
        concat(plan_no, '/', step_no),
        customer_id,
        manager_id,
        concat_ws(': ', concat(plan_no, '/', step_no), nullif(trim(subject), '')),
        due_on,
        false,
        NULL
    FROM plan_steps_on($as_of)
    WHERE "state" IN ('due', 'late') AND due_on <= $as_of
    UNION ALL
    SELECT
        'quote',
        quote.quote_no,
        quote.customer_id,
        quote.manager_id,
        replace(
            replace(
                CASE WHEN quote.valid_until IS NULL THEN $quote_sent ELSE replace($quote_ends, '{until}', strftime(quote.valid_until, $day_format)) END,
                '{day}',
                strftime(quote.sent_on, $day_format)
            ),
            '{number}',
            quote.quote_no
        ),
        quote.due_on,
        false,
        CASE WHEN quote.currency = base_currency.currency THEN quote.net END
    FROM waiting_quotes($as_of) AS quote
    CROSS JOIN base_currency
    UNION ALL
    SELECT
        'invoice',
        number,
        customer_id,
        NULL,
        CASE
            WHEN things = 1 THEN replace($one_invoice, '{number}', number)
            ELSE replace(replace($some_invoices, '{count}', cast(things AS VARCHAR)), '{number}', number)
        END,
        due_on,
        false,
        amount
    FROM bills
    UNION ALL
    SELECT
        'call',
        NULL,
        customer_id,
        NULL,
        replace(
            replace($overdue, '{days}', cast(recency_days AS VARCHAR)), '{gap}', cast(cast(round(expected_gap) AS INTEGER) AS VARCHAR)
        ),
        due_on,
        false,
        NULL
    FROM silent
    WHERE due_on <= $as_of
    UNION ALL
    SELECT
        'message',
        NULL,
        customer_id,
        NULL,
        replace(
            CASE WHEN things = 1 THEN $answer_message ELSE replace($answer_messages, '{count}', cast(things AS VARCHAR)) END,
            '{day}',
            strftime(due_on, $day_format)
        ),
        due_on,
        false,
        NULL
    FROM messages
    UNION ALL
    SELECT
        'late_order',
        order_no,
        customer_id,
        manager_id,
        replace(replace($order_late, '{day}', strftime(promised_on, $day_format)), '{number}', order_no),
        promised_on,
        false,
        open_net
    FROM late_orders($as_of)
),
reckoned AS (
    SELECT
        thing.kind,
        coalesce(thing.number, '') AS number,
        contact.code AS customer,
        contact.name,
        worth.class,
        CASE WHEN worth.is_key THEN true END AS key,
        manager.id AS manager_id,
        manager.code AS manager,
        thing.what,
        thing.due_on,
        cast($as_of - thing.due_on AS INTEGER) AS days_late,
        cast(thing.amount AS DECIMAL(38, 4)) AS amount,
        cast(coalesce(worth.weight, 1) AS DOUBLE) AS weight,
        cast(
            CASE
                WHEN thing.due_on > $as_of THEN $soon
                ELSE least($due + $per_week * (cast($as_of - thing.due_on AS INTEGER) // 7), $most)
            END
            * CASE WHEN thing.is_grave THEN $grave ELSE 1 END AS DOUBLE
        ) AS urgency,
        thing.kind = 'call'
        AND (
            coalesce(NOT contact.consent_call, false)
            OR regexp_matches(
                lower(coalesce(contact.tags, '')),
                '(^|[,;|])\s*(do[ _-]not[ _-](contact|call)|не звонить|не беспокоить)\s*($|[,;|])'
            )
        ) AS is_unwanted
    FROM things AS thing
    LEFT JOIN contacts AS contact ON contact.id = thing.customer_id
    LEFT JOIN value_weights($as_of) AS worth ON worth.customer_id = thing.customer_id
    LEFT JOIN managers AS manager ON manager.id = coalesce(thing.manager_id, contact.manager_id)
)
SELECT *, weight * urgency AS priority
FROM reckoned;
-- :answer
SELECT
    row_number() OVER (ORDER BY priority DESC, days_late DESC, customer NULLS LAST, kind, number) AS rank,
    kind,
    customer,
    name,
    class,
    key,
    manager,
    what,
    due_on,
    days_late,
    amount,
    weight,
    urgency,
    priority
FROM waiting
WHERE
    NOT is_unwanted
    AND ($kind = 'all' OR kind = $kind)
    AND ($manager_id IS NULL OR manager_id = $manager_id)
ORDER BY rank;
-- :kinds
SELECT
    kind,
    count(*) AS things,
    count(*) FILTER (WHERE days_late > 0) AS late,
    cast(sum(amount) AS DECIMAL(38, 4)) AS amount,
    max(priority) AS highest,
    sum(priority) AS together
FROM answer
GROUP BY kind
ORDER BY together DESC, kind;
-- :managers
SELECT manager, count(*) AS things, count(*) FILTER (WHERE days_late > 0) AS late, max(priority) AS highest, sum(priority) AS together
FROM answer
GROUP BY manager
ORDER BY together DESC, manager NULLS LAST;
-- :figures
WITH told AS (
    SELECT
        count(*) AS things,
        count(*) FILTER (WHERE days_late > 0) AS late,
        count(DISTINCT customer) AS customers,
        count(DISTINCT customer) FILTER (WHERE class = 'A' OR key) AS best,
        count(*) FILTER (WHERE manager IS NULL) AS nobodys,
        coalesce(sum(amount) FILTER (WHERE kind = 'invoice'), 0) AS unpaid,
        coalesce(sum(amount) FILTER (WHERE kind = 'quote'), 0) AS offered,
        coalesce(sum(amount) FILTER (WHERE kind = 'late_order'), 0) AS undelivered
    FROM answer
),
foremost AS (
    SELECT max(coalesce(name, '')) AS first_name, max(what) AS first_what, max(kind) AS first_kind FROM answer WHERE rank = 1
),
unwanted AS (
    SELECT count(*) AS unwanted FROM waiting WHERE is_unwanted AND ($manager_id IS NULL OR manager_id = $manager_id) AND $kind IN ('all', 'call')
)
SELECT told.*, foremost.*, unwanted.* FROM told CROSS JOIN foremost CROSS JOIN unwanted;
