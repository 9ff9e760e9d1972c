-- What is known about each customer that may make them leave? One row a customer: rhythm, band by the overdue ratio (high
-- above 3, medium above 1.5), money at risk (stake of the last 365 days of those in either band), and a figure per reason,
-- empty where the reason does not hold. Falling spend and fewer categories are said only of those who buy often enough.
CREATE OR REPLACE TEMP MACRO churn_facts(as_of) AS TABLE
WITH complaints AS (
    SELECT customer_id, count(*) AS complaints, max(days_open) AS complaint_days
    FROM open_tickets(as_of)
    WHERE kind IN ('complaint', 'claim') AND customer_id IS NOT NULL
    GROUP BY customer_id
)
SELECT
    beat.customer_id,
    beat.last_purchase_on,
    beat.recency_days,
    beat.expected_gap,
    beat.overdue_ratio,
    beat.occasions,
    beat.own_gap,
    beat.base_gap,
    beat.first_purchase_on,
    coalesce(sold.stake, 0) AS stake,
    CASE WHEN beat.overdue_ratio > 3 THEN 'high' WHEN beat.overdue_ratio > 1.5 THEN 'medium' WHEN beat.overdue_ratio >= 0 THEN 'low' END
        AS band,
    CASE
        WHEN beat.overdue_ratio > 1.5 THEN coalesce(sold.stake, 0)
        WHEN beat.overdue_ratio >= 0 THEN 0
    END AS money_at_risk,
    CASE WHEN beat.overdue_ratio > 1.5 THEN beat.recency_days END AS overdue_days,
    CASE
        WHEN trend.spend_now > 0 AND trend.spend_now < 0.8 * trend.spend_before AND beat.expected_gap <= 90
            THEN cast(round(100 * (1 - trend.spend_now / nullif(trend.spend_before, 0))) AS INTEGER)
    END AS spend_fall_pct,
    CASE
        WHEN trend.categories_now >= 1 AND 4 * trend.categories_now <= 3 * trend.categories_before AND beat.expected_gap <= 90
            THEN trend.categories_now
    END AS categories_now,
    trend.categories_before,
    CASE WHEN deliveries.late > 0 THEN deliveries.late END AS late,
    deliveries.promised,
    complaints.complaint_days,
    CASE WHEN answers.median_hours > 24 THEN cast(round(answers.median_hours) AS INTEGER) END AS answer_hours,
    CASE WHEN prices.gap > 0.05 THEN cast(round(100 * prices.gap) AS INTEGER) END AS price_gap_pct,
    silence.silent_days
FROM rhythm(as_of) AS beat
LEFT JOIN customer_margins(as_of - 365, as_of) AS sold ON sold.customer_id = beat.customer_id
LEFT JOIN spend_trends(as_of) AS trend ON trend.customer_id = beat.customer_id
LEFT JOIN late_deliveries(as_of) AS deliveries ON deliveries.customer_id = beat.customer_id
LEFT JOIN complaints ON complaints.customer_id = beat.customer_id
LEFT JOIN answer_times(as_of) AS answers ON answers.customer_id = beat.customer_id
LEFT JOIN price_gaps(as_of) AS prices ON prices.customer_id = beat.customer_id
LEFT JOIN silences(as_of) AS silence ON silence.customer_id = beat.customer_id;
