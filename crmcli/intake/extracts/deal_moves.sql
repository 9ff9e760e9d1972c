-- Every change of a deal's stage, with who made it.
SELECT
    deal.opportunity_no,
    step.move_no,
    step.moved_on,
    step.from_stage,
    step.to_stage,
    step."status",
    mover.code AS manager,
    step.note,
    step.custom
FROM deal_moves AS step
JOIN opportunities AS deal ON deal.id = step.opportunity_id
LEFT JOIN managers AS mover ON mover.id = step.manager_id
