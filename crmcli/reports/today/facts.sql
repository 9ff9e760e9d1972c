-- What is there to do today, and how does the month go? The first three statements become the temporary tables
-- today_customers, today_invoices and today_promises that the others read.
-- :customers
SELECT customer_id, first_purchase_on, last_purchase_on + cast(round(expected_gap) AS INTEGER) AS next_on
FROM rhythm($as_of);
-- :invoices
SELECT invoice_no, customer_id, due_on, open, open > 0 AND due_on < $as_of AS is_overdue
FROM invoice_states($as_of);
-- :promises
SELECT
    id AS order_id,
    order_no,
    customer_id,
    promised_on,
    promised_on < $as_of
    AND coalesce(delivered_on > $as_of, status NOT IN ('delivered', 'completed')) AS is_late
FROM orders
WHERE promised_on IS NOT NULL AND status NOT IN ('draft', 'cancelled') AND ordered_on <= $as_of;
-- :figures
WITH sold AS (
    SELECT
        count(*) AS lines,
        coalesce(sum(net) FILTER (WHERE ordered_on > $month_since), 0) AS month_revenue,
        sum(net) FILTER (WHERE ordered_on > $before_since AND ordered_on <= $before_until) AS before_revenue,
        sum(net) FILTER (WHERE ordered_on > $year_since AND ordered_on <= $year_until) AS year_revenue
    FROM order_lines
    WHERE counted AND ordered_on <= $as_of
),
asked AS (
    SELECT
        count(*) AS invoices,
        count(*) FILTER (WHERE is_overdue) AS overdue_invoices,
        count(DISTINCT customer_id) FILTER (WHERE is_overdue) AS overdue_customers,
        coalesce(sum(open) FILTER (WHERE is_overdue), 0) AS overdue_amount,
        $as_of - min(due_on) FILTER (WHERE is_overdue) AS overdue_days
    FROM today_invoices
),
promised AS (
    SELECT
        count(promised_on) AS promised_orders,
        count(*) FILTER (WHERE is_late) AS late_orders,
        $as_of - min(promised_on) FILTER (WHERE is_late) AS late_days
    FROM today_promises
),
asking AS (
    SELECT
        count(*) AS open_tickets,
        count(*) FILTER (WHERE kind IN ('complaint', 'claim')) AS open_complaints,
        max(days_open) AS ticket_days,
        count(promise.due_on) AS promised_tickets,
        count(*) FILTER (WHERE promise.due_on <= $as_of) AS due_tickets
    FROM open_tickets($as_of) AS still_open
    LEFT JOIN ticket_due_days AS promise ON promise.ticket_no = still_open.ticket_no
),
opened AS (
    SELECT count(*) AS tickets FROM tickets WHERE opened_at < $day_after
),
bought AS (
    SELECT
        count(*) AS customers,
        count(*) FILTER (WHERE first_purchase_on > $month_since) AS new_customers,
        count(*) FILTER (WHERE next_on > $as_of AND next_on <= $week_ahead) AS due_customers
    FROM today_customers
)
SELECT sold.*, asked.*, promised.*, asking.*, opened.*, bought.*
FROM sold
CROSS JOIN asked
CROSS JOIN promised
CROSS JOIN asking
CROSS JOIN opened
CROSS JOIN bought;
-- :newcomers
SELECT contact.name
FROM today_customers AS party
INNER JOIN contacts AS contact ON contact.id = party.customer_id
INNER JOIN customer_margins($month_since, $as_of) AS sold ON sold.customer_id = party.customer_id
WHERE party.first_purchase_on > $month_since
ORDER BY sold.revenue DESC, contact.code
LIMIT 1;
-- :expected
SELECT contact.name
FROM today_customers AS party
INNER JOIN contacts AS contact ON contact.id = party.customer_id
LEFT JOIN customer_margins($revenue_since, $as_of) AS sold ON sold.customer_id = party.customer_id
WHERE party.next_on > $as_of AND party.next_on <= $week_ahead
ORDER BY sold.revenue DESC NULLS LAST, contact.code
LIMIT 1;
-- :waiting
-- From the temporary table of report queue; calls have a list of their own.
SELECT
    CASE kind
        WHEN 'invoice' THEN 'overdue_invoice'
        WHEN 'ticket' THEN 'open_ticket'
        WHEN 'complaint' THEN 'open_complaint'
        WHEN 'claim' THEN 'open_claim'
        ELSE kind
    END AS kind,
    nullif(number, '') AS number,
    customer,
    name,
    class,
    days_late AS days,
    amount
FROM waiting
WHERE kind <> 'call'
ORDER BY priority DESC, days_late DESC, customer NULLS LAST, waiting.kind, waiting.number
LIMIT $most_waiting;
-- :movers
WITH sold AS (
    SELECT
        customer_id,
        coalesce(sum(net) FILTER (WHERE ordered_on > $month_since AND ordered_on <= $as_of), 0) AS revenue,
        coalesce(sum(net) FILTER (WHERE ordered_on > $before_since AND ordered_on <= $before_until), 0) AS before
    FROM order_lines
    WHERE counted AND customer_id IS NOT NULL AND ordered_on > $before_since AND ordered_on <= $as_of
    GROUP BY customer_id
),
changed AS (
    SELECT contact.code AS customer, contact.name, sold.revenue, sold.before, sold.revenue - sold.before AS change
    FROM sold
    INNER JOIN contacts AS contact ON contact.id = sold.customer_id
    WHERE sold.revenue <> sold.before
),
placed AS (
    SELECT
        CASE WHEN change > 0 THEN 'gain' ELSE 'loss' END AS kind,
        *,
        row_number() OVER (PARTITION BY change > 0 ORDER BY abs(change) DESC, customer) AS place
    FROM changed
)
SELECT kind, customer, name, revenue, before, change
FROM placed
WHERE place <= $most
ORDER BY kind, place;
