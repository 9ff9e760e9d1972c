-- How stood each invoice issued by as_of? Neither drafts nor cancelled ones. paid: what came for it by then; open: what is
-- still asked; credit: paid above its amount, or a credit note not yet paid out. paid_on: the day of the payment that completed it
-- for good, empty while it is open and for amounts of nothing or less. due_on: its own, else by the customer's terms, else empty.
CREATE OR REPLACE TEMP MACRO invoice_states(as_of) AS TABLE
WITH days AS (
    SELECT invoice_id, paid_on, sum(amount) AS amount
    FROM payments
    WHERE invoice_id IS NOT NULL AND paid_on <= as_of
    GROUP BY invoice_id, paid_on
),
cumulated AS (
    SELECT invoice_id, paid_on, amount, sum(amount) OVER (PARTITION BY invoice_id ORDER BY paid_on) AS reached
    FROM days
),
received AS (
    SELECT
        invoice.id AS invoice_id,
        sum(cumulated.amount) AS paid,
        max(cumulated.paid_on) FILTER (
            WHERE cumulated.reached >= invoice.amount AND cumulated.reached - cumulated.amount < invoice.amount
        ) AS reached_on
    FROM invoices AS invoice
    INNER JOIN cumulated ON cumulated.invoice_id = invoice.id
    GROUP BY invoice.id
),
issued AS (
    SELECT
        invoice.id AS invoice_id,
        invoice.invoice_no,
        invoice.customer_id,
        invoice.issued_on,
        coalesce(invoice.due_on, invoice.issued_on + contact.payment_terms_days) AS due_on,
        cast(invoice.amount AS DECIMAL(38, 4)) AS amount,
        coalesce(received.paid, 0) AS paid,
        received.reached_on
    FROM invoices AS invoice
    LEFT JOIN received ON received.invoice_id = invoice.id
    LEFT JOIN contacts AS contact ON contact.id = invoice.customer_id
    WHERE
        invoice.issued_on <= as_of
        -- the status of an invoice is whatever the books call it, in either language
        AND NOT coalesce(regexp_matches(lower(invoice.status), '^(draft|cancel|void|annul|чернов|отмен|аннул)'), false)
)
SELECT
    invoice_id,
    invoice_no,
    customer_id,
    issued_on,
    due_on,
    amount,
    paid,
    greatest(amount - paid, 0) AS open,
    greatest(paid - amount, 0) AS credit,
    amount > 0 AS is_asked,
    CASE WHEN amount > 0 AND paid >= amount THEN reached_on END AS paid_on
FROM issued;
