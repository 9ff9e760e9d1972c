-- Who is a key account on as_of: since when, with which score, by which version of the rule (empty: picked by hand), and why?
CREATE OR REPLACE TEMP MACRO key_accounts_on(as_of) AS TABLE
SELECT
    customer_id,
    entered_on,
    score,
    rule_version,
    entry_reason
FROM key_accounts
WHERE entered_on <= as_of AND (left_on IS NULL OR left_on > as_of);
