-- What has each customer been worth by as_of, and at which rates do they bring money and cost effort? realised = margin − cost to
-- serve, as customer_value has it. margin_share of revenue: the customer's own over lines of known cost beside that of all, which
-- weighs as much as base_weight of revenue, at most 1; without such lines stated_share, else that of all, else empty. cost_per_order and cost_per_month: own figures beside those of all customers, which weigh as
-- two orders and six months. Months run from the first purchase, at least one. Rates and past_npv are DOUBLE.
CREATE OR REPLACE TEMP MACRO value_rates(as_of, yearly_rate, stated_share, base_weight) AS TABLE
WITH known AS (
    SELECT
        sales.customer_id,
        sales.occasions,
        greatest((as_of - sales.first_purchase_on) / 30.4375, 1) AS months,
        flow.revenue,
        flow.margin,
        flow.cost_to_serve,
        flow.realised,
        cast(flow.margin AS DOUBLE) AS margin_earned,
        cast(flow.costed_revenue AS DOUBLE) AS costed_revenue,
        flow.order_cost,
        flow.time_cost,
        flow.past_margin - flow.past_cost AS past_npv
    FROM customer_sales(as_of) AS sales
    LEFT JOIN past_flows(as_of, yearly_rate) AS flow ON flow.customer_id = sales.customer_id
),
base AS (
    SELECT
        sum(margin_earned) / nullif(sum(costed_revenue), 0) AS margin_share,
        sum(order_cost) / nullif(sum(occasions), 0) AS cost_per_order,
        sum(time_cost) / nullif(sum(months), 0) AS cost_per_month
    FROM known
)
SELECT
    known.customer_id,
    known.occasions,
    known.revenue,
    known.margin,
    known.cost_to_serve,
    known.realised,
    CASE
        WHEN known.costed_revenue > 0
            THEN least(
                1, (known.margin_earned + base_weight * base.margin_share) / nullif(known.costed_revenue + base_weight, 0)
            )
        ELSE coalesce(stated_share, base.margin_share)
    END AS margin_share,
    (known.order_cost + 2 * base.cost_per_order) / (known.occasions + 2) AS cost_per_order,
    (known.time_cost + 6 * base.cost_per_month) / (known.months + 6) AS cost_per_month,
    known.past_npv
FROM known
CROSS JOIN base;
