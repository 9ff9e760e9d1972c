-- The steps of a deal, in their order.
SELECT
    stage_no,
    name,
    outcome,
    probability,
    rot_days,
    custom
FROM deal_stages
