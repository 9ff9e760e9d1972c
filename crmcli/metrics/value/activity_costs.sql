-- What does each cost activity charge to whom, by as_of? One row an activity and party (empty: anonymous sales). A pool with a
-- stated capacity charges what was used of it; what was not stays with the house.
CREATE OR REPLACE TEMP MACRO activity_costs(as_of) AS TABLE
WITH volumes AS (
    SELECT id, customer_id, sum(quantity) AS quantity FROM activity_events(as_of) GROUP BY id, customer_id
)
SELECT
    volume.id,
    volume.customer_id,
    volume.quantity,
    -- the quotient has no exact decimal: it is rounded to four places
    cast(
        cast(rate.price_share AS DOUBLE) * cast(volume.quantity AS DOUBLE) / nullif(cast(rate.price_base AS DOUBLE), 0)
        AS DECIMAL(38, 4)
    ) AS cost
FROM volumes AS volume
INNER JOIN activity_rates(as_of) AS rate ON rate.id = volume.id;
