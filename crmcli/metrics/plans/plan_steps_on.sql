-- What was to be done by plans, as known on as_of? One row a step put into a plan by then. state: due (open, its day not
-- past), late (open, its day past), done, skipped, dropped (open when its plan was closed). due_on is the day it had on
-- as_of: moves decided later do not count. manager_id: who did it, else who looks after the customer.
CREATE OR REPLACE TEMP MACRO plan_steps_on(as_of) AS TABLE
WITH moved AS (
    SELECT plan_id, step_no, arg_max(due_on, move_no) AS due_on  -- a later number was decided later
    FROM plan_moves
    WHERE moved_on <= as_of
    GROUP BY plan_id, step_no
),
known AS (
    SELECT
        plan.id AS plan_id,
        plan.plan_no,
        plan.customer_id,
        step.step_no,
        coalesce(moved.due_on, step.first_due_on) AS due_on,
        step.channel,
        step.subject,
        step.minutes,
        CASE WHEN step.done_on <= as_of THEN step.done_on END AS done_on,
        coalesce(step.skipped_on <= as_of, false) AS is_skipped,
        coalesce(plan.closed_on <= as_of, false) AS is_closed,
        coalesce(step.manager_id, customer.manager_id) AS manager_id
    FROM plan_steps AS step
    INNER JOIN account_plans AS plan ON plan.id = step.plan_id
    LEFT JOIN contacts AS customer ON customer.id = plan.customer_id
    LEFT JOIN moved ON moved.plan_id = step.plan_id AND moved.step_no = step.step_no
    WHERE step.made_on <= as_of
)
SELECT
    plan_id,
    plan_no,
    customer_id,
    step_no,
    due_on,
    channel,
    subject,
    minutes,
    CASE
        WHEN done_on IS NOT NULL THEN 'done'
        WHEN is_skipped THEN 'skipped'
        WHEN is_closed THEN 'dropped'
        WHEN due_on < as_of THEN 'late'
        ELSE 'due'
    END AS "state",
    done_on,
    manager_id
FROM known;
