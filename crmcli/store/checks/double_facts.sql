-- Was any row without a key taken in twice from one source?
-- full
SELECT 'orders ' || min(order_no) AS what FROM orders WHERE fingerprint IS NOT NULL GROUP BY source, fingerprint HAVING count(*) > 1
UNION ALL SELECT 'payments of ' || min(paid_on) FROM payments WHERE fingerprint IS NOT NULL GROUP BY source, fingerprint HAVING count(*) > 1
UNION ALL SELECT 'interactions of ' || min("at") FROM interactions WHERE fingerprint IS NOT NULL GROUP BY source, fingerprint HAVING count(*) > 1
UNION ALL SELECT 'payments with invoice ' || invoice_id FROM payments WHERE with_invoice GROUP BY invoice_id HAVING count(*) > 1
UNION ALL SELECT 'competitor_prices ' || min(competitor) FROM competitor_prices GROUP BY competitor, product_id, seen_on HAVING count(*) > 1
