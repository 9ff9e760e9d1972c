-- How many hours of work did each question of (since, until] wait for its first answer? Monday to Friday between two minutes of the
-- day, holidays not taken off; what was not answered by the end of until has waited until then.
CREATE OR REPLACE TEMP MACRO worked_waits(since, until, work_from, work_to) AS TABLE
WITH answers AS (
    SELECT
        source,
        customer_id,
        date_diff('day', DATE '1900-01-01', cast(asked_at AS DATE)) AS asked_day,
        hour(asked_at) * 60 + minute(asked_at) AS asked_minute,
        date_diff('day', DATE '1900-01-01', cast(coalesce(answered_at, until + 1) AS DATE)) AS answered_day,
        coalesce(hour(answered_at) * 60 + minute(answered_at), 0) AS answered_minute
    FROM first_answers(since, until)
)
-- minutes of work since a Monday (1900-01-01) up to the answer, less those up to the question, day 5 and 6 are the weekend
SELECT
    source,
    customer_id,
    (
        (work_to - work_from) * (5 * (answered_day // 7) + least(answered_day % 7, 5))
        + CASE WHEN answered_day % 7 < 5 THEN greatest(0, least(answered_minute, work_to) - work_from) ELSE 0 END
        - (work_to - work_from) * (5 * (asked_day // 7) + least(asked_day % 7, 5))
        - CASE WHEN asked_day % 7 < 5 THEN greatest(0, least(asked_minute, work_to) - work_from) ELSE 0 END
    ) / 60.0 AS hours
FROM answers;
