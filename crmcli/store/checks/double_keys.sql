-- Does every key name one row?
SELECT 'contacts ' || code AS what FROM contacts GROUP BY code HAVING count(*) > 1
UNION ALL SELECT 'managers ' || code FROM managers GROUP BY code HAVING count(*) > 1
UNION ALL SELECT 'products ' || sku FROM products GROUP BY sku HAVING count(*) > 1
UNION ALL SELECT 'orders ' || order_no FROM orders GROUP BY order_no, numbered_here HAVING count(*) > 1
UNION ALL SELECT 'invoices ' || invoice_no FROM invoices GROUP BY invoice_no HAVING count(*) > 1
UNION ALL SELECT 'payments ' || payment_no FROM payments WHERE payment_no IS NOT NULL GROUP BY payment_no HAVING count(*) > 1
UNION ALL SELECT 'tickets ' || ticket_no FROM tickets GROUP BY ticket_no HAVING count(*) > 1
UNION ALL SELECT 'opportunities ' || opportunity_no FROM opportunities GROUP BY opportunity_no HAVING count(*) > 1
