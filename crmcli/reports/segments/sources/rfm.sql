-- Which RFM group and scores has each customer?
SELECT customer_id, "group" AS rfm, r, f, m
FROM rfm(cast($as_of AS DATE))
