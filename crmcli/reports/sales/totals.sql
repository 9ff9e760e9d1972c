-- What does the store hold, and does it add up to the books? Every fact dated by as_of.
-- :answer
WITH sold AS (
    SELECT * FROM sales_summary(DATE '0001-01-01', $as_of)
),
orders_counted AS (
    SELECT count(*) AS orders, count(*) FILTER (WHERE net < 0) AS returns FROM order_totals($as_of)
),
lines_of_note AS (
    SELECT
        count(*) FILTER (WHERE NOT counted) AS uncounted_lines,
        count(DISTINCT order_id) FILTER (WHERE NOT counted) AS uncounted_orders,
        coalesce(sum(net) FILTER (WHERE counted AND net < 0), 0) AS returned_amount,
        min(ordered_on) FILTER (WHERE counted) AS first_on,
        max(ordered_on) FILTER (WHERE counted) AS last_on
    FROM order_lines
    WHERE ordered_on <= $as_of
),
customers AS (
    SELECT customer_id FROM customer_sales($as_of)
),
people_known AS (
    SELECT
        (SELECT count(*) FROM customers) AS customers,
        count(*) AS prospects
    FROM known_parties($as_of) AS party
    ANTI JOIN customers ON customers.customer_id = party.customer_id
),
invoiced AS (
    SELECT count(*) AS invoices, coalesce(sum(amount), 0) AS invoiced FROM invoices WHERE issued_on <= $as_of
),
paid AS (
    SELECT count(*) AS payments, coalesce(sum(amount), 0) AS paid FROM payments WHERE paid_on <= $as_of
),
asked AS (
    SELECT
        count(*) AS tickets,
        count(*) FILTER (WHERE coalesce(least(resolved_at, closed_at), TIMESTAMP '9999-12-31') >= $day_after) AS open_tickets
    FROM tickets
    WHERE opened_at < $day_after
),
met AS (
    SELECT count(*) AS interactions FROM interactions WHERE "at" < $day_after
),
won AS (
    SELECT count(*) AS opportunities FROM opportunities WHERE opened_on IS NULL OR opened_on <= $as_of
)
SELECT measure, CASE WHEN contains(value, '.') THEN rtrim(rtrim(value, '0'), '.') ELSE value END AS value
FROM (
    SELECT 1 AS place, 'lines' AS measure, cast(lines AS VARCHAR) AS value FROM sold
    UNION ALL SELECT 2, 'orders', cast(orders AS VARCHAR) FROM orders_counted
    UNION ALL SELECT 3, 'returns', cast(returns AS VARCHAR) FROM orders_counted
    UNION ALL SELECT 4, 'revenue', cast(revenue AS VARCHAR) FROM sold
    UNION ALL SELECT 5, 'identified_revenue', cast(identified_revenue AS VARCHAR) FROM sold
    UNION ALL SELECT 6, 'anonymous_lines', cast(anonymous_lines AS VARCHAR) FROM sold
    UNION ALL SELECT 7, 'anonymous_revenue', cast(anonymous_revenue AS VARCHAR) FROM sold
    UNION ALL SELECT 8, 'returned_amount', cast(returned_amount AS VARCHAR) FROM lines_of_note
    UNION ALL SELECT 9, 'margin', cast(margin AS VARCHAR) FROM sold
    UNION ALL SELECT 10, 'margin_coverage', cast(cast(cost_coverage AS DECIMAL(18, 9)) AS VARCHAR) FROM sold
    UNION ALL SELECT 11, 'customers', cast(customers AS VARCHAR) FROM people_known
    UNION ALL SELECT 12, 'prospects', cast(prospects AS VARCHAR) FROM people_known
    UNION ALL SELECT 13, 'products', cast(count(*) AS VARCHAR) FROM products
    UNION ALL SELECT 14, 'invoices', cast(invoices AS VARCHAR) FROM invoiced
    UNION ALL SELECT 15, 'invoiced_amount', cast(invoiced AS VARCHAR) FROM invoiced
    UNION ALL SELECT 16, 'payments', cast(payments AS VARCHAR) FROM paid
    UNION ALL SELECT 17, 'paid_amount', cast(paid AS VARCHAR) FROM paid
    UNION ALL SELECT 18, 'tickets', cast(tickets AS VARCHAR) FROM asked
    UNION ALL SELECT 19, 'open_tickets', cast(open_tickets AS VARCHAR) FROM asked
    UNION ALL SELECT 20, 'interactions', cast(interactions AS VARCHAR) FROM met
    UNION ALL SELECT 21, 'opportunities', cast(opportunities AS VARCHAR) FROM won
    UNION ALL SELECT 22, 'uncounted_orders', cast(uncounted_orders AS VARCHAR) FROM lines_of_note
    UNION ALL SELECT 23, 'uncounted_lines', cast(uncounted_lines AS VARCHAR) FROM lines_of_note
    UNION ALL SELECT 24, 'first_day', cast(first_on AS VARCHAR) FROM lines_of_note
    UNION ALL SELECT 25, 'last_day', cast(last_on AS VARCHAR) FROM lines_of_note
) AS measures
ORDER BY place;
-- :figures
SELECT
    cast(max(value) FILTER (WHERE measure = 'lines') AS BIGINT) AS lines,
    cast(max(value) FILTER (WHERE measure = 'orders') AS BIGINT) AS orders,
    cast(max(value) FILTER (WHERE measure = 'customers') AS BIGINT) AS customers,
    cast(max(value) FILTER (WHERE measure = 'uncounted_lines') AS BIGINT) AS uncounted_lines,
    cast(max(value) FILTER (WHERE measure = 'anonymous_lines') AS BIGINT) AS anonymous_lines,
    cast(max(value) FILTER (WHERE measure = 'anonymous_revenue') AS DECIMAL(38, 4)) AS anonymous_revenue,
    cast(max(value) FILTER (WHERE measure = 'revenue') AS DECIMAL(38, 4)) AS revenue,
    cast(max(value) FILTER (WHERE measure = 'margin_coverage') AS DOUBLE) AS cost_coverage,
    (SELECT count(*) FROM answer WHERE measure = 'margin' AND value IS NOT NULL) AS costed_lines,
    cast(max(value) FILTER (WHERE measure = 'first_day') AS DATE) AS first_on,
    cast(max(value) FILTER (WHERE measure = 'last_day') AS DATE) AS last_on
