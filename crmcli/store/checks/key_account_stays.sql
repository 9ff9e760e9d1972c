-- Is nobody a key account twice at once, in for no day at all, or picked by hand twice for one day?
-- full
WITH stays AS (
    SELECT
        *,
        lag(coalesce(left_on, DATE '9999-12-31')) OVER (PARTITION BY customer_id ORDER BY entered_on, id) AS left_before
    FROM key_accounts
),
picks AS (
    SELECT
        *,
        lag(coalesce(to_on, DATE '9999-12-31')) OVER (PARTITION BY customer_id ORDER BY from_on, id) AS to_before
    FROM key_picks
)
SELECT 'key account ' || c.code || ': in again on ' || s.entered_on || ' before the last stay had ended' AS what
FROM stays AS s
JOIN contacts AS c ON c.id = s.customer_id
WHERE s.entered_on < s.left_before
UNION ALL
SELECT 'key account ' || c.code || ': left on ' || s.left_on || ', not after the day of entering'
FROM stays AS s
JOIN contacts AS c ON c.id = s.customer_id
WHERE s.left_on <= s.entered_on
UNION ALL
SELECT 'key account ' || c.code || ': picked again from ' || p.from_on || ' while another pick holds'
FROM picks AS p
JOIN contacts AS c ON c.id = p.customer_id
WHERE p.from_on <= p.to_before
