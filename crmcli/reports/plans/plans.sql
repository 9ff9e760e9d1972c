-- Plans on a day: which there are, how they are kept, what is due, how far their goals have come.
-- :plans
WITH made AS (
    SELECT plan_id, min(made_on) AS made_on FROM plan_steps GROUP BY plan_id
)
SELECT
    plan.id AS plan_id,
    plan.plan_no AS plan,
    customer.code AS customer,
    customer.name,
    plan."level",
    plan.from_on,
    plan.to_on,
    CASE
        WHEN plan.closed_on <= $as_of THEN 'closed'
        WHEN plan.to_on < $as_of THEN 'ended'
        WHEN plan.from_on > $as_of THEN 'to_come'
        ELSE 'live'
    END AS "state",
    coalesce(kept.steps, 0) AS steps,
    coalesce(kept.asked, 0) AS asked,
    coalesce(kept.done, 0) AS done,
    coalesce(kept.late, 0) AS late,
    kept.kept_share,
    CASE WHEN coalesce(plan.closed_on > $as_of, true) THEN kept.next_due_on END AS next_due_on,
    manager.name AS manager,
    CASE WHEN plan.closed_on <= $as_of THEN plan.closed_on END AS closed_on,
    CASE WHEN plan.closed_on <= $as_of THEN plan.closed_reason END AS closed_reason,
    plan.note,
    plan.customer_id
FROM account_plans AS plan
LEFT JOIN contacts AS customer ON customer.id = plan.customer_id
LEFT JOIN managers AS manager ON manager.id = customer.manager_id
LEFT JOIN made ON made.plan_id = plan.id
LEFT JOIN plans_kept_on($as_of) AS kept ON kept.plan_id = plan.id
WHERE
    least(plan.from_on, made.made_on) <= $as_of
    AND ($plan IS NULL OR plan.id = $plan)
    AND ($customer IS NULL OR plan.customer_id = $customer)
    AND ($manager IS NULL OR customer.manager_id = $manager)
    AND ($every OR (coalesce(plan.closed_on > $as_of, true) AND plan.to_on >= $as_of) OR coalesce(kept.late, 0) > 0)
ORDER BY plan.from_on DESC, customer.code, plan.id;
-- :due
SELECT
    step.plan_no || '/' || step.step_no AS step,
    customer.code AS customer,
    customer.name,
    abc.class,
    step.due_on,
    CASE WHEN step."state" = 'late' THEN $as_of - step.due_on END AS days_late,
    step.channel,
    step.subject,
    step.minutes,
    manager.name AS manager,
    row_number() OVER (
        ORDER BY
            CASE step."state" WHEN 'late' THEN 0 ELSE 1 END,
            abc.class NULLS LAST,
            step.due_on,
            customer.code,
            step.plan_id,
            step.step_no
    ) AS place
FROM plan_steps_on($as_of) AS step
LEFT JOIN contacts AS customer ON customer.id = step.customer_id
LEFT JOIN managers AS manager ON manager.id = step.manager_id
LEFT JOIN abc_customers($as_of - 365, $as_of, 'revenue', true, 0.8, 0.95) AS abc ON abc.customer_id = step.customer_id
WHERE
    (step."state" = 'late' OR (step."state" = 'due' AND step.due_on <= $until AND NOT $late_only))
    AND ($customer IS NULL OR step.customer_id = $customer)
    AND ($manager IS NULL OR step.manager_id = $manager);
-- :steps
SELECT
    step.plan_no || '/' || step.step_no AS step,
    step.due_on,
    step.channel,
    step.subject,
    step.minutes,
    step."state",
    step.done_on,
    CASE WHEN step."state" IN ('done', 'skipped') THEN kept.outcome END AS outcome,
    CASE WHEN step.due_on <> kept.first_due_on THEN kept.first_due_on END AS first_due_on
FROM plan_steps_on($as_of) AS step
INNER JOIN plan_steps AS kept ON kept.plan_id = step.plan_id AND kept.step_no = step.step_no
WHERE step.plan_id = $plan
ORDER BY step.due_on, step.step_no;
-- :now
WITH following AS (
    SELECT plan_id, min(due_on) AS next_due_on FROM plan_steps_on($as_of) WHERE "state" IN ('due', 'late') GROUP BY plan_id
)
SELECT
    step.plan_no || '/' || step.step_no AS step,
    customer.code AS customer,
    customer.name,
    step.channel,
    step.subject,
    step.due_on,
    step."state",
    step.done_on,
    following.next_due_on