FROM answer;
-- :months
WITH calendar AS (
    SELECT
        cast(date_trunc('month', cast($as_of AS DATE)) - to_months(cast(back AS INTEGER)) AS DATE) AS month_on,
        back
    FROM range(24) AS months (back)
    WHERE year($as_of) > 3
),
sold AS (
    SELECT
        date_trunc('month', ordered_on) AS month_on,
        count(DISTINCT order_id) AS orders,
        count(DISTINCT customer_id) AS customers,
        sum(net) AS revenue
    FROM order_lines
    WHERE counted AND ordered_on <= $as_of AND ordered_on >= (SELECT min(month_on) FROM calendar)
    GROUP BY date_trunc('month', ordered_on)
),
first_month AS (
    SELECT date_trunc('month', min(ordered_on)) AS month_on FROM order_lines WHERE counted AND ordered_on <= $as_of
),
filled AS (
    SELECT
        calendar.back,
        calendar.month_on,
        coalesce(sold.orders, 0) AS orders,
        coalesce(sold.customers, 0) AS customers,
        CASE WHEN calendar.month_on >= first_month.month_on THEN coalesce(sold.revenue, 0) END AS revenue
    FROM calendar
    CROSS JOIN first_month
    LEFT JOIN sold ON sold.month_on = calendar.month_on
)
SELECT
    strftime(this.month_on, '%Y-%m') AS month,
    this.orders,
    this.customers,
    cast(this.revenue AS DECIMAL(38, 4)) AS revenue,
    cast(earlier.revenue AS DECIMAL(38, 4)) AS year_before,
    CASE WHEN earlier.revenue > 0 THEN round(cast(this.revenue / earlier.revenue - 1 AS DOUBLE), 12) END AS growth
FROM filled AS this
INNER JOIN filled AS earlier ON earlier.back = this.back + 12
WHERE this.back < 12 AND this.revenue IS NOT NULL
ORDER BY this.month_on;
