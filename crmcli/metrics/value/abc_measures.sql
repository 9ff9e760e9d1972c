-- What does each party with a counted line in (since, until] come to by a measure: revenue or margin of the window, or value
-- realised to date? Empty where no cost is known.
CREATE OR REPLACE TEMP MACRO abc_measures(since, until, measure_name) AS TABLE
SELECT customer_id, CASE measure_name WHEN 'margin' THEN margin ELSE revenue END AS measure, revenue
FROM customer_margins(since, until)
WHERE measure_name <> 'value'
UNION ALL
SELECT sold.customer_id, value.realised AS measure, sold.revenue
FROM customer_margins(since, until) AS sold
LEFT JOIN customer_value(until) AS value ON value.customer_id = sold.customer_id
WHERE measure_name = 'value';
