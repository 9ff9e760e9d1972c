-- How does each customer pay the invoices issued by as_of? And all together: one row more, with an empty customer_id, over all
-- invoices. Credit notes and invoices of nothing ask for no payment and are left out.
CREATE OR REPLACE TEMP MACRO payment_discipline(as_of) AS TABLE
WITH asked AS (
    SELECT * FROM asked_invoices(as_of)
),
tallied AS (
    SELECT * FROM asked
    UNION ALL
    SELECT * REPLACE (cast(NULL AS INTEGER) AS customer_id) FROM asked
),
middle AS (
    -- 0.5 itself may come out of a product of floats a last bit above
    SELECT customer_id, min(waited) AS days FROM payment_curves(as_of) WHERE still_open <= 0.5 + 1e-12 GROUP BY customer_id
),
summed AS (
    SELECT
        customer_id,
        count(*) AS invoices,
        sum(amount) AS amount,
        count(paid_on) AS paid_invoices,
        sum(amount - open) AS paid_amount,
        count(*) FILTER (WHERE due_on <= as_of) AS due_invoices,
        count(*) FILTER (WHERE due_on <= as_of AND paid_on <= due_on) AS on_time_invoices,
        median(days_to_pay) AS days_to_pay_median,
        sum(days_to_pay * amount) / nullif(sum(amount) FILTER (WHERE paid_on IS NOT NULL), 0) AS days_to_pay_weighted,
        sum(days_late * amount) / nullif(sum(amount) FILTER (WHERE days_late IS NOT NULL), 0) AS days_late_weighted,
        sum(open) AS open_amount,
        coalesce(sum(open) FILTER (WHERE due_on < as_of), 0) AS overdue_amount,
        count(*) FILTER (WHERE terms = 'prepaid') AS prepaid,
        count(*) FILTER (WHERE terms = 'immediate') AS immediate,
        count(*) FILTER (WHERE terms = 'deferred') AS deferred,
        median(days_to_pay) FILTER (WHERE paid_on > as_of - 180) AS days_now,
        median(days_to_pay) FILTER (WHERE paid_on > as_of - 360 AND paid_on <= as_of - 180) AS days_before
    FROM tallied
    GROUP BY customer_id
)
SELECT
    summed.customer_id,
    summed.invoices,
    summed.amount,
    cast(summed.paid_invoices / nullif(summed.invoices, 0) AS DOUBLE) AS paid_share,
    cast(summed.paid_amount / nullif(summed.amount, 0) AS DOUBLE) AS paid_amount_share,
    cast(summed.on_time_invoices / nullif(summed.due_invoices, 0) AS DOUBLE) AS on_time_share,
    cast(summed.days_to_pay_median AS DOUBLE) AS days_to_pay_median,
    middle.days AS days_to_pay_km,
    cast(summed.days_to_pay_weighted AS DOUBLE) AS days_to_pay_weighted,
    cast(summed.days_late_weighted AS DOUBLE) AS days_late_weighted,
    summed.open_amount,
    summed.overdue_amount,
    CASE
        WHEN greatest(summed.prepaid, summed.immediate, summed.deferred) = 0 THEN NULL
        WHEN summed.deferred >= greatest(summed.prepaid, summed.immediate) THEN 'deferred'
        WHEN summed.immediate >= summed.prepaid THEN 'immediate'
        ELSE 'prepaid'
    END AS terms,
    cast(summed.days_now - summed.days_before AS DOUBLE) AS trend,
    cast(summed.prepaid / nullif(summed.prepaid + summed.immediate + summed.deferred, 0) AS DOUBLE) AS prepaid_share,
    cast(summed.immediate / nullif(summed.prepaid + summed.immediate + summed.deferred, 0) AS DOUBLE) AS immediate_share,
    cast(summed.deferred / nullif(summed.prepaid + summed.immediate + summed.deferred, 0) AS DOUBLE) AS deferred_share
FROM summed
LEFT JOIN middle ON middle.customer_id IS NOT DISTINCT FROM summed.customer_id;
