-- Which deals of each party were won in the last year, and which are open (or on hold)?
SELECT
    customer_id,
    coalesce(sum(amount) FILTER (WHERE outcome = 'won' AND closed_on > cast($as_of AS DATE) - 365), 0) AS won,
    count(*) FILTER (WHERE outcome = 'won' AND closed_on > cast($as_of AS DATE) - 365) AS deals_won,
    count(*) FILTER (WHERE outcome IN ('open', 'hold')) AS open_deals
FROM deals_on($as_of)
WHERE customer_id IS NOT NULL
GROUP BY customer_id
