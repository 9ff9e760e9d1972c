-- Whom does a word mean? One section a way of naming; each answers id, code and name.
-- :code
SELECT id, code, name FROM contacts WHERE code = $word;
-- :tax_id
SELECT id, code, name FROM contacts WHERE tax_id = $word ORDER BY code;
-- :email
SELECT DISTINCT contact.id, contact.code, contact.name
FROM contacts AS contact
LEFT JOIN people AS person ON person.contact_id = contact.id
WHERE lower(contact.email) = lower($word) OR lower(person.email) = lower($word)
ORDER BY contact.code;
-- :name
SELECT id, code, name FROM contacts WHERE lower(name) = lower($word) OR lower(code) = lower($word) ORDER BY code;
-- :part
SELECT id, code, name FROM contacts WHERE contains(lower(name), lower($word)) ORDER BY code;
-- :closest
WITH likeness AS (
    SELECT
        code,
        name,
        greatest(
            jaro_winkler_similarity(lower(name), lower($word)),
            jaro_winkler_similarity(lower(code), lower($word))
        ) AS likeness
    FROM contacts
)
SELECT code, name
FROM likeness
WHERE likeness >= 0.75
ORDER BY likeness DESC, code
LIMIT 3;
