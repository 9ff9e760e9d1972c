-- How many tickets of each customer are open?
SELECT
    customer_id,
    count(*) AS open_tickets,
    count(*) FILTER (WHERE kind IN ('complaint', 'claim')) AS open_complaints
FROM open_tickets(cast($as_of AS DATE))
WHERE customer_id IS NOT NULL
GROUP BY customer_id
