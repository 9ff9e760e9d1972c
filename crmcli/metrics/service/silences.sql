-- Who used to get in touch and has not for more than 180 days? Customers with at least two inbound contacts by as_of.
CREATE OR REPLACE TEMP MACRO silences(as_of) AS TABLE
SELECT
    customer_id,
    as_of - cast(max("at") AS DATE) AS silent_days
FROM interactions
WHERE direction = 'in' AND "at" < as_of + 1
GROUP BY customer_id
HAVING count(*) >= 2 AND as_of - cast(max("at") AS DATE) > 180;
