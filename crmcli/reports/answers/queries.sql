-- Answers as they stood at a moment: which there were, what was in force, how often they were given.

-- :listing
WITH written AS (
    SELECT answer_id, max("version") AS latest, max("version") FILTER (approved_at <= $at) AS in_force
    FROM answer_versions
    WHERE written_at <= $at
    GROUP BY answer_id
),
used AS (
    SELECT answer_id, count(*) FILTER (used_at >= $since) AS uses_90, max(used_at)::DATE AS last_used_on
    FROM answer_uses
    WHERE used_at <= $at
    GROUP BY answer_id
)
SELECT
    a.answer_no AS answer,
    a.question,
    a."language",
    a.tags,
    CASE
        WHEN a.retired_on <= $at::DATE THEN 'retired'
        WHEN w.in_force IS NULL THEN 'draft'
        WHEN date_diff('day', v.approved_at::DATE, $at::DATE) > $stale THEN 'stale'
        ELSE 'in force'
    END AS state,
    CASE WHEN w.latest > coalesce(w.in_force, 0) THEN w.latest END AS draft,
    date_diff('day', v.approved_at::DATE, $at::DATE) AS age_days,
    coalesce(u.uses_90, 0) AS uses_90,
    u.last_used_on
FROM answers AS a
INNER JOIN written AS w ON w.answer_id = a.id
LEFT JOIN answer_versions AS v ON v.answer_id = a.id AND v."version" = w.in_force
LEFT JOIN used AS u ON u.answer_id = a.id
WHERE $answer IS NULL OR a.id = $answer
ORDER BY u.uses_90 DESC NULLS LAST, a.answer_no;

-- :versions
SELECT
    v."version",
    CASE
        WHEN v."version" < max(v."version") FILTER (v.approved_at <= $at) OVER () THEN 'replaced'
        WHEN v.approved_at > $at OR v.approved_at IS NULL THEN 'draft'
        ELSE 'in force'
    END AS state,
    v.written_at,
    author.name AS author,
    CASE WHEN v.approved_at <= $at THEN v.approved_at END AS approved_at,
    CASE WHEN v.approved_at <= $at THEN approver.name END AS approver,
    (SELECT count(*) FROM answer_uses AS u WHERE u.answer_id = v.answer_id AND u."version" = v."version" AND u.used_at <= $at)
        AS uses,
    v."text"
FROM answer_versions AS v
LEFT JOIN managers AS author ON author.id = v.author_id
LEFT JOIN managers AS approver ON approver.id = v.approver_id
WHERE v.answer_id = $answer AND v.written_at <= $at
ORDER BY v."version" DESC;

-- :subjects
WITH asked AS (
    SELECT k.id, trim(k.subject) AS subject, lower(trim(k.subject)) AS folded, k.opened_at
    FROM tickets AS k
    WHERE k.opened_at <= $at AND k.opened_at > $since AND trim(k.subject) <> ''
        AND NOT EXISTS (SELECT 1 FROM answer_uses AS u WHERE u.ticket_id = k.id AND u.used_at <= $at)
)
SELECT min(subject) AS subject, count(*) AS tickets, max(opened_at)::DATE AS last_opened_on
FROM asked
GROUP BY folded
ORDER BY tickets DESC, folded
LIMIT $most;

-- :asked
SELECT
    count(*) AS tickets,
    count(*) FILTER (coalesce(trim(k.subject), '') = '') AS without_subject,
    count(*) FILTER (EXISTS (SELECT 1 FROM answer_uses AS u WHERE u.ticket_id = k.id AND u.used_at <= $at)) AS with_answer
FROM tickets AS k
WHERE k.opened_at <= $at AND k.opened_at > $since;
