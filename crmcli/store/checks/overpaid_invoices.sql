-- Is any invoice paid more than it is worth?
-- owner
SELECT 'invoice ' || i.invoice_no || ': paid ' || sum(p.amount) || ' of ' || i.amount AS what
FROM invoices AS i
JOIN payments AS p ON p.invoice_id = i.id
GROUP BY i.invoice_no, i.amount
HAVING sum(p.amount) > i.amount AND i.amount > 0
