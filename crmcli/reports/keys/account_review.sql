-- What is there to say of one customer in a review, besides what reports say already?
-- :key
SELECT entered_on, score, rule_version, entry_reason
FROM key_accounts_on($as_of)
WHERE customer_id = $party;
-- :growth
-- the 365 days against the 365 before, as report growth has them
SELECT revenue, revenue_before, margin, margin_before, occasions, occasions_before, label
FROM customer_growth($year_before, $as_of)
WHERE customer_id = $party;
-- :months
-- months of equal length that end on the day of as_of; 0 is the last
WITH places AS (
    SELECT cast(place AS INTEGER) AS place FROM generate_series(0, 11) AS step (place)
),
sold AS (
    SELECT months_ago, sum(net) AS revenue
    FROM month_back($two_years_before, $as_of)
    WHERE customer_id = $party AND months_ago < 24
    GROUP BY months_ago
)
SELECT
    cast(date_trunc('month', $as_of) - to_months(places.place) AS DATE) AS "month",
    cast(coalesce(now.revenue, 0) AS DECIMAL(38, 4)) AS revenue,
    cast(coalesce(past.revenue, 0) AS DECIMAL(38, 4)) AS revenue_before
FROM places
LEFT JOIN sold AS now ON now.months_ago = places.place
LEFT JOIN sold AS past ON past.months_ago = places.place + 12
ORDER BY places.place DESC;
-- :orders
WITH arrivals AS (
    SELECT order_id, max(days_late) AS days_late
    FROM fulfilled_lines($two_years_before, $as_of)
    WHERE customer_id = $party
    GROUP BY order_id
)
SELECT
    placed.order_no,
    placed.ordered_on,
    CASE
        WHEN placed.status IN ('draft', 'cancelled') THEN placed.status
        WHEN placed.returns IS NOT NULL OR sum(line.net) < 0 THEN 'return'
        WHEN placed.delivered_on <= $as_of THEN 'delivered'
        WHEN placed.shipped_on <= $as_of THEN 'shipped'
        WHEN placed.delivered_on > $as_of OR placed.shipped_on > $as_of THEN 'confirmed'
        ELSE placed.status
    END AS status,
    sum(line.net) AS amount,
    placed.promised_on,
    any_value(arrivals.days_late) AS days_late
FROM orders AS placed
LEFT JOIN order_lines AS line ON line.order_id = placed.id AND line.customer_id = $party
LEFT JOIN arrivals ON arrivals.order_id = placed.id
WHERE placed.customer_id = $party AND placed.ordered_on <= $as_of
GROUP BY placed.id, placed.order_no, placed.ordered_on, placed.status, placed.returns, placed.delivered_on, placed.shipped_on, placed.promised_on
ORDER BY placed.ordered_on DESC, placed.order_no DESC
LIMIT 5;
-- :late_orders
-- promised for a day before and not all of it there
SELECT placed.order_no, min(line.promised_on) AS promised_on, max(line.days_late) AS days_late, sum(line.net) AS amount
FROM fulfilled_lines($two_years_before, $as_of) AS line
INNER JOIN orders AS placed ON placed.id = line.order_id
WHERE line.customer_id = $party AND line.arrived_on IS NULL AND line.promised_on < $as_of
GROUP BY placed.id, placed.order_no
ORDER BY amount DESC, placed.order_no;
-- :late
-- orders promised in the last 180 days, and how many of them came late or not at all, as report churn counts them
SELECT promised, late FROM late_deliveries($as_of) WHERE customer_id = $party;
-- :discipline
-- as report payments has them
SELECT invoices, on_time_share, days_to_pay_median, open_amount, overdue_amount
FROM payment_discipline($as_of)
WHERE customer_id = $party;
-- :preferences
SELECT kind, "text", noted_on
FROM preferences
WHERE customer_id = $party AND noted_on <= $as_of AND coalesce(ended_on > $as_of, true)
ORDER BY kind DESC, noted_on DESC, "text";
-- :plan
SELECT plan.plan_id, plan.plan_no, plan."level", plan.from_on, plan.to_on, kept.kept_share, kept.asked, kept.done, kept.late, kept.next_due_on
FROM live_plans_on($as_of) AS plan
LEFT JOIN plans_kept_on($as_of) AS kept ON kept.plan_id = plan.plan_id
WHERE plan.customer_id = $party
ORDER BY plan.from_on DESC, plan.plan_no;
-- :plan_steps
-- three of those late, then three to come, the nearest first
WITH ranked AS (
    SELECT
        step.*,
        row_number() OVER (PARTITION BY step."state" ORDER BY step.due_on, step.plan_no, step.step_no) AS place
    FROM plan_steps_on($as_of) AS step
    SEMI JOIN live_plans_on($as_of) AS plan ON plan.plan_id = step.plan_id
    WHERE step.customer_id = $party AND step."state" IN ('late', 'due')
)
SELECT plan_no, step_no, due_on, channel, subject, "state"
FROM ranked
WHERE place <= 3
ORDER BY due_on, plan_no, step_no;
-- :deals
-- open on the day or on hold, the oldest first
SELECT
    deal.opportunity_no,
    coalesce(deal.name, product.name) AS name,
    deal.stage,
    deal.amount,
    deal.opened_on,
    $as_of - deal.opened_on AS days_open
FROM deals_on($as_of) AS deal
LEFT JOIN products AS product ON product.id = deal.product_id
WHERE deal.customer_id = $party AND deal.outcome IN ('open', 'hold')
ORDER BY deal.opened_on NULLS LAST, deal.opportunity_no;
-- :deal_months
-- deals won, by months as in :months
WITH places AS (
    SELECT cast(place AS INTEGER) AS place FROM generate_series(0, 11) AS step (place)
),
won AS (
    SELECT
        amount,
        (year($as_of) - year(closed_on)) * 12 + month($as_of) - month(closed_on)
        - CASE WHEN day($as_of + 1) > 1 AND day(closed_on) > day($as_of) THEN 1 ELSE 0 END AS months_ago
    FROM deals_on($as_of)
    WHERE customer_id = $party AND closed_on > $two_years_before AND outcome = 'won'
),
summed AS (
    SELECT months_ago, sum(amount) AS amount FROM won WHERE months_ago < 24 GROUP BY months_ago
)
SELECT
    cast(date_trunc('month', $as_of) - to_months(places.place) AS DATE) AS "month",
    cast(coalesce(now.amount, 0) AS DECIMAL(38, 4)) AS amount,
    cast(coalesce(past.amount, 0) AS DECIMAL(38, 4)) AS amount_before
FROM places
LEFT JOIN summed AS now ON now.months_ago = places.place
LEFT JOIN summed AS past ON past.months_ago = places.place + 12
ORDER BY places.place DESC;
