-- Who may be leaving, why, and how much money is at risk?
-- :answer
SELECT
    contact.code AS customer,
    contact.name,
    fact.last_purchase_on,
    fact.recency_days,
    round(fact.expected_gap, 9) AS expected_gap,
    round(fact.overdue_ratio, 9) AS overdue_ratio,
    round(outlook.p_alive, 12) AS p_alive,
    round(outlook.churn_risk, 12) AS churn_risk,
    CASE
        WHEN outlook.churn_risk >= 0.8 THEN 'high'
        WHEN outlook.churn_risk >= 0.5 THEN 'medium'
        WHEN outlook.churn_risk IS NOT NULL THEN 'low'
        ELSE fact.band
    END AS band,
    cast(
        CASE
            WHEN outlook.churn_risk IS NOT NULL THEN round(outlook.churn_risk * cast(fact.stake AS DOUBLE), 4)
            ELSE fact.money_at_risk
        END AS DECIMAL(38, 4)
    ) AS money_at_risk,
    nullif(
        concat_ws(
            '; ',
            replace(
                replace($overdue, '{days}', cast(fact.overdue_days AS VARCHAR)),
                '{gap}',
                cast(cast(round(fact.expected_gap) AS BIGINT) AS VARCHAR)
            ),
            replace($falling, '{percent}', cast(fact.spend_fall_pct AS VARCHAR)),
            replace(
                replace($narrower, '{now}', cast(fact.categories_now AS VARCHAR)),
                '{before}',
                cast(fact.categories_before AS VARCHAR)
            ),
            replace(replace($late, '{late}', cast(fact.late AS VARCHAR)), '{promised}', cast(fact.promised AS VARCHAR)),
            replace($complaint, '{days}', cast(fact.complaint_days AS VARCHAR)),
            replace($slow, '{hours}', cast(fact.answer_hours AS VARCHAR)),
            replace($dearer, '{percent}', cast(fact.price_gap_pct AS VARCHAR)),
            replace($silent, '{days}', cast(fact.silent_days AS VARCHAR))
        ),
        ''
    ) AS reasons
FROM churn_facts($as_of) AS fact
INNER JOIN contacts AS contact ON contact.id = fact.customer_id
LEFT JOIN outlook ON outlook.customer_id = fact.customer_id
ORDER BY money_at_risk DESC NULLS LAST, contact.code;
-- :figures
WITH told AS (
    SELECT
        count(*) AS customers,
        count(*) FILTER (WHERE band = 'high') AS high,
        count(*) FILTER (WHERE band = 'medium') AS medium,
        count(*) FILTER (WHERE band IS NULL) AS rhythmless,
        count(churn_risk) AS modelled,
        coalesce(sum(churn_risk), 0) AS expected_silent,
        coalesce(sum(money_at_risk), 0) AS at_risk,
        coalesce(sum(money_at_risk) FILTER (WHERE band = 'high'), 0) AS high_at_risk
    FROM answer
)
SELECT told.*, sold.lines, sold.costed_lines, sold.cost_coverage, sold.anonymous_lines, sold.anonymous_revenue
FROM told
CROSS JOIN sales_summary($year_before, $as_of) AS sold;
-- :bands
SELECT
    band,
    count(*) AS customers,
    round(count(*) / nullif(sum(count(*)) OVER (), 0), 12) AS share,
    cast(sum(money_at_risk) AS DECIMAL(38, 4)) AS money_at_risk
FROM answer
GROUP BY band
ORDER BY CASE band WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END;
-- :backtest
SELECT * FROM backtests ORDER BY origin;
-- :calibration
SELECT * FROM calibration ORDER BY fifth;
-- :tested
SELECT count(*) AS origins FROM answer;
