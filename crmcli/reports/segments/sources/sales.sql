-- What has each customer bought so far?
SELECT
    customer_id,
    occasions AS purchases,
    revenue,
    first_purchase_on AS first_purchase,
    last_purchase_on AS last_purchase,
    cast(revenue / occasions AS DECIMAL(38, 4)) AS basket
FROM customer_sales(cast($as_of AS DATE))
