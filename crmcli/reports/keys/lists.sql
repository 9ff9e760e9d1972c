-- Who is and was a key account, who is picked by hand, and by which rule?
-- :members
WITH sold AS (
    SELECT customer_id, revenue FROM customer_margins(cast($as_of AS DATE) - 365, cast($as_of AS DATE))
)
SELECT
    contact.code AS customer,
    contact.name,
    account.entered_on AS since,
    account.score,
    account.rule_version,
    manager.name AS manager,
    coalesce(sold.revenue, 0) AS revenue_365,
    abc.class,
    account.entry_reason AS reason
FROM key_accounts_on(cast($as_of AS DATE)) AS account
INNER JOIN contacts AS contact ON contact.id = account.customer_id
LEFT JOIN managers AS manager ON manager.id = contact.manager_id
LEFT JOIN sold ON sold.customer_id = account.customer_id
LEFT JOIN
    abc_customers(cast($as_of AS DATE) - 365, cast($as_of AS DATE), 'revenue', true, 0.8, 0.95) AS abc
    ON abc.customer_id = account.customer_id
ORDER BY revenue_365 DESC, contact.code;
-- :history
WITH events AS (
    SELECT
        customer_id,
        entered_on AS happened_on,
        'came_in' AS event,
        rule_version,
        score,
        cast(NULL AS INTEGER) AS days,
        entry_reason AS reason
    FROM key_accounts
    WHERE entered_on <= $as_of
    UNION ALL
    SELECT customer_id, left_on, 'left', rule_version, NULL, cast(left_on - entered_on AS INTEGER), left_reason
    FROM key_accounts
    WHERE left_on <= $as_of
)
SELECT
    event.happened_on,
    contact.code AS customer,
    contact.name,
    event.event,
    event.rule_version,
    event.score,
    event.days,
    event.reason
FROM events AS event
INNER JOIN contacts AS contact ON contact.id = event.customer_id
WHERE cast($party AS INTEGER) IS NULL OR event.customer_id = $party
ORDER BY event.happened_on DESC, contact.code, event.event;
-- :picks
SELECT
    contact.code AS customer,
    contact.name,
    'picked_' || pick.side AS side,
    pick.from_on,
    pick.to_on,
    CASE WHEN pick.from_on > $as_of THEN 'to_come' WHEN pick.to_on < $as_of THEN 'ended' ELSE 'in_force' END AS state,
    pick.reason
FROM key_picks AS pick
INNER JOIN contacts AS contact ON contact.id = pick.customer_id
ORDER BY contact.code, pick.from_on;
-- :rules
SELECT
    rule.version,
    rule.written_on,
    CASE
        WHEN rule.written_on > $as_of THEN 'to_come'
        WHEN rule.version = (SELECT max(version) FROM key_rules WHERE written_on <= $as_of) THEN 'in_force'
        ELSE 'replaced'
    END AS state,
    (SELECT count(*) FROM key_accounts_on(cast($as_of AS DATE)) AS account WHERE account.rule_version = rule.version) AS accounts,
    rule.note
FROM key_rules AS rule
ORDER BY rule.version DESC;
