-- Which invoices issued by as_of ask for money, and how were they paid? waited: days from issue to the payment that completed it
-- (in advance: 0), or to as_of while it is open. terms: prepaid by the day of issue, immediate within 3 days, else deferred;
-- an invoice open for longer can only become deferred, a younger one is undecided (empty).
CREATE OR REPLACE TEMP MACRO asked_invoices(as_of) AS TABLE
SELECT
    invoice_id,
    customer_id,
    due_on,
    amount,
    open,
    paid_on,
    paid_on - issued_on AS days_to_pay,
    paid_on - due_on AS days_late,
    greatest(0, coalesce(paid_on, as_of) - issued_on) AS waited,
    CASE
        WHEN paid_on <= issued_on THEN 'prepaid'
        WHEN paid_on <= issued_on + 3 THEN 'immediate'
        WHEN coalesce(paid_on, as_of) > issued_on + 3 THEN 'deferred'
    END AS terms
FROM invoice_states(as_of)
WHERE is_asked;
