-- How do the key accounts do, and is anybody looking after them?
-- :answer
WITH account AS MATERIALIZED (
    SELECT * FROM key_accounts_on(cast($as_of AS DATE))
),
grown AS (
    -- costs are looked up for the lines of key accounts alone
    SELECT
        line.customer_id,
        sum(line.net) FILTER (WHERE line.ordered_on > $year_before) AS revenue,
        coalesce(sum(line.net) FILTER (WHERE line.ordered_on <= $year_before), 0) AS revenue_before,
        cast(sum(line.net - line.cost) FILTER (WHERE line.ordered_on > $year_before) AS DECIMAL(38, 4)) AS margin
    FROM costed_lines(cast($year_before AS DATE) - 365, cast($as_of AS DATE)) AS line
    SEMI JOIN account ON account.customer_id = line.customer_id
    GROUP BY line.customer_id
),
firm AS (
    -- everybody's sales, also those to nobody known
    SELECT sum(net) AS revenue FROM order_lines WHERE counted AND ordered_on > $year_before AND ordered_on <= $as_of
),
owed AS (
    SELECT
        invoice.customer_id,
        sum(invoice.open) AS open_amount,
        sum(invoice.open) FILTER (WHERE invoice.due_on < $as_of) AS overdue_amount
    FROM asked_invoices(cast($as_of AS DATE)) AS invoice
    SEMI JOIN account ON account.customer_id = invoice.customer_id
    GROUP BY invoice.customer_id
),
tickets_open AS (
    SELECT customer_id, count(*) AS tickets FROM open_tickets(cast($as_of AS DATE)) GROUP BY customer_id
),
met AS (
    SELECT customer_id, cast(max("at") AS DATE) AS last_on
    FROM interactions
    WHERE "at" < $day_after AND customer_id IN (SELECT customer_id FROM account)
    GROUP BY customer_id
),
-- several plans may live at once: the one begun last is told, steps are counted over all
plan AS (
    SELECT * FROM live_plans_on(cast($as_of AS DATE))
    QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY from_on DESC, plan_no DESC) = 1
),
steps AS (
    SELECT
        step.customer_id,
        count(*) FILTER (WHERE step."state" = 'done') AS done,
        count(*) FILTER (WHERE step."state" = 'late') AS late,
        min(step.due_on) FILTER (WHERE step."state" IN ('due', 'late')) AS next_due_on
    FROM plan_steps_on(cast($as_of AS DATE)) AS step
    SEMI JOIN live_plans_on(cast($as_of AS DATE)) AS live ON live.plan_id = step.plan_id
    GROUP BY step.customer_id
)
SELECT
    contact.code AS customer,
    contact.name,
    account.entered_on AS since,
    cast(account.score AS DOUBLE) AS score,
    abc.class,
    manager.name AS manager,
    coalesce(grown.revenue, 0) AS revenue_365,
    CASE WHEN grown.revenue IS NULL THEN 0 ELSE grown.margin END AS margin_365,
    round(
        cast(coalesce(grown.revenue, 0) - grown.revenue_before AS DOUBLE)
        / CASE WHEN grown.revenue_before > 0 THEN cast(grown.revenue_before AS DOUBLE) END,
        12
    ) AS change,
    round(
        cast(coalesce(grown.revenue, 0) AS DOUBLE) / CASE WHEN firm.revenue > 0 THEN cast(firm.revenue AS DOUBLE) END, 12
    ) AS share,
    coalesce(owed.open_amount, 0) AS open_amount,
    coalesce(owed.overdue_amount, 0) AS overdue_amount,
    coalesce(tickets_open.tickets, 0) AS open_tickets,
    cast($as_of - met.last_on AS INTEGER) AS last_contact_days,
    plan."level" AS "level",
    plan.plan_no,
    CASE WHEN plan.plan_id IS NOT NULL THEN coalesce(steps.done, 0) END AS steps_done,
    CASE WHEN plan.plan_id IS NOT NULL THEN coalesce(steps.late, 0) END AS steps_late,
    steps.next_due_on
FROM account
INNER JOIN contacts AS contact ON contact.id = account.customer_id
CROSS JOIN firm
LEFT JOIN managers AS manager ON manager.id = contact.manager_id
LEFT JOIN grown ON grown.customer_id = account.customer_id
LEFT JOIN
    abc_customers(cast($year_before AS DATE), cast($as_of AS DATE), 'revenue', true, 0.8, 0.95) AS abc
    ON abc.customer_id = account.customer_id
LEFT JOIN owed ON owed.customer_id = account.customer_id
LEFT JOIN tickets_open ON tickets_open.customer_id = account.customer_id
LEFT JOIN met ON met.customer_id = account.customer_id
LEFT JOIN plan ON plan.customer_id = account.customer_id
LEFT JOIN steps ON steps.customer_id = account.customer_id
ORDER BY revenue_365 DESC, contact.code;
-- :figures
WITH told AS (
    SELECT
        count(*) AS accounts,
        coalesce(sum(revenue_365), 0) AS revenue,
        round(sum(share), 9) AS share,
        count(*) FILTER (WHERE change < -0.1) AS falling,
        coalesce(sum(overdue_amount), 0) AS overdue,
        count(*) FILTER (WHERE manager IS NULL) AS unmanaged,
        count(*) FILTER (WHERE plan_no IS NULL) AS unplanned,
        count(*) FILTER (WHERE steps_late > 0) AS behind,
        coalesce(sum(steps_late), 0) AS late,
        count(*) FILTER (WHERE last_contact_days > 30 OR last_contact_days IS NULL) AS silent,
        count(*) FILTER (WHERE margin_365 IS NULL) AS marginless,
        count(*) FILTER (WHERE change IS NULL) AS changeless
    FROM answer
)
SELECT
    told.*,
    (SELECT count(*) FROM key_accounts WHERE entered_on > $year_before AND entered_on <= $as_of) AS entered,
    (SELECT count(*) FROM key_accounts WHERE left_on > $year_before AND left_on <= $as_of) AS gone
FROM told;
