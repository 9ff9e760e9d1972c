-- Does every invoice issued here have its document, which says the same?
WITH said AS (
    SELECT
        d.kind,
        d.number,
        d.customer_id,
        d.issued_on,
        CASE d.kind WHEN 'credit_note' THEN -1 ELSE 1 END * TRY_CAST(json_extract_string(d.facts, '$.gross') AS DECIMAL(18, 4)) AS gross
    FROM documents AS d
    WHERE d.kind IN ('invoice', 'credit_note')
)
SELECT 'invoice ' || i.invoice_no || ': its document is missing or says otherwise' AS what
FROM invoices AS i
LEFT JOIN said ON said.number = i.invoice_no AND said.kind = CASE WHEN i.credits IS NULL THEN 'invoice' ELSE 'credit_note' END
WHERE i.number IS NOT NULL
    AND (said.gross IS DISTINCT FROM i.amount OR said.issued_on <> i.issued_on OR said.customer_id <> i.customer_id)
