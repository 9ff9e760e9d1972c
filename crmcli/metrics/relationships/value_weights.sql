-- How much does each contact's matter weigh on as_of? class: cleaned ABC by revenue of the 365 days before (empty: set aside, or
-- nothing bought in that time); weight: A 3, B 2, everyone else 1; one more for a key account.
CREATE OR REPLACE TEMP MACRO value_weights(as_of) AS TABLE
SELECT
    contact.id AS customer_id,
    abc.class,
    account.customer_id IS NOT NULL AS is_key,
    CASE abc.class WHEN 'A' THEN 3 WHEN 'B' THEN 2 ELSE 1 END + CASE WHEN account.customer_id IS NULL THEN 0 ELSE 1 END AS weight
FROM contacts AS contact
LEFT JOIN abc_customers(as_of - 365, as_of, 'revenue', true, 0.8, 0.95) AS abc ON abc.customer_id = contact.id
LEFT JOIN (SELECT DISTINCT customer_id FROM key_accounts_on(as_of)) AS account ON account.customer_id = contact.id;
