-- How does each customer pay: how much, in time or late, after how many days?
-- :prepared
SELECT *
FROM payment_discipline($as_of);
-- :answer
SELECT
    contact.code AS customer,
    contact.name,
    paid.invoices,
    paid.paid_share,
    paid.paid_amount_share,
    paid.on_time_share,
    paid.days_to_pay_median,
    paid.days_to_pay_km,
    paid.days_to_pay_weighted,
    paid.days_late_weighted,
    paid.open_amount,
    paid.overdue_amount,
    paid.terms,
    paid.trend,
    paid.prepaid_share,
    paid.immediate_share,
    paid.deferred_share
FROM discipline AS paid
INNER JOIN contacts AS contact ON contact.id = paid.customer_id
ORDER BY paid.overdue_amount DESC, paid.open_amount DESC, contact.code;
-- :curve
WITH marks (day) AS (
    VALUES (0), (3), (7), (10), (14), (21), (30), (45), (60), (75), (90), (120), (180)
),
reach AS (
    SELECT max(waited) AS days FROM payment_curves($as_of) WHERE customer_id IS NULL
)
SELECT marks.day, coalesce(round(min(curve.still_open), 9), 1) AS still_open
FROM marks
INNER JOIN reach ON marks.day <= reach.days
LEFT JOIN payment_curves($as_of) AS curve ON curve.customer_id IS NULL AND curve.waited <= marks.day
GROUP BY marks.day
ORDER BY marks.day;
-- :terms
WITH places (place, terms) AS (
    VALUES (1, 'prepaid'), (2, 'immediate'), (3, 'deferred'), (4, 'undecided')
),
invoiced AS (
    SELECT coalesce(terms, 'undecided') AS terms, amount, open, days_to_pay FROM asked_invoices($as_of)
)
SELECT
    places.terms,
    count(*) AS invoices,
    cast(count(*) / nullif(sum(count(*)) OVER (), 0) AS DOUBLE) AS share,
    sum(invoiced.amount) AS amount,
    sum(invoiced.open) AS open_amount,
    cast(median(invoiced.days_to_pay) AS DOUBLE) AS days_to_pay_median
FROM places
INNER JOIN invoiced ON invoiced.terms = places.terms
GROUP BY places.place, places.terms
ORDER BY places.place;
-- :figures
WITH everyone AS (
    SELECT * FROM discipline WHERE customer_id IS NULL
),
late AS (
    SELECT
        count(*) AS customers,
        count(*) FILTER (WHERE overdue_amount > 0) AS overdue_customers,
        count(*) FILTER (WHERE trend > 0) AS slower,
        count(*) FILTER (WHERE trend < 0) AS faster,
        count(*) FILTER (WHERE invoices < 5) AS thin
    FROM discipline
    WHERE customer_id IS NOT NULL
),
left_out AS (
    SELECT
        count(*) FILTER (WHERE NOT is_asked) AS not_asked,
        count(*) FILTER (WHERE is_asked AND due_on IS NULL) AS dateless
    FROM invoice_states($as_of)
),
advance AS (
    SELECT cast(coalesce(sum(payments), 0) AS BIGINT) AS unallocated, coalesce(sum(amount), 0) AS unallocated_amount
    FROM unallocated_payments($as_of)
)
SELECT late.*, left_out.*, advance.*, everyone.*
FROM late
CROSS JOIN left_out
CROSS JOIN advance
LEFT JOIN everyone ON true;
