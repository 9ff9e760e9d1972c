-- Does anything end before it began?
-- owner
SELECT 'order ' || order_no || ': delivered before it was ordered' AS what FROM orders WHERE delivered_on < ordered_on
UNION ALL SELECT 'order ' || order_no || ': shipped before it was ordered' FROM orders WHERE shipped_on < ordered_on
UNION ALL SELECT 'invoice ' || invoice_no || ': due before it was issued' FROM invoices WHERE due_on < issued_on
UNION ALL SELECT 'ticket ' || ticket_no || ': resolved before it was opened' FROM tickets WHERE resolved_at < opened_at
UNION ALL SELECT 'ticket ' || ticket_no || ': closed before it was opened' FROM tickets WHERE closed_at < opened_at
