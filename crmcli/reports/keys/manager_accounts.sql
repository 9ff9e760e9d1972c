-- Whom does a manager look after: key accounts first, each with the plan that lives?
-- :accounts
WITH plans AS (
    SELECT customer_id, string_agg(plan_no, ', ' ORDER BY plan_no) AS plan_no
    FROM live_plans_on($as_of)
    GROUP BY customer_id
)
SELECT contact.code, contact.name, contact.city, account.entered_on AS key_since, plans.plan_no
FROM contacts AS contact
LEFT JOIN key_accounts_on($as_of) AS account ON account.customer_id = contact.id
LEFT JOIN plans ON plans.customer_id = contact.id
WHERE contact.manager_id = $manager
ORDER BY account.entered_on IS NULL, contact.code
LIMIT 40;
-- :count
SELECT count(*) FROM contacts WHERE manager_id = $manager;
