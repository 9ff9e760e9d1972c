-- Are the rows of one receipt of one customer and day, and does none of them go beyond its whole?
SELECT 'receipt ' || receipt_no || ': rows of several customers or days' AS what
FROM payments
WHERE receipt_no IS NOT NULL
GROUP BY receipt_no
HAVING count(DISTINCT coalesce(customer_id, -1)) > 1 OR count(DISTINCT paid_on) > 1
UNION ALL
SELECT 'receipt ' || receipt_no || ': more is given to invoices than came'
FROM payments
WHERE receipt_no IS NOT NULL AND "method" IS DISTINCT FROM 'offset' AND payment_no IS NULL
GROUP BY receipt_no
HAVING sum(amount) > 0 AND sum(amount) FILTER (WHERE invoice_id IS NOT NULL) > sum(amount) AND count(*) FILTER (WHERE amount < 0) = 0
UNION ALL
SELECT 'receipt ' || receipt_no || ': what is set against invoices does not add up'
FROM payments
WHERE receipt_no IS NOT NULL AND "method" = 'offset'
GROUP BY receipt_no
HAVING sum(amount) <> 0
