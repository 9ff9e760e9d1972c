-- How often does each customer buy, and how late are they?
SELECT customer_id, recency_days AS recency, expected_gap, overdue_ratio AS overdue, departed, is_new AS new
FROM rhythm(cast($as_of AS DATE))
