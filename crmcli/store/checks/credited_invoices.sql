-- Is no invoice credited with more than it came to?
SELECT 'invoice ' || i.invoice_no || ': ' || i.amount || ', credited ' || -sum(k.amount) AS what
FROM invoices AS k
JOIN invoices AS i ON i.invoice_no = k.credits
GROUP BY i.invoice_no, i.amount
HAVING -sum(k.amount) > i.amount
