-- How well was each plan kept by as_of? asked: steps whose day had come or that were settled before; kept_share: those done
-- of them (NULL: none was asked yet). A step due on as_of itself and still open is not asked yet; one that was still to come
-- when its plan was closed never is.
CREATE OR REPLACE TEMP MACRO plans_kept_on(as_of) AS TABLE
WITH counts AS (
    SELECT
        step.plan_id,
        count(*) AS steps,
        count(*) FILTER (WHERE step."state" = 'done') AS done,
        count(*) FILTER (WHERE step."state" = 'done' AND step.done_on <= step.due_on) AS done_in_time,
        count(*) FILTER (WHERE step."state" = 'skipped') AS skipped,
        count(*) FILTER (WHERE step."state" = 'late') AS late,
        count(*) FILTER (WHERE step."state" = 'dropped' AND step.due_on < plan.closed_on) AS dropped,
        min(step.due_on) FILTER (WHERE step."state" IN ('due', 'late')) AS next_due_on
    FROM plan_steps_on(as_of) AS step
    INNER JOIN account_plans AS plan ON plan.id = step.plan_id
    GROUP BY step.plan_id
)
SELECT
    plan_id,
    steps,
    done,
    done_in_time,
    skipped,
    late,
    done + skipped + late + dropped AS asked,
    cast(done AS DOUBLE) / nullif(done + skipped + late + dropped, 0) AS kept_share,
    next_due_on
FROM counts;
