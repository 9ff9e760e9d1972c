-- Who bought in (since, until], and had they bought before? One row a customer with an occasion in the window or counted lines
-- in it; revenue and stake (margin; revenue where the cost of a line is unknown) are of the window.
CREATE OR REPLACE TEMP MACRO window_customers(since, until) AS TABLE
WITH bought AS (
    SELECT
        customer_id,
        count(*) FILTER (WHERE bought_on > since) AS occasions,
        min(bought_on) AS first_purchase_on,
        count(*) FILTER (WHERE bought_on > since - cast(until - since AS INTEGER) AND bought_on <= since) AS occasions_before
    FROM purchase_days(until)
    WHERE is_occasion
    GROUP BY customer_id
)
SELECT
    coalesce(bought.customer_id, sold.customer_id) AS customer_id,
    coalesce(bought.occasions, 0) AS occasions,
    coalesce(bought.occasions_before, 0) AS occasions_before,
    coalesce(bought.first_purchase_on <= since, false) AS is_existing,
    coalesce(sold.revenue, 0) AS revenue,
    coalesce(sold.stake, 0) AS stake
FROM bought
FULL JOIN customer_margins(since, until) AS sold ON sold.customer_id = bought.customer_id;
