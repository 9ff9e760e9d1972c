-- Which quotes wait for a word on as_of? Sent, valid, not decided and not replaced by then; silent for 7 days, or ending within
-- 7 days. due_on: 7 days after the sending, or its last day where that comes first. net leaves out what is only suggested.
CREATE OR REPLACE TEMP MACRO waiting_quotes(as_of) AS TABLE
WITH sent AS (
    SELECT
        quote.id,
        quote.quote_no,
        quote.customer_id,
        quote.manager_id,
        quote.currency,
        quote.sent_on,
        quote.valid_until,
        least(quote.sent_on + 7, coalesce(quote.valid_until, quote.sent_on + 7)) AS due_on
    FROM quotes AS quote
    WHERE
        quote.sent_on <= as_of
        AND coalesce(quote.valid_until >= as_of, true)
        AND NOT (quote.status IN ('accepted', 'rejected') AND coalesce(quote.decided_on <= as_of, true))
        AND NOT EXISTS (
            SELECT 1
            FROM quotes AS later
            WHERE later.quote_no = quote.quote_no AND later.revision > quote.revision AND later.quoted_on <= as_of
        )
),
sums AS (
    SELECT line.quote_id, cast(sum(line.net) AS DECIMAL(38, 4)) AS net
    FROM quote_lines AS line
    WHERE coalesce(line.mark NOT IN ('suggested', 'new'), true)
    GROUP BY line.quote_id
)
SELECT sent.*, coalesce(sums.net, 0) AS net
FROM sent
LEFT JOIN sums ON sums.quote_id = sent.id
WHERE sent.due_on <= as_of OR sent.valid_until <= as_of + 7;
