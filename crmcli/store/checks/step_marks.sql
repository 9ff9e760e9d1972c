-- Does every row bear the number of a step in the journal?
-- full
SELECT 'order_lines of step ' || added_in AS what FROM order_lines
WHERE added_in NOT IN (SELECT step FROM meta.steps) AND added_in <= (SELECT coalesce(max(step), 0) FROM meta.steps)
GROUP BY added_in
