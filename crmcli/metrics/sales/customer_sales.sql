-- Who is a customer by as_of, and what have they bought? One row a party with at least one occasion; revenue less returns.
CREATE OR REPLACE TEMP MACRO customer_sales(as_of) AS TABLE
SELECT
    customer_id,
    count(*) FILTER (WHERE is_occasion) AS occasions,
    min(bought_on) FILTER (WHERE is_occasion) AS first_purchase_on,
    max(bought_on) FILTER (WHERE is_occasion) AS last_purchase_on,
    sum(revenue) AS revenue
FROM purchase_days(as_of)
GROUP BY customer_id
HAVING count(*) FILTER (WHERE is_occasion) > 0;
