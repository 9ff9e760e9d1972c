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
