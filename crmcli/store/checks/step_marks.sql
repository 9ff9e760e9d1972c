-- Does every row bear the numbers of steps in the journal?
-- full
SELECT DISTINCT m.what FROM (
    SELECT DISTINCT 'order_lines of step ' || step AS what, step FROM order_lines, unnest([added_in, changed_in]) AS u (step)
    UNION ALL SELECT DISTINCT 'payments of step ' || step AS what, step FROM payments, unnest([added_in, changed_in]) AS u (step)
    UNION ALL SELECT DISTINCT 'invoices of step ' || step AS what, step FROM invoices, unnest([added_in, changed_in]) AS u (step)
    UNION ALL SELECT DISTINCT 'orders of step ' || step AS what, step FROM orders, unnest([added_in, changed_in]) AS u (step)
    UNION ALL SELECT DISTINCT 'tickets of step ' || step AS what, step FROM tickets, unnest([added_in, changed_in]) AS u (step)
    UNION ALL SELECT DISTINCT 'interactions of step ' || step AS what, step FROM interactions, unnest([added_in, changed_in]) AS u (step)
    UNION ALL SELECT DISTINCT 'opportunities of step ' || step AS what, step FROM opportunities, unnest([added_in, changed_in]) AS u (step)
    UNION ALL SELECT DISTINCT 'competitor_prices of step ' || step AS what, step FROM competitor_prices, unnest([added_in, changed_in]) AS u (step)
    UNION ALL SELECT DISTINCT 'cost_activities of step ' || step AS what, step FROM cost_activities, unnest([added_in, changed_in]) AS u (step)
    UNION ALL SELECT DISTINCT 'people of step ' || step AS what, step FROM people, unnest([added_in, changed_in]) AS u (step)
    UNION ALL SELECT DISTINCT 'contacts of step ' || step AS what, step FROM contacts, unnest([added_in, changed_in]) AS u (step)
    UNION ALL SELECT DISTINCT 'products of step ' || step AS what, step FROM products, unnest([added_in, changed_in]) AS u (step)
    UNION ALL SELECT DISTINCT 'managers of step ' || step AS what, step FROM managers, unnest([added_in, changed_in]) AS u (step)
) AS m
WHERE m.step NOT IN (SELECT s.step FROM meta.steps AS s)
