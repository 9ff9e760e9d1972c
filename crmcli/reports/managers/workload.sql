-- How much is each manager loaded with, and is what was planned being done? The managers asked for lie in workload_team.
-- :answer
WITH accounts AS (
    SELECT
        contact.manager_id,
        count(*) AS accounts,
        count(*) FILTER (WHERE takes.is_key) AS key_accounts,
        cast(coalesce(sum(takes.hours), 0) AS DECIMAL(38, 4)) AS planned_hours,
        cast(coalesce(sum(sold.revenue), 0) AS DECIMAL(38, 4)) AS revenue_365
    FROM known_parties($as_of) AS party
    INNER JOIN contacts AS contact ON contact.id = party.customer_id
    LEFT JOIN account_hours($as_of, $a_hours, $b_hours, $c_hours) AS takes ON takes.customer_id = party.customer_id
    LEFT JOIN customer_margins($year_before, $as_of) AS sold ON sold.customer_id = party.customer_id
    WHERE NOT party.is_outside
    GROUP BY contact.manager_id
),
met AS (
    SELECT
        manager_id,
        count(*) AS contacts_30,
        cast(round(sum(minutes) / 60, 2) AS DOUBLE) AS hours_30
    FROM interactions
    WHERE "at" >= $month_first AND "at" < $day_after
    GROUP BY manager_id
),
steps AS (
    SELECT
        manager_id,
        count(*) FILTER (WHERE "state" = 'due' AND due_on <= $fortnight) AS steps_due_14,
        count(*) FILTER (WHERE "state" = 'late') AS steps_late,
        count(*) FILTER (WHERE "state" = 'done' AND done_on > $quarter_before) AS done_90,
        count(*) FILTER (
            WHERE "state" IN ('done', 'skipped', 'late') AND due_on > $quarter_before AND due_on <= $as_of
        ) AS due_90,
        count(*) FILTER (
            WHERE "state" = 'done' AND done_on <= due_on AND due_on > $quarter_before AND due_on <= $as_of
        ) AS kept_90
    FROM plan_steps_on($as_of)
    GROUP BY manager_id
),
asked AS (
    SELECT agent_id AS manager_id, count(*) AS open_tickets
    FROM open_tickets($as_of)
    GROUP BY agent_id
),
deals AS (
    SELECT
        manager_id,
        count(*) AS open_deals,
        cast(coalesce(sum(amount), 0) AS DECIMAL(38, 4)) AS deals_amount
    FROM deals_on($as_of)
    WHERE outcome IN ('open', 'hold')
    GROUP BY manager_id
),
people AS (
    SELECT manager.*
    FROM managers AS manager
    INNER JOIN workload_team AS team ON team.manager_id = manager.id
    UNION ALL BY NAME
    SELECT NULL AS id WHERE $senior IS NULL
)
SELECT
    people.code AS manager,
    people.name,
    people.role,
    people.senior,
    coalesce(accounts.accounts, 0) AS accounts,
    coalesce(accounts.key_accounts, 0) AS key_accounts,
    people.capacity_hours,
    coalesce(accounts.planned_hours, 0) AS planned_hours,
    round(cast(coalesce(accounts.planned_hours, 0) / nullif(people.capacity_hours, 0) AS DOUBLE), 12) AS load_share,
    met.hours_30,
    coalesce(met.contacts_30, 0) AS contacts_30,
    coalesce(steps.steps_due_14, 0) AS steps_due_14,
    coalesce(steps.steps_late, 0) AS steps_late,
    coalesce(steps.done_90, 0) AS done_90,
    round(cast(steps.kept_90 AS DOUBLE) / nullif(steps.due_90, 0), 12) AS plan_kept_share,
    coalesce(asked.open_tickets, 0) AS open_tickets,
    coalesce(deals.open_deals, 0) AS open_deals,
    coalesce(deals.deals_amount, 0) AS deals_amount,
    coalesce(accounts.revenue_365, 0) AS revenue_365
FROM people
LEFT JOIN accounts ON accounts.manager_id IS NOT DISTINCT FROM people.id
LEFT JOIN met ON met.manager_id IS NOT DISTINCT FROM people.id
LEFT JOIN steps ON steps.manager_id IS NOT DISTINCT FROM people.id
LEFT JOIN asked ON asked.manager_id IS NOT DISTINCT FROM people.id
LEFT JOIN deals ON deals.manager_id IS NOT DISTINCT FROM people.id
WHERE
    (people.id IS NOT NULL AND coalesce(people.active, true))
    OR accounts.accounts > 0
    OR steps.steps_due_14 > 0
    OR steps.steps_late > 0
    OR asked.open_tickets > 0
    OR deals.open_deals > 0
ORDER BY people.id IS NULL, load_share DESC NULLS LAST, people.code;
-- :figures
WITH people AS (
    SELECT answer.*, answer.capacity_hours - answer.planned_hours AS room, coalesce(known.active, true) AS is_active
    FROM answer
    INNER JOIN managers AS known ON known.code = answer.manager
),
fullest AS (
    SELECT name AS fullest, load_share AS fullest_load FROM people ORDER BY load_share DESC NULLS LAST, manager LIMIT 1
),
freest AS (
    SELECT name AS freest, room AS freest_room FROM people WHERE is_active ORDER BY room DESC NULLS LAST, manager LIMIT 1
)
SELECT
    (SELECT count(*) FROM people) AS managers,
    (SELECT count(*) FROM people WHERE load_share > 1) AS over,
    (SELECT string_agg(name, ', ' ORDER BY load_share DESC, manager) FROM people WHERE load_share > 1) AS over_names,
    (SELECT count(*) FROM people WHERE capacity_hours IS NULL) AS without_capacity,
    (SELECT coalesce(sum(accounts), 0) FROM answer WHERE manager IS NULL) AS orphans,
    (SELECT coalesce(sum(key_accounts), 0) FROM answer WHERE manager IS NULL) AS key_orphans,
    (SELECT coalesce(sum(steps_late), 0) FROM answer) AS late,
    (SELECT count(*) FROM people WHERE NOT is_active) AS inactive,
    (SELECT fullest FROM fullest) AS fullest,
    (SELECT fullest_load FROM fullest) AS fullest_load,
    (SELECT freest FROM freest) AS freest,
    (SELECT freest_room FROM freest) AS freest_room;