FROM plan_steps_on($as_of) AS step
INNER JOIN plan_steps AS kept ON kept.plan_id = step.plan_id AND kept.step_no = step.step_no
INNER JOIN plan_steps_named AS named ON named.id = kept.id
LEFT JOIN contacts AS customer ON customer.id = step.customer_id
LEFT JOIN following ON following.plan_id = step.plan_id
ORDER BY step.plan_id, step.step_no;
-- :touches
SELECT channel, every_days, minutes, subject FROM plan_cadences WHERE plan_id = $plan ORDER BY id;
-- :goals
SELECT goal.id, goal.plan_id, goal.measure, goal.target, goal.by_on, goal.note, plan.from_on, plan.customer_id, plan.closed_on
FROM plan_goals AS goal
INNER JOIN account_plans AS plan ON plan.id = goal.plan_id
WHERE $plan IS NULL OR plan.id = $plan
ORDER BY goal.plan_id, goal.id;
-- :figures
WITH sold AS (
    SELECT
        span.id,
        sum(line.net) AS revenue,
        CASE WHEN count(line.cost) > 0 THEN sum(line.net - line.cost) END AS margin,
        CASE WHEN count(line.category) > 0 THEN count(DISTINCT line.category) FILTER (WHERE line.net > 0) END AS categories
    FROM plan_spans AS span
    INNER JOIN costed_lines($since, $until) AS line
        ON line.customer_id = span.customer_id AND line.ordered_on > span.since AND line.ordered_on <= span.until
    GROUP BY span.id
),
bought AS (
    SELECT span.id, count(*) AS purchases
    FROM plan_spans AS span
    INNER JOIN purchase_days($until) AS day
        ON day.customer_id = span.customer_id AND day.bought_on > span.since AND day.bought_on <= span.until
    WHERE day.is_occasion
    GROUP BY span.id
),
reached AS (
    SELECT span.id, count(*) AS contacts
    FROM plan_spans AS span
    INNER JOIN interactions AS contact
        ON contact.customer_id = span.customer_id AND contact."at" >= span.since + 1 AND contact."at" < span.until + 1
    WHERE contact.direction = 'out'
    GROUP BY span.id
),
due AS (
    SELECT
        span.id,
        cast(count(*) FILTER (WHERE invoice.paid_on <= invoice.due_on) AS DECIMAL(38, 4)) / nullif(count(*), 0) AS on_time_share
    FROM plan_spans AS span
    INNER JOIN asked_invoices($until) AS invoice
        ON invoice.customer_id = span.customer_id AND invoice.due_on > span.since AND invoice.due_on <= span.until
    GROUP BY span.id
)
SELECT
    span.id,
    cast(coalesce(sold.revenue, 0) AS DECIMAL(38, 4)) AS revenue,
    cast(CASE WHEN sold.id IS NULL THEN 0 ELSE sold.margin END AS DECIMAL(38, 4)) AS margin,
    cast(coalesce(bought.purchases, 0) AS DECIMAL(38, 4)) AS purchases,
    cast(CASE WHEN sold.id IS NULL THEN 0 ELSE sold.categories END AS DECIMAL(38, 4)) AS categories,
    cast(coalesce(reached.contacts, 0) AS DECIMAL(38, 4)) AS contacts,
    cast(due.on_time_share AS DECIMAL(38, 12)) AS on_time_share
FROM plan_spans AS span
LEFT JOIN sold ON sold.id = span.id
LEFT JOIN bought ON bought.id = span.id
LEFT JOIN reached ON reached.id = span.id
LEFT JOIN due ON due.id = span.id
ORDER BY span.id;
-- :entries
WITH written AS (
    -- every writing of a step: how often it was changed, and by which step of the journal last
    SELECT id, count(*) AS changes, max(in_step) AS in_step FROM history.plan_steps GROUP BY id
),
written_plans AS (
    SELECT id, count(*) AS changes, max(in_step) AS in_step FROM history.account_plans GROUP BY id
)
SELECT
    step.plan_no,
    step.step_no,
    customer.code,
    customer.name,
    customer.phone,
    step.due_on,
    step.channel,
    step.subject,
    step.minutes,
    step."state",
    CASE WHEN step."state" IN ('done', 'skipped') THEN kept.outcome END AS outcome,
    step.done_on,
    coalesce(written.changes, 0) + coalesce(written_plans.changes, 0) AS sequence,
    journal.done_at,
    manager.name AS manager
FROM plan_steps_on($as_of) AS step
INNER JOIN account_plans AS plan ON plan.id = step.plan_id
INNER JOIN plan_steps AS kept ON kept.plan_id = step.plan_id AND kept.step_no = step.step_no
LEFT JOIN written ON written.id = kept.id
LEFT JOIN written_plans ON written_plans.id = plan.id
LEFT JOIN meta.steps AS journal ON journal.step = greatest(kept.changed_in, written.in_step, written_plans.in_step)
LEFT JOIN contacts AS customer ON customer.id = step.customer_id
LEFT JOIN managers AS manager ON manager.id = step.manager_id
WHERE
    ($since IS NULL OR step.due_on >= $since)
    AND ($until IS NULL OR step.due_on <= $until)
    AND ($customer IS NULL OR step.customer_id = $customer)
    AND ($manager IS NULL OR step.manager_id = $manager)
ORDER BY step.due_on, step.plan_no, step.step_no;
