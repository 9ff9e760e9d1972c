-- Which written contacts of the last 30 days has nobody answered by the end of as_of? An answer is any outbound contact with
-- that customer after it; what is older than 30 days cannot be answered any more.
CREATE OR REPLACE TEMP MACRO unanswered_questions(as_of) AS TABLE
WITH answers AS (
    SELECT customer_id, max("at") AS last_at
    FROM interactions
    WHERE direction = 'out' AND "at" >= as_of - 29 AND "at" < as_of + 1
    GROUP BY customer_id
)
SELECT question.id, question.customer_id, question.asked_at
FROM written_questions(as_of - 30, as_of) AS question
LEFT JOIN answers ON answers.customer_id = question.customer_id
WHERE coalesce(answers.last_at <= question.asked_at, true);
