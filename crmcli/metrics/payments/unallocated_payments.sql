-- What has each customer paid by as_of that is for no invoice issued by then? Payments in advance among it; refunds are negative.
CREATE OR REPLACE TEMP MACRO unallocated_payments(as_of) AS TABLE
SELECT
    coalesce(payment.customer_id, invoice.customer_id) AS customer_id,
    count(*) AS payments,
    sum(payment.amount) AS amount
FROM payments AS payment
LEFT JOIN invoices AS invoice ON invoice.id = payment.invoice_id
ANTI JOIN invoice_states(as_of) AS issued ON issued.invoice_id = payment.invoice_id
WHERE payment.paid_on <= as_of
GROUP BY coalesce(payment.customer_id, invoice.customer_id);
