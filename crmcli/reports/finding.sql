-- Whom do words mean that may be mistyped? Words of the book, then who has them, then what is found by its number.
-- :vocabulary
-- Every word of the book once, with the punctuation that clings to it: parting by blanks is three times as fast as by letters.
WITH texts AS (
    SELECT concat_ws(' ', name, city, region, tags, "group", industry, address, note) AS "text" FROM contacts
    UNION ALL
    SELECT concat_ws(' ', name, "position") FROM people
),
pieces AS (
    SELECT DISTINCT unnest(string_split(lower("text"), ' ')) AS piece FROM texts
)
SELECT string_agg(piece, chr(10)) FROM pieces;
-- :hits
WITH weights (field, weight) AS (
    VALUES ('name', 1.0), ('contact_person', 0.95), ('tags', 0.85), ('city', 0.8), ('group', 0.75), ('industry', 0.75),
    ('region', 0.7), ('address', 0.7), ('position', 0.65), ('note', 0.65)
),
-- only rows that hold one of the words anywhere are looked at word by word
likely_contacts AS MATERIALIZED (
    SELECT *
    FROM contacts
    WHERE regexp_matches(lower(concat_ws(' ', name, city, region, tags, "group", industry, address, note)), $near)
),
likely_people AS MATERIALIZED (
    SELECT * FROM people WHERE regexp_matches(lower(concat_ws(' ', name, "position")), $near)
),
texts AS (
    SELECT id AS customer_id, 'name' AS field, name AS "text" FROM likely_contacts
    UNION ALL
    SELECT id, 'city', city FROM likely_contacts
    UNION ALL
    SELECT id, 'region', region FROM likely_contacts
    UNION ALL
    SELECT id, 'tags', tags FROM likely_contacts
    UNION ALL
    SELECT id, 'group', "group" FROM likely_contacts
    UNION ALL
    SELECT id, 'industry', industry FROM likely_contacts
    UNION ALL
    SELECT id, 'address', address FROM likely_contacts
    UNION ALL
    SELECT id, 'note', note FROM likely_contacts
    UNION ALL
    SELECT contact_id, 'contact_person', name FROM likely_people
    UNION ALL
    SELECT contact_id, 'position', "position" FROM likely_people
),
own_words AS (
    SELECT customer_id, field, unnest(regexp_extract_all(lower("text"), '[\p{L}\p{N}]+')) AS word FROM texts
),
by_word AS (
    SELECT found.customer_id, near.place, found.field, near.quality * weights.weight AS score
    FROM find_near AS near
    INNER JOIN own_words AS found ON found.word = near.word
    INNER JOIN weights ON weights.field = found.field
),
by_text AS (
    SELECT
        contact.id AS customer_id,
        typed.place,
        CASE
            WHEN starts_with(lower(contact.code), typed.word) THEN 'code'
            WHEN contains(lower(contact.email), typed.word) THEN 'email'
            ELSE 'website'
        END AS field,
        CASE
            WHEN lower(contact.code) = typed.word OR lower(contact.email) = typed.word THEN 1.0
            WHEN starts_with(lower(contact.code), typed.word) THEN 0.9
            ELSE 0.8
        END AS score
    FROM contacts AS contact
    CROSS JOIN find_typed AS typed
    WHERE
        starts_with(lower(contact.code), typed.word)
        OR (length(typed.word) > 2 AND (contains(lower(contact.email), typed.word) OR contains(lower(contact.website), typed.word)))
    UNION ALL
    SELECT person.contact_id, typed.place, 'email', 0.8
    FROM people AS person
    CROSS JOIN find_typed AS typed
    WHERE length(typed.word) > 2 AND contains(lower(person.email), typed.word)
),
by_digits AS (
    SELECT contact.id AS customer_id, typed.place, 'phone' AS field, 0.95 AS score
    FROM contacts AS contact
    CROSS JOIN find_typed AS typed
    WHERE typed.digits IS NOT NULL AND contains(regexp_replace(contact.phone, '[^0-9]', '', 'g'), typed.digits)
    UNION ALL
    SELECT person.contact_id, typed.place, 'phone', 0.9
    FROM people AS person
    CROSS JOIN find_typed AS typed
    WHERE typed.digits IS NOT NULL AND contains(regexp_replace(person.phone, '[^0-9]', '', 'g'), typed.digits)
    UNION ALL
    SELECT contact.id, typed.place, 'tax_id', CASE WHEN contact.tax_id = typed.word THEN 1.0 ELSE 0.9 END
    FROM contacts AS contact
    CROSS JOIN find_typed AS typed
    WHERE typed.digits IS NOT NULL AND contains(contact.tax_id, typed.digits)
),
numbered AS (
    SELECT customer_id, 'order' AS field, order_no AS number FROM orders
    UNION ALL
    SELECT customer_id, 'invoice', invoice_no FROM invoices
    UNION ALL
    SELECT customer_id, 'quote', quote_no FROM quotes
    UNION ALL
    SELECT customer_id, 'ticket', ticket_no FROM tickets
    UNION ALL
    SELECT customer_id, 'opportunity', opportunity_no FROM opportunities
),
by_number AS (
    SELECT DISTINCT
        numbered.customer_id,
        typed.place,
        numbered.field,
        CASE WHEN lower(numbered.number) = typed.word THEN 0.97 ELSE 0.7 END AS score
    FROM numbered
    CROSS JOIN find_typed AS typed
    WHERE typed.numbered AND numbered.customer_id IS NOT NULL AND ends_with(lower(numbered.number), typed.word)
),
every_hit AS (
    SELECT customer_id, place, field, score FROM by_word
    UNION ALL
    SELECT customer_id, place, field, score FROM by_text
    UNION ALL
    SELECT customer_id, place, field, score FROM by_digits
    UNION ALL
    SELECT customer_id, place, field, score FROM by_number
),
best AS (
    SELECT customer_id, place, max(score) AS score, arg_max(field, score * 100 - ascii(field) * 0.0001) AS field
    FROM every_hit
    GROUP BY customer_id, place
),
ranked AS (
    SELECT
        customer_id,
        count(*) AS matched,
        sum(score) AS score,
        arg_max(field, score * 100 - place) AS field
    FROM best
    GROUP BY customer_id
)
SELECT
    contact.code,
    contact.name,
    contact.city,
    ranked.field,
    ranked.matched,
    cast(ranked.score AS DOUBLE) AS score,
    contact.id
FROM ranked
INNER JOIN contacts AS contact ON contact.id = ranked.customer_id
ORDER BY ranked.matched DESC, ranked.score DESC, contact.code
LIMIT 500;
