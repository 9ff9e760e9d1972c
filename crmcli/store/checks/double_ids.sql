-- Is every id used once?
-- full
SELECT 'contacts ' || id AS what FROM contacts GROUP BY id HAVING count(*) > 1
UNION ALL SELECT 'products ' || id FROM products GROUP BY id HAVING count(*) > 1
UNION ALL SELECT 'managers ' || id FROM managers GROUP BY id HAVING count(*) > 1
UNION ALL SELECT 'orders ' || id FROM orders GROUP BY id HAVING count(*) > 1
UNION ALL SELECT 'order_lines ' || id FROM order_lines GROUP BY id HAVING count(*) > 1
UNION ALL SELECT 'invoices ' || id FROM invoices GROUP BY id HAVING count(*) > 1
UNION ALL SELECT 'payments ' || id FROM payments GROUP BY id HAVING count(*) > 1
UNION ALL SELECT 'tickets ' || id FROM tickets GROUP BY id HAVING count(*) > 1
UNION ALL SELECT 'interactions ' || id FROM interactions GROUP BY id HAVING count(*) > 1
UNION ALL SELECT 'people ' || id FROM people GROUP BY id HAVING count(*) > 1
UNION ALL SELECT 'opportunities ' || id FROM opportunities GROUP BY id HAVING count(*) > 1
UNION ALL SELECT 'competitor_prices ' || id FROM competitor_prices GROUP BY id HAVING count(*) > 1
UNION ALL SELECT 'cost_activities ' || id FROM cost_activities GROUP BY id HAVING count(*) > 1
