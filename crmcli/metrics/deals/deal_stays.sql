-- How long was each deal in each of its stages, by the end of as_of? One row a deal and open stage it has a move into; stays of
-- one stage are added up, days on hold count. is_left: it is in the stage no more; else days go up to as_of.
CREATE OR REPLACE TEMP MACRO deal_stays(as_of) AS TABLE
WITH ends AS (
    SELECT lower(trim(name)) AS stage, arg_min(outcome, stage_no) AS outcome
    FROM deal_stages
    GROUP BY lower(trim(name))
),
moved AS (
    SELECT
        opportunity_id,
        to_stage AS stage,
        "status",
        moved_on,
        lead(moved_on) OVER (PARTITION BY opportunity_id ORDER BY move_no) AS next_on
    FROM deal_moves
    WHERE moved_on <= as_of
)
SELECT
    moved.opportunity_id,
    moved.stage,
    min(moved.moved_on) AS entered_on,
    cast(sum(coalesce(moved.next_on, as_of) - moved.moved_on) AS INTEGER) AS days,
    bool_and(moved.next_on IS NOT NULL) AS is_left
FROM moved
LEFT JOIN ends ON ends.stage = lower(trim(moved.stage))
LEFT JOIN deal_words() AS told ON told.word = lower(trim(replace(replace(moved.stage, '-', ' '), '_', ' ')))
WHERE coalesce(moved."status", ends.outcome, told.outcome, 'open') IN ('open', 'hold')
GROUP BY moved.opportunity_id, moved.stage;
