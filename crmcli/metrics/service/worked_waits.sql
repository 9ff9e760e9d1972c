-- How many hours of work did each question of (since, until] wait for its first answer? By the usual calendar as of the moment its
-- windows were made for (temporary tables of reports/service/clock); what was not answered by the end of until has waited until then.
CREATE OR REPLACE TEMP MACRO worked_waits(since, until) AS TABLE
WITH questions AS (
    SELECT
        first_answer.source,
        first_answer.customer_id,
        first_answer.asked_at,
        coalesce(first_answer.answered_at, cast(until + 1 AS TIMESTAMP)) AS answered_at,
        usual.calendar_id
    FROM first_answers(since, until) AS first_answer
    CROSS JOIN clock_usual AS usual
)
SELECT
    question.source,
    question.customer_id,
    (
        coalesce(later.worked + epoch_us(least(question.answered_at, later.to_at)) - epoch_us(later.from_at), 0)
        - coalesce(earlier.worked + epoch_us(least(question.asked_at, earlier.to_at)) - epoch_us(earlier.from_at), 0)
    ) / 3600000000.0 AS hours
FROM questions AS question
LEFT JOIN clock_shown AS earlier
    ON
        earlier.calendar_id = question.calendar_id
        AND earlier."day" = cast(question.asked_at AS DATE)
        AND earlier.from_at <= question.asked_at
        AND earlier.until_at > question.asked_at
LEFT JOIN clock_shown AS later
    ON
        later.calendar_id = question.calendar_id
        AND later."day" = cast(question.answered_at AS DATE)
        AND later.from_at <= question.answered_at
        AND later.until_at > question.answered_at;
