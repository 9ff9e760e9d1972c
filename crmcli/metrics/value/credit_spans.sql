-- Which amounts were open on invoices, from when until when, by as_of? One row a stretch of days in which the open amount of an
-- invoice stayed the same, until_on not counted. A prepayment counts from the day of issue; what is overpaid is not open.
CREATE OR REPLACE TEMP MACRO credit_spans(as_of) AS TABLE
WITH issued AS (
    SELECT id, customer_id, issued_on, amount
    FROM invoices
    WHERE issued_on <= as_of AND amount > 0 AND coalesce(lower(status), '') NOT IN ('draft', 'cancelled')
),
changes AS (
    SELECT id, customer_id, issued_on AS changed_on, amount AS change FROM issued
    UNION ALL
    SELECT issued.id, issued.customer_id, greatest(payment.paid_on, issued.issued_on) AS changed_on, -payment.amount AS change
    FROM payments AS payment
    INNER JOIN issued ON issued.id = payment.invoice_id
    WHERE payment.paid_on <= as_of
),
daily AS (
    SELECT id, any_value(customer_id) AS customer_id, changed_on, sum(change) AS change FROM changes GROUP BY id, changed_on
),
running AS (
    SELECT
        customer_id,
        changed_on AS from_on,
        lead(changed_on, 1, as_of) OVER (PARTITION BY id ORDER BY changed_on) AS until_on,
        sum(change) OVER (PARTITION BY id ORDER BY changed_on) AS open_amount
    FROM daily
)
SELECT customer_id, from_on, until_on, cast(open_amount AS DECIMAL(18, 4)) AS open_amount
FROM running
WHERE open_amount > 0 AND until_on > from_on;
