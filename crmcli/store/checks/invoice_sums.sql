-- Is every invoice issued here the sum of its lines, and of its instalments where it has any?
WITH lines AS (
    SELECT invoice_id, sum(net + tax) AS gross, sum(tax) AS tax FROM invoice_lines GROUP BY invoice_id
),
parts AS (
    SELECT invoice_id, sum(amount) AS amount FROM instalments GROUP BY invoice_id
)
SELECT 'invoice ' || i.invoice_no || ': ' || i.amount || ', its lines ' || coalesce(lines.gross::VARCHAR, 'none') AS what
FROM invoices AS i
LEFT JOIN lines ON lines.invoice_id = i.id
WHERE i.number IS NOT NULL AND (lines.gross IS DISTINCT FROM i.amount OR lines.tax IS DISTINCT FROM i.tax_amount)
UNION ALL
SELECT 'invoice ' || i.invoice_no || ': ' || i.amount || ', its instalments ' || parts.amount
FROM invoices AS i
JOIN parts ON parts.invoice_id = i.id
WHERE parts.amount <> i.amount
