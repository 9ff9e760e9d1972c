-- What an assignment of accounts to managers is decided by. The accounts in question lie in assignment_scope (customer_id).
-- :accounts
SELECT
    contact.id,
    contact.code,
    contact.name,
    contact.region,
    weighed.class,
    coalesce(weighed.is_key, false) AS is_key,
    need.skills,
    need.languages,
    CASE WHEN weighed.origin <> 'usual' THEN weighed.hours END AS hours,
    weighed.origin,
    contact.manager_id
FROM assignment_scope AS scope
INNER JOIN contacts AS contact ON contact.id = scope.customer_id
LEFT JOIN account_hours($as_of, $a_hours, $b_hours, $c_hours) AS weighed ON weighed.customer_id = contact.id
LEFT JOIN account_needs AS need ON need.customer_id = contact.id
ORDER BY contact.code, contact.id;
-- :known
-- Which share of last year's contacts, orders and deals of an account went through each manager?
WITH touches AS (
    SELECT customer_id, manager_id
    FROM interactions
    WHERE "at" >= $year_before + INTERVAL 1 DAY AND "at" < $day_after
    UNION ALL
    SELECT customer_id, manager_id
    FROM orders
    WHERE ordered_on > $year_before AND ordered_on <= $as_of AND status NOT IN ('draft', 'cancelled')
    UNION ALL
    SELECT customer_id, manager_id
    FROM opportunities
    WHERE coalesce(opened_on, closed_on) > $year_before AND coalesce(opened_on, closed_on) <= $as_of
)
SELECT
    touches.customer_id,
    touches.manager_id,
    cast(count(*) AS DOUBLE) / sum(count(*)) OVER (PARTITION BY touches.customer_id) AS share
FROM touches
INNER JOIN assignment_scope AS scope ON scope.customer_id = touches.customer_id
WHERE touches.manager_id IS NOT NULL
GROUP BY touches.customer_id, touches.manager_id
ORDER BY touches.customer_id, touches.manager_id;
-- :elsewhere
-- Hours of managers for accounts that are not in question.
SELECT contact.manager_id, sum(takes.hours) AS hours
FROM account_hours($as_of, $a_hours, $b_hours, $c_hours) AS takes
INNER JOIN contacts AS contact ON contact.id = takes.customer_id
WHERE contact.manager_id IS NOT NULL AND contact.id NOT IN (SELECT customer_id FROM assignment_scope)
GROUP BY contact.manager_id
HAVING sum(takes.hours) IS NOT NULL
ORDER BY contact.manager_id;
