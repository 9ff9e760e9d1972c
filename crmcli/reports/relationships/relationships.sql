-- How close a relationship does each customer deserve, how close is it, and what is missing for the next level?
-- :relations
SELECT level.*, contact.code, contact.name
FROM relationship_levels($as_of, $by, $measure) AS level
INNER JOIN contacts AS contact ON contact.id = level.customer_id;
-- :worded
-- What is missing for the next level; nothing where the level is reached or none can be recommended.
SELECT
    *,
    CASE
        WHEN gap IS NULL OR gap <= 0 THEN NULL
        WHEN actual_place = 1 AND ticket_on <= coalesce(question_on, ticket_on)
            THEN replace(replace($answer_ticket, '{day}', strftime(ticket_on, $day_format)), '{number}', ticket_no)
        WHEN actual_place = 1 AND question_on IS NOT NULL
            THEN replace($answer_message, '{day}', strftime(question_on, $day_format))
        WHEN actual_place = 1 THEN $start_talk
        WHEN actual_place = 2 AND last_bought_on >= $as_of - 30
            THEN replace(
                replace($follow_up, '{bought}', strftime(last_bought_on, $day_format)),
                '{day}',
                strftime(last_bought_on + 30, $day_format)
            )
        WHEN actual_place = 2 THEN $follow_next
        WHEN actual_place = 3 AND offers = 0 THEN $make_offers
        WHEN actual_place = 3 THEN $make_offer
        WHEN plan_no IS NULL
            -- as a shell takes it
            THEN replace(
                $agree_plan,
                '{code}',
                CASE
                    WHEN regexp_full_match(code, '[\p{L}\p{N}._-]+') THEN code
                    ELSE concat('''', replace(code, '''', '''\'''''), '''')
                END
            )
        ELSE replace(replace($do_steps, '{steps}', cast(4 - steps_done AS VARCHAR)), '{plan}', plan_no)
    END AS next_step
FROM relations;
-- :answer
SELECT
    code AS customer,
    name,
    recommended,
    actual,
    gap,
    "group",
    group_customers,
    size AS group_size,
    cast(measure AS DECIMAL(38, 4)) AS margin,
    band AS margin_band,
    next_step
FROM relations_worded
ORDER BY gap DESC NULLS LAST, measure DESC NULLS LAST, code;
-- :by_revenue
SELECT
    code AS customer,
    name,
    recommended,
    actual,
    gap,
    "group",
    group_customers,
    size AS group_size,
    cast(measure AS DECIMAL(38, 4)) AS revenue,
    band AS revenue_band,
    next_step
FROM relations_worded
ORDER BY gap DESC NULLS LAST, measure DESC NULLS LAST, code;
-- :matrix
SELECT
    name.level AS recommended,
    count(relation.customer_id) AS customers,
    count(relation.customer_id) FILTER (WHERE relation.actual = 'basic') AS basic,
    count(relation.customer_id) FILTER (WHERE relation.actual = 'reactive') AS reactive,
    count(relation.customer_id) FILTER (WHERE relation.actual = 'accountable') AS accountable,
    count(relation.customer_id) FILTER (WHERE relation.actual = 'proactive') AS proactive,
    count(relation.customer_id) FILTER (WHERE relation.actual = 'partnership') AS partnership
FROM (SELECT place, level FROM level_names() UNION ALL SELECT 6, NULL) AS name (place, level)
LEFT JOIN relations AS relation ON relation.recommended IS NOT DISTINCT FROM name.level
GROUP BY name.place, name.level
HAVING name.level IS NOT NULL OR count(relation.customer_id) > 0
ORDER BY name.place DESC;
-- :groups
SELECT
    "group",
    count(*) AS customers,
    any_value(size) AS group_size,
    cast(sum(measure) AS DECIMAL(38, 4)) AS margin,
    count(*) FILTER (WHERE gap > 0) AS behind,
    count(*) FILTER (WHERE gap < 0) AS ahead,
    round(avg(gap), 6) AS mean_gap
FROM relations
GROUP BY "group"
ORDER BY count(*) FILTER (WHERE gap > 0) DESC, "group" NULLS LAST;
-- :figures
WITH told AS (
    SELECT
        count(*) AS customers,
        count(*) FILTER (WHERE gap > 0) AS behind,
        count(*) FILTER (WHERE gap = 0) AS fitting,
        count(*) FILTER (WHERE gap < 0) AS ahead,
        count(*) FILTER (WHERE gap IS NULL) AS unknown,
        coalesce(sum(measure) FILTER (WHERE gap > 0), 0) AS behind_measure,
        count(*) FILTER (WHERE "group" IS NULL) AS groupless,
        count(*) FILTER (WHERE actual_place > 1 OR followed > 0 OR offers > 0 OR question_on IS NOT NULL) AS touched,
        any_value(low_cut) AS low_cut,
        any_value(high_cut) AS high_cut
    FROM relations
),
foremost AS (
    SELECT max(name) AS first_name, max(recommended) AS first_recommended, max(actual) AS first_actual
    FROM (SELECT * FROM relations WHERE gap > 0 ORDER BY gap DESC, measure DESC NULLS LAST, code LIMIT 1)
)
SELECT told.*, foremost.*, sold.lines, sold.costed_lines, sold.cost_coverage, sold.anonymous_lines, sold.anonymous_revenue
FROM told
CROSS JOIN foremost
CROSS JOIN sales_summary($year_before, $as_of) AS sold;
