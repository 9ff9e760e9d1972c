-- Each time an answer was given, by whom and in which ticket.
SELECT
    answer.answer_no,
    given.version,
    given.used_at,
    agent.code AS agent,
    ticket.ticket_no,
    given.custom
FROM answer_uses AS given
JOIN answers AS answer ON answer.id = given.answer_id
LEFT JOIN managers AS agent ON agent.id = given.agent_id
LEFT JOIN tickets AS ticket ON ticket.id = given.ticket_id
