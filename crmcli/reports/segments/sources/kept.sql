-- In which segments was each customer when their owner last kept them? Each between bars, in small letters.
WITH newest AS (
    SELECT segment, max(taken_on) AS taken_on
    FROM segment_members
    WHERE taken_on <= cast($as_of AS DATE)
    GROUP BY segment
)
SELECT member.customer_id, '|' || string_agg(lower(member.segment), '|') || '|' AS kept
FROM segment_members AS member
INNER JOIN newest ON newest.segment = member.segment AND newest.taken_on = member.taken_on
WHERE member.customer_id IS NOT NULL
GROUP BY member.customer_id
