-- How does each customer pay?
SELECT
    customer_id,
    open_amount,
    overdue_amount,
    on_time_share AS on_time,
    days_to_pay_median AS days_to_pay,
    terms
FROM payment_discipline(cast($as_of AS DATE))
WHERE customer_id IS NOT NULL
