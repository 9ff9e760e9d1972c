-- When was each party last in touch, either way?
SELECT customer_id, cast(max("at") AS DATE) AS last_contact
FROM interactions
WHERE "at" < cast($as_of AS DATE) + 1
GROUP BY customer_id
