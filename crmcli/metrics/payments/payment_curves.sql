-- Which share of a customer's invoices is still open so many days after issue? By Kaplan and Meier (JASA 53, 1958): of those that
-- wait until a day, the share paid on it; an open invoice leaves at as_of uncounted. customer_id empty: over all invoices.
CREATE OR REPLACE TEMP MACRO payment_curves(as_of) AS TABLE
WITH asked AS (
    SELECT customer_id, waited, paid_on FROM asked_invoices(as_of)
),
tallied AS (
    SELECT * FROM asked
    UNION ALL
    SELECT cast(NULL AS INTEGER), waited, paid_on FROM asked
),
waits AS (
    SELECT customer_id, waited, count(*) AS leaving, count(paid_on) AS paying FROM tallied GROUP BY customer_id, waited
),
steps AS (
    SELECT
        customer_id,
        waited,
        paying,
        sum(leaving) OVER (PARTITION BY customer_id ORDER BY waited DESC) AS waiting
    FROM waits
)
SELECT
    customer_id,
    waited,
    product(1 - paying / nullif(cast(waiting AS DOUBLE), 0)) OVER (PARTITION BY customer_id ORDER BY waited) AS still_open
FROM steps;
