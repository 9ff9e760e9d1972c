-- What has each party bought in the last $days days?
SELECT
    customer_id,
    revenue,
    margin,
    purchases
FROM customer_margins(cast($as_of AS DATE) - $days, cast($as_of AS DATE))
LEFT JOIN (
    SELECT customer_id, count(*) AS purchases
    FROM purchase_days(cast($as_of AS DATE))
    WHERE is_occasion AND bought_on > cast($as_of AS DATE) - $days
    GROUP BY customer_id
) AS bought USING (customer_id)
