-- Are the numbers of invoices issued here without gaps within their series and year, each as its text says, in the order of days?
WITH issued AS (
    SELECT invoice_no, series, "year", number, issued_on, series || '-' || lpad("year"::VARCHAR, 4, '0') || '-' AS head
    FROM invoices
    WHERE number IS NOT NULL
),
-- numbers that imported invoices bear were passed over
foreign_numbers AS (
    SELECT invoice_no FROM invoices WHERE number IS NULL AND EXISTS (FROM issued)
),
followed AS (
    SELECT
        *,
        coalesce(lag(number) OVER (PARTITION BY series, "year" ORDER BY number), 0) AS before,
        lag(issued_on) OVER (PARTITION BY series, "year" ORDER BY number) AS day_before
    FROM issued
)
SELECT 'invoice ' || f.invoice_no || ': the number before it is missing' AS what
FROM followed AS f
CROSS JOIN LATERAL (SELECT unnest(generate_series(f.before + 1, f.number - 1)) AS number) AS gap
WHERE f.number > f.before + 1
    AND f.head || lpad(gap.number::VARCHAR, greatest(5, length(gap.number::VARCHAR))::INTEGER, '0') NOT IN (SELECT invoice_no FROM foreign_numbers)
UNION ALL
SELECT 'invoice ' || invoice_no || ': its number is not what its series and year say' FROM followed
WHERE invoice_no <> head || lpad(number::VARCHAR, greatest(5, length(number::VARCHAR))::INTEGER, '0') OR "year" <> year(issued_on) OR number < 1
UNION ALL
SELECT 'invoice ' || invoice_no || ': the number is there twice' FROM followed WHERE number = before
UNION ALL
SELECT 'invoice ' || invoice_no || ': dated before the number before it' FROM followed WHERE issued_on < day_before
