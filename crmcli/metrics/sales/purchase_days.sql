-- What did each customer buy on each day, by as_of? is_occasion: at least one order of the day came to more than nothing.
CREATE OR REPLACE TEMP MACRO purchase_days(as_of) AS TABLE
SELECT
    customer_id,
    ordered_on AS bought_on,
    sum(net) AS revenue,
    bool_or(net > 0) AS is_occasion
FROM order_totals(as_of)
WHERE customer_id IS NOT NULL
GROUP BY customer_id, ordered_on;
