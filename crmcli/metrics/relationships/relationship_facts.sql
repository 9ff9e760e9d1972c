-- What was done for each customer in the 365 days to as_of? answered: questions and tickets answered, calls, visits and meetings
-- they came with; followed: outbound contacts on a day of purchase or within 30 days after; offers: outbound ones, and quotes
-- sent (each number once); the live plan with most steps done in that time. Empty: what waits for an answer, the last purchase.
CREATE OR REPLACE TEMP MACRO relationship_facts(as_of) AS TABLE
WITH touches AS (
    SELECT
        customer_id,
        cast("at" AS DATE) AS touched_on,
        direction = 'out' AS is_out,
        lower(coalesce(kind, '')) = 'offer' AS is_offer
    FROM interactions
    WHERE direction IN ('in', 'out') AND "at" >= as_of - 364 AND "at" < as_of + 1
),
days AS (
    SELECT customer_id, bought_on FROM purchase_days(as_of) WHERE is_occasion AND bought_on > as_of - 365
),
asked AS (  -- all that came in, less what was written, and of that what was answered
    SELECT customer_id, 1 AS answers FROM touches WHERE NOT is_out
    UNION ALL
    SELECT customer_id, -1 FROM written_questions(as_of - 365, as_of)
    UNION ALL
    SELECT customer_id, 1 FROM first_answers(as_of - 365, as_of) WHERE answered_at IS NOT NULL
),
answered AS (
    SELECT customer_id, cast(sum(answers) AS BIGINT) AS answered FROM asked GROUP BY customer_id
),
outbound AS (
    SELECT
        touch.customer_id,
        count(*) FILTER (WHERE touch.touched_on - bought.bought_on <= 30) AS followed,
        count(*) FILTER (WHERE touch.is_offer) AS offers
    FROM (SELECT * FROM touches WHERE is_out) AS touch
    ASOF LEFT JOIN days AS bought ON bought.customer_id = touch.customer_id AND bought.bought_on <= touch.touched_on
    GROUP BY touch.customer_id
),
quoted AS (
    SELECT customer_id, count(DISTINCT quote_no) AS quotes
    FROM quotes
    WHERE sent_on > as_of - 365 AND sent_on <= as_of
    GROUP BY customer_id
),
planned AS (
    SELECT
        plan.customer_id,
        plan.plan_no,
        count(*) FILTER (WHERE step."state" = 'done' AND step.done_on > as_of - 365) AS steps_done
    FROM live_plans_on(as_of) AS plan
    LEFT JOIN plan_steps_on(as_of) AS step ON step.plan_id = plan.plan_id
    GROUP BY plan.customer_id, plan.plan_no
),
plans AS (
    SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY steps_done DESC, plan_no) AS place FROM planned
),
questions AS (
    SELECT customer_id, cast(min(asked_at) AS DATE) AS question_on FROM unanswered_questions(as_of) GROUP BY customer_id
),
waiting AS (
    SELECT
        still_open.customer_id,
        cast(still_open.opened_at AS DATE) AS ticket_on,
        still_open.ticket_no,
        row_number() OVER (PARTITION BY still_open.customer_id ORDER BY still_open.opened_at, still_open.ticket_no) AS place
    FROM open_tickets(as_of) AS still_open
    WHERE still_open.answered_at IS NULL AND still_open.opened_at >= as_of - 364
),
purchases AS (
    SELECT customer_id, max(bought_on) AS last_bought_on FROM days GROUP BY customer_id
)
SELECT
    contact.id AS customer_id,
    coalesce(answered.answered, 0) AS answered,
    coalesce(outbound.followed, 0) AS followed,
    coalesce(outbound.offers, 0) + coalesce(quoted.quotes, 0) AS offers,
    plans.plan_no,
    coalesce(plans.steps_done, 0) AS steps_done,
    questions.question_on,
    waiting.ticket_on,
    waiting.ticket_no,
    purchases.last_bought_on
FROM contacts AS contact
LEFT JOIN answered ON answered.customer_id = contact.id
LEFT JOIN outbound ON outbound.customer_id = contact.id
LEFT JOIN quoted ON quoted.customer_id = contact.id
LEFT JOIN plans ON plans.customer_id = contact.id AND plans.place = 1
LEFT JOIN questions ON questions.customer_id = contact.id
LEFT JOIN waiting ON waiting.customer_id = contact.id AND waiting.place = 1
LEFT JOIN purchases ON purchases.customer_id = contact.id;
