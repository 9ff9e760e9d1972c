-- Who owes how much, and for how long past the due date?
-- :states
SELECT * FROM invoice_states($as_of);
-- :loose
SELECT
    coalesce(payment.customer_id, invoice.customer_id) AS customer_id,
    sum(payment.amount) AS amount
FROM payments AS payment
LEFT JOIN invoices AS invoice ON invoice.id = payment.invoice_id
ANTI JOIN receivable_states AS issued ON issued.invoice_id = payment.invoice_id
WHERE payment.paid_on <= $as_of
GROUP BY coalesce(payment.customer_id, invoice.customer_id);
-- :owed
WITH parts AS (
    SELECT
        customer_id,
        open,
        credit,
        CASE WHEN open > 0 THEN 1 ELSE 0 END AS is_open,
        CASE WHEN open > 0 AND due_on < $as_of THEN $as_of - due_on END AS days_overdue,
        CASE WHEN open > 0 AND due_on IS NULL THEN 1 ELSE 0 END AS is_dateless
    FROM receivable_states
    UNION ALL
    SELECT customer_id, 0, amount, 0, NULL, 0
    FROM loose_payments
    WHERE customer_id IS NOT NULL
)
SELECT
    customer_id,
    cast(sum(is_open) AS BIGINT) AS invoices,
    cast(sum(is_dateless) AS BIGINT) AS dateless,
    coalesce(sum(open) FILTER (WHERE days_overdue IS NULL), 0) AS not_due,
    coalesce(sum(open) FILTER (WHERE days_overdue BETWEEN 1 AND 30), 0) AS days_1_30,
    coalesce(sum(open) FILTER (WHERE days_overdue BETWEEN 31 AND 60), 0) AS days_31_60,
    coalesce(sum(open) FILTER (WHERE days_overdue BETWEEN 61 AND 90), 0) AS days_61_90,
    coalesce(sum(open) FILTER (WHERE days_overdue > 90), 0) AS days_91_plus,
    sum(open) AS open_amount,
    coalesce(sum(open) FILTER (WHERE days_overdue IS NOT NULL), 0) AS overdue_amount,
    max(days_overdue) AS oldest_days,
    sum(credit) AS credit,
    sum(open) - sum(credit) AS balance
FROM parts
GROUP BY customer_id
HAVING sum(open) <> 0 OR sum(credit) <> 0;
-- :answer
WITH sold AS (
    SELECT customer_id, sum(net) AS revenue
    FROM order_lines
    WHERE counted AND customer_id IS NOT NULL AND ordered_on > $as_of - 90 AND ordered_on <= $as_of
    GROUP BY customer_id
)
SELECT
    contact.code AS customer,
    contact.name,
    owed.invoices,
    owed.not_due,
    owed.days_1_30,
    owed.days_31_60,
    owed.days_61_90,
    owed.days_91_plus,
    owed.open_amount,
    owed.overdue_amount,
    owed.oldest_days,
    owed.credit,
    owed.balance,
    CASE WHEN sold.revenue > 0 THEN cast(owed.open_amount / sold.revenue * 90 AS DOUBLE) END AS dso
FROM receivables_now AS owed
INNER JOIN contacts AS contact ON contact.id = owed.customer_id
LEFT JOIN sold ON sold.customer_id = owed.customer_id
ORDER BY owed.overdue_amount DESC, owed.open_amount DESC, contact.code;
-- :ageing
WITH bands AS (
    SELECT
        CASE
            WHEN due_on IS NULL OR due_on >= $as_of THEN 1
            WHEN due_on >= $as_of - 30 THEN 2
            WHEN due_on >= $as_of - 60 THEN 3
            WHEN due_on >= $as_of - 90 THEN 4
            ELSE 5
        END AS place,
        customer_id,
        open
    FROM receivable_states
    WHERE open > 0
),
places (place, band) AS (
    VALUES (1, 'not_due'), (2, '1-30'), (3, '31-60'), (4, '61-90'), (5, '91+')
),
total AS (
    SELECT sum(open) AS open FROM bands
)
SELECT
    places.band,
    count(bands.open) AS invoices,
    count(DISTINCT bands.customer_id) AS customers,
    coalesce(sum(bands.open), 0) AS open_amount,
    cast(coalesce(sum(bands.open), 0) / nullif(any_value(total.open), 0) AS DOUBLE) AS share
FROM places
CROSS JOIN total
LEFT JOIN bands ON bands.place = places.place
WHERE total.open > 0
GROUP BY places.place, places.band
ORDER BY places.place;
-- :figures
WITH owed AS (
    SELECT
        count(*) FILTER (WHERE open_amount > 0) AS debtors,
        count(*) FILTER (WHERE overdue_amount > 0) AS overdue_customers,
        coalesce(sum(invoices), 0) AS open_invoices,
        cast(coalesce(sum(dateless), 0) AS BIGINT) AS dateless,
        coalesce(sum(open_amount), 0) AS open_amount,
        coalesce(sum(overdue_amount), 0) AS overdue_amount,
        coalesce(sum(days_91_plus), 0) AS days_91_plus,
        coalesce(sum(credit), 0) AS credit,
        coalesce(sum(balance), 0) AS balance,
        max(oldest_days) AS oldest_days,
        cast(sum(overdue_amount) / nullif(sum(open_amount), 0) AS DOUBLE) AS overdue_share
    FROM receivables_now
),
worst AS (
    SELECT cast(coalesce(sum(overdue_amount), 0) AS DECIMAL(38, 4)) AS worst_amount, count(*) AS worst
    FROM (SELECT overdue_amount FROM receivables_now WHERE overdue_amount > 0 ORDER BY overdue_amount DESC LIMIT 3)
),
ledger AS (
    SELECT coalesce(sum(amount), 0) AS invoiced, coalesce(sum(paid), 0) AS paid FROM receivable_states
),
advance AS (
    SELECT
        coalesce(sum(amount) FILTER (WHERE customer_id IS NOT NULL), 0) AS unallocated_amount,
        coalesce(sum(amount) FILTER (WHERE customer_id IS NULL), 0) AS ownerless_amount
    FROM loose_payments
)
SELECT
    owed.*,
    worst.*,
    ledger.*,
    advance.*,
    CASE WHEN owed.overdue_amount > 0 THEN cast(worst.worst_amount / owed.overdue_amount AS DOUBLE) END AS worst_share,
    sold.revenue AS quarter_revenue,
    CASE WHEN sold.revenue > 0 THEN cast(owed.open_amount / sold.revenue * 90 AS DOUBLE) END AS dso
FROM owed
CROSS JOIN worst
CROSS JOIN ledger
CROSS JOIN advance
CROSS JOIN sales_summary($as_of - 90, $as_of) AS sold;
