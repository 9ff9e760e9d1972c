-- Which relationship level is kept with each customer, and how many levels is it below the recommended one?
SELECT customer_id, actual AS level, gap AS level_gap
FROM relationship_levels(cast($as_of AS DATE), 'group', 'margin')
