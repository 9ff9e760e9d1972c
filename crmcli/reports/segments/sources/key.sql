-- Is each contact a key account?
SELECT contact.id AS customer_id, account.customer_id IS NOT NULL AS "key"
FROM contacts AS contact
LEFT JOIN key_accounts_on(cast($as_of AS DATE)) AS account ON account.customer_id = contact.id
