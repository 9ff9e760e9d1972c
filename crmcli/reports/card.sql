-- Everything about one party that fits on a screen.
-- :who
SELECT
    contact.code,
    contact.name,
    contact.kind,
    contact.role,
    contact.tax_id,
    contact.email,
    contact.phone,
    contact.website,
    -- a town alone is no address
    CASE
        WHEN contact.address <> '' THEN concat_ws(', ', contact.address, contact.city, contact.region, contact.country)
    END AS address,
    CASE
        WHEN coalesce(contact.address, '') = '' THEN concat_ws(', ', contact.city, contact.region, contact.country)
    END AS place,
    contact.industry,
    contact."group",
    contact.source,
    contact.channel,
    concat_ws(', ', manager.code, manager.name) AS manager,
    contact.price_list,
    cast(contact.payment_terms_days AS VARCHAR) AS payment_terms_days,
    cast(cast(contact.credit_limit AS DECIMAL(18, 2)) AS VARCHAR) AS credit_limit,
    CASE WHEN contact.consent_mail THEN 'yes' WHEN NOT contact.consent_mail THEN 'no' END AS consent_mail,
    CASE WHEN contact.consent_call THEN 'yes' WHEN NOT contact.consent_call THEN 'no' END AS consent_call,
    cast(contact.created_on AS VARCHAR) AS created_on,
    contact.tags,
    contact.note,
    contact.custom
FROM contacts AS contact
LEFT JOIN managers AS manager ON manager.id = contact.manager_id
WHERE contact.id = $party;
-- :people
SELECT name, "position", email, phone, CASE WHEN "primary" THEN 'primary' END AS "primary", note
FROM people
WHERE contact_id = $party
ORDER BY coalesce("primary", false) DESC, name;
-- :preferences
SELECT kind, "text", noted_on, source
FROM preferences
WHERE customer_id = $party AND noted_on <= $as_of AND (ended_on IS NULL OR ended_on > $as_of)
ORDER BY kind <> 'need', noted_on, id;
-- :figures
WITH own_margin AS (
    -- asked of this party's lines alone: the margin of everybody would double the time
    SELECT customer_id, margin
    FROM customer_margins(DATE '0001-01-01', $as_of)
    WHERE customer_id = $party
)
SELECT
    beat.occasions,
    beat.first_purchase_on,
    beat.last_purchase_on,
    beat.recency_days,
    round(beat.expected_gap, 4) AS expected_gap,
    round(beat.overdue_ratio, 6) AS overdue_ratio,
    rfm.monetary AS revenue,
    coalesce(abc.revenue, 0) AS revenue_365,
    own_margin.margin,
    rfm.rfm,
    rfm."group",
    abc.class,
    abc.set_aside
FROM rhythm($as_of) AS beat
INNER JOIN rfm($as_of) AS rfm ON rfm.customer_id = beat.customer_id
LEFT JOIN abc_customers($year_before, $as_of, 'revenue', true, 0.8, 0.95) AS abc ON abc.customer_id = beat.customer_id
LEFT JOIN own_margin ON own_margin.customer_id = beat.customer_id
WHERE beat.customer_id = $party;
-- :reasons
SELECT
    fact.overdue_days,
    fact.expected_gap,
    fact.last_purchase_on,
    fact.band,
    fact.spend_fall_pct,
    fact.categories_now,
    fact.categories_before,
    fact.late,
    fact.promised,
    fact.complaint_days,
    fact.answer_hours,
    fact.price_gap_pct,
    fact.silent_days
FROM churn_facts($as_of) AS fact
WHERE fact.customer_id = $party;
-- :orders
SELECT
    placed.order_no,
    placed.ordered_on,
    placed.status,
    count(line.id) AS lines,
    sum(line.net) AS amount
FROM orders AS placed
LEFT JOIN order_lines AS line ON line.order_id = placed.id AND line.customer_id = $party
WHERE placed.customer_id = $party AND placed.ordered_on <= $as_of
GROUP BY placed.id, placed.order_no, placed.ordered_on, placed.status
ORDER BY placed.ordered_on DESC, placed.order_no DESC
LIMIT 5;
-- :products
SELECT
    product.sku,
    product.name,
    coalesce(line.category, product.category) AS category,
    sum(line.qty) AS qty,
    sum(line.net) AS revenue,
    max(line.ordered_on) AS last_on
FROM order_lines AS line
INNER JOIN products AS product ON product.id = line.product_id
WHERE line.customer_id = $party AND line.counted AND line.ordered_on > $year_before AND line.ordered_on <= $as_of
GROUP BY product.sku, product.name, coalesce(line.category, product.category)
ORDER BY revenue DESC, product.sku
LIMIT 5;
-- :categories
WITH spend AS (
    SELECT coalesce(line.category, product.category) AS category, sum(line.net) AS revenue
    FROM order_lines AS line
    LEFT JOIN products AS product ON product.id = line.product_id
    WHERE line.customer_id = $party AND line.counted AND line.ordered_on > $year_before AND line.ordered_on <= $as_of
    GROUP BY coalesce(line.category, product.category)
)
SELECT category, revenue, round(cast(revenue AS DOUBLE) / nullif(cast(sum(revenue) OVER () AS DOUBLE), 0), 12) AS share
FROM spend
WHERE category IS NOT NULL
ORDER BY revenue DESC, category
LIMIT 5;
-- :invoices
WITH paid AS (
    SELECT invoice_id, sum(amount) AS amount
    FROM payments
    WHERE paid_on <= $as_of AND invoice_id IS NOT NULL
    GROUP BY invoice_id
)
SELECT
    invoice.invoice_no,
    invoice.issued_on,
    invoice.due_on,
    invoice.amount,
    invoice.amount - coalesce(paid.amount, 0) AS open_amount,
    CASE WHEN invoice.due_on < $as_of THEN $as_of - invoice.due_on END AS days_overdue
FROM invoices AS invoice
LEFT JOIN paid ON paid.invoice_id = invoice.id
WHERE
    invoice.customer_id = $party
    AND invoice.issued_on <= $as_of
    AND coalesce(lower(invoice.status), '') NOT IN ('draft', 'cancelled')
    AND invoice.amount - coalesce(paid.amount, 0) > 0
ORDER BY invoice.due_on NULLS LAST, invoice.invoice_no;
-- :tickets
SELECT
    ticket_no,
    kind,
    priority,
    subject,
    status AS "state",
    opened_at,
    days_open,
    answered_at,
    CASE WHEN $party IN (SELECT customer_id FROM key_accounts_on($as_of)) THEN true END AS key
FROM open_tickets($as_of)
WHERE customer_id = $party
ORDER BY opened_at, ticket_no;
-- :contacts
SELECT contact."at", contact.channel, contact.direction, contact.kind, contact.subject, contact.outcome, manager.name AS manager
FROM interactions AS contact
LEFT JOIN managers AS manager ON manager.id = contact.manager_id
WHERE contact.customer_id = $party AND contact."at" < $day_after
ORDER BY contact."at" DESC, contact.subject
LIMIT 5;
