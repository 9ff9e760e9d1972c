-- What has each party with counted lines brought and cost by as_of, and what is each of those flows worth then at yearly_rate? Sums of all days in
-- DECIMAL, realised = margin − cost_to_serve; past_margin and past_cost as DOUBLE, each day's amount grown by (1 + yearly_rate)^(days since ÷ 365); order_cost and
-- time_cost are the cost to serve that goes with orders and with time. Margins are empty where no cost of goods is known; while
-- there are no cost activities cost_to_serve is empty, and realised is the margin alone.
CREATE OR REPLACE TEMP MACRO past_flows(as_of, yearly_rate) AS TABLE
WITH days AS (
    SELECT
        customer_id,
        ordered_on,
        count(*) AS lines,
        sum(net) AS revenue,
        sum(net) FILTER (WHERE cost IS NOT NULL) AS costed_revenue,
        sum(net - cost) AS margin
    FROM costed_lines(DATE '0001-01-01', as_of)
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id, ordered_on
),
earned AS (
    SELECT
        customer_id,
        sum(lines) AS lines,
        sum(revenue) AS revenue,
        sum(costed_revenue) AS costed_revenue,
        cast(sum(margin) AS DECIMAL(38, 4)) AS margin,
        sum(cast(margin AS DOUBLE) * pow(1 + yearly_rate, (as_of - ordered_on) / 365.0)) AS past_margin
    FROM days
    GROUP BY customer_id
),
charges AS (
    SELECT
        event.customer_id,
        event.happened_on,
        cast(rate.price_share AS DOUBLE) * cast(event.quantity AS DOUBLE) / nullif(cast(rate.price_base AS DOUBLE), 0) AS amount,
        lower(trim(activity.driver)) IN (
            'order', 'order_line', 'shipment', 'return', 'invoice', 'quote', 'credit_day'
        ) AS goes_with_orders
    FROM activity_events(as_of) AS event
    INNER JOIN activity_rates(as_of) AS rate ON rate.id = event.id
    INNER JOIN cost_activities AS activity ON activity.id = event.id
    WHERE event.customer_id IS NOT NULL
),
charged AS (
    SELECT customer_id, sum(cost) AS cost
    FROM activity_costs(as_of)
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id
),
activities AS (
    SELECT count(*) AS known FROM cost_activities
),
served AS (
    SELECT
        customer_id,
        sum(amount * pow(1 + yearly_rate, (as_of - happened_on) / 365.0)) AS past_cost,
        sum(amount) FILTER (WHERE goes_with_orders) AS order_cost,
        sum(amount) FILTER (WHERE NOT goes_with_orders) AS time_cost
    FROM charges
    GROUP BY customer_id
)
SELECT
    earned.*,
    CASE WHEN activities.known > 0 THEN cast(coalesce(charged.cost, 0) AS DECIMAL(38, 4)) END AS cost_to_serve,
    cast(earned.margin - coalesce(charged.cost, 0) AS DECIMAL(38, 4)) AS realised,
    coalesce(served.past_cost, 0) AS past_cost,
    coalesce(served.order_cost, 0) AS order_cost,
    coalesce(served.time_cost, 0) AS time_cost
FROM earned
CROSS JOIN activities
LEFT JOIN charged ON charged.customer_id = earned.customer_id
LEFT JOIN served ON served.customer_id = earned.customer_id;
