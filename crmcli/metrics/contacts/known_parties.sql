-- Who was known by as_of? Contacts made by then or named by a fact of then; one without any date was always there. Those
-- kept as supplier, competitor or partner are marked is_outside: prospects too until they buy, but hardly ones to court.
CREATE OR REPLACE TEMP MACRO known_parties(as_of) AS TABLE
WITH facts AS (
    SELECT customer_id, min(ordered_on) AS seen_on FROM orders GROUP BY customer_id
    UNION ALL
    SELECT customer_id, min(issued_on) FROM invoices GROUP BY customer_id
    UNION ALL
    SELECT customer_id, min(paid_on) FROM payments GROUP BY customer_id
    UNION ALL
    SELECT customer_id, cast(min(opened_at) AS DATE) FROM tickets GROUP BY customer_id
    UNION ALL
    SELECT customer_id, cast(min("at") AS DATE) FROM interactions GROUP BY customer_id
    UNION ALL
    SELECT customer_id, min(opened_on) FROM opportunities GROUP BY customer_id
),
seen AS (
    SELECT customer_id, min(seen_on) AS seen_on
    FROM facts
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id
)
SELECT
    contact.id AS customer_id,
    contact.code,
    contact.name,
    coalesce(lower(contact.role) IN ('supplier', 'competitor', 'partner'), false) AS is_outside,
    least(contact.created_on, seen.seen_on) AS known_on
FROM contacts AS contact
LEFT JOIN seen ON seen.customer_id = contact.id
WHERE coalesce(least(contact.created_on, seen.seen_on), as_of) <= as_of;
