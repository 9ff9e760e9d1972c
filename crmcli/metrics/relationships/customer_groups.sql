-- In which group is each customer, and how many customers are in it (few below 20, medium below 200, many)? by_name: group,
-- industry or region of the contact as they are now, or rfm. Customers without one make up one group of their own, empty.
CREATE OR REPLACE TEMP MACRO customer_groups(as_of, by_name) AS TABLE
WITH grouped AS (
    SELECT
        sold.customer_id,
        nullif(trim(CASE by_name WHEN 'industry' THEN contact.industry WHEN 'region' THEN contact.region ELSE contact."group" END), '')
            AS "group"
    FROM customer_sales(as_of) AS sold
    INNER JOIN contacts AS contact ON contact.id = sold.customer_id
    WHERE by_name <> 'rfm'
    UNION ALL
    SELECT customer_id, "group"
    FROM rfm(as_of)
    WHERE by_name = 'rfm'
),
counted AS (
    SELECT *, count(*) OVER (PARTITION BY "group") AS group_customers FROM grouped
)
SELECT
    customer_id,
    "group",
    group_customers,
    CASE WHEN group_customers < 20 THEN 'few' WHEN group_customers < 200 THEN 'medium' ELSE 'many' END AS size
FROM counted;
