-- Who bought recently, often and for much, and which group does that make them?
-- :answer
SELECT
    contact.code AS customer,
    contact.name,
    rfm.last_purchase_on,
    rfm.recency_days,
    rfm.frequency,
    rfm.monetary,
    rfm.r,
    rfm.f,
    rfm.m,
    rfm.rfm,
    rfm."group"
FROM rfm($as_of) AS rfm
INNER JOIN contacts AS contact ON contact.id = rfm.customer_id
ORDER BY rfm.monetary_rank DESC, contact.code;
-- :figures
SELECT
    (SELECT count(*) FROM answer) AS customers,
    (SELECT count(*) FROM answer WHERE "group" = 'champion') AS champions,
    (SELECT cast(sum(monetary) FILTER (WHERE "group" = 'champion') / nullif(sum(monetary), 0) AS DOUBLE) FROM answer)
        AS champion_share,
    (SELECT count(*) FROM answer WHERE "group" IN ('at_risk', 'cannot_lose')) AS slipping,
    (SELECT coalesce(sum(monetary) FILTER (WHERE "group" IN ('at_risk', 'cannot_lose')), 0) FROM answer)
        AS slipping_revenue,
    count(*) FILTER (WHERE customer_id IS NULL) AS anonymous_lines,
    coalesce(sum(net) FILTER (WHERE customer_id IS NULL), 0) AS anonymous_revenue
FROM order_lines
WHERE counted AND ordered_on <= $as_of;
-- :groups
WITH places AS (
    SELECT 1 AS place, 'champion' AS word
    UNION ALL SELECT 2, 'loyal'
    UNION ALL SELECT 3, 'potential_loyal'
    UNION ALL SELECT 4, 'new'
    UNION ALL SELECT 5, 'promising'
    UNION ALL SELECT 6, 'need_attention'
    UNION ALL SELECT 7, 'about_to_sleep'
    UNION ALL SELECT 8, 'at_risk'
    UNION ALL SELECT 9, 'cannot_lose'
    UNION ALL SELECT 10, 'hibernating'
    UNION ALL SELECT 11, 'lost'
),
whole AS (
    SELECT count(*) AS customers, sum(monetary) AS monetary FROM answer
)
SELECT
    answer."group",
    count(*) AS customers,
    round(count(*) / nullif(any_value(whole.customers), 0), 12) AS customers_share,
    cast(sum(answer.monetary) AS DECIMAL(38, 4)) AS monetary,
    round(cast(sum(answer.monetary) / nullif(any_value(whole.monetary), 0) AS DOUBLE), 12) AS monetary_share
FROM answer
CROSS JOIN whole
LEFT JOIN places ON places.word = answer."group"
GROUP BY answer."group"
ORDER BY any_value(places.place), answer."group";
