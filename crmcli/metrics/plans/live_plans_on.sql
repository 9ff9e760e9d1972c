-- Which relationship plans lived on as_of? Begun by then, not yet past their last day, and not closed: the day of closing is
-- the first without it. A plan lives by its own days, whenever it was typed in.
CREATE OR REPLACE TEMP MACRO live_plans_on(as_of) AS TABLE
SELECT
    id AS plan_id,
    plan_no,
    customer_id,
    "level",
    from_on,
    to_on
FROM account_plans
WHERE from_on <= as_of AND to_on >= as_of AND coalesce(closed_on > as_of, true);
