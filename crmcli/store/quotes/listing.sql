-- Which quotes are there, what do they come to, and how do they stand on the day?
WITH sums AS (
    SELECT
        quote_id,
        count(*) AS lines,
        CAST(sum(net) AS DECIMAL(38, 4)) AS net,
        CAST(sum(net + tax) AS DECIMAL(38, 4)) AS gross
    FROM quote_lines
    WHERE coalesce(mark NOT IN ('suggested', 'new'), true)
    GROUP BY quote_id
),

standing AS (
    SELECT
        quote.*,
        CASE
            WHEN quote.status IN ('draft', 'sent') AND quote.valid_until < $day THEN 'expired'
            ELSE quote.status
        END AS status_then
    FROM quotes AS quote
)

SELECT
    standing.quote_no,
    standing.revision,
    coalesce(contact.code, '?') AS customer,
    coalesce(contact.name, '?') AS name,
    standing.quoted_on,
    standing.valid_until,
    standing.status_then,
    coalesce(sums.lines, 0) AS lines,
    coalesce(sums.net, 0) AS net,
    coalesce(sums.gross, 0) AS gross,
    standing.currency,
    standing.order_no
FROM standing
LEFT JOIN contacts AS contact ON contact.id = standing.customer_id
LEFT JOIN sums ON sums.quote_id = standing.id
WHERE ($every OR standing.status <> 'replaced')
    AND ($status IS NULL OR standing.status_then = $status)
    AND ($customer IS NULL OR standing.customer_id = $customer)
ORDER BY standing.quoted_on DESC, standing.quote_no DESC, standing.revision DESC
