-- Every wording of every answer, with who wrote and who approved it.
SELECT
    answer.answer_no,
    answer.question,
    answer."language",
    answer.tags,
    answer.retired_on,
    wording.version,
    wording."text",
    wording.written_at,
    author.code AS author,
    wording.approved_at,
    approver.code AS approver,
    wording.custom
FROM answers AS answer
LEFT JOIN answer_versions AS wording ON wording.answer_id = answer.id
LEFT JOIN managers AS author ON author.id = wording.author_id
LEFT JOIN managers AS approver ON approver.id = wording.approver_id
