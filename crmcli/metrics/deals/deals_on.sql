-- How did every deal stand at the end of as_of? One row a deal known by then (opened or closed by then, or without any day).
-- outcome: open, hold, won, lost; NULL: it was closed, how is not known. The moves of the deal tell it where later ones
-- followed; else its status, else the outcome given to its stage, else the stage's own word (deal_words). A deal closed after
-- as_of was open; one called open is open whatever its days say; one closed in a stage that is not an end is unknown.
-- stage: of the moves by then, else of the first move to come, else the deal's own; NULL: not known any more.
-- closed_on: NULL unless over by then and dated. stage_since: the day it came to its stage, its opening where no move tells;
-- has_moves: whether one does. days_in_stage: of open ones and those on hold. probability_by_hand: of the same.
CREATE OR REPLACE TEMP MACRO deals_on(as_of) AS TABLE
WITH past AS (
    SELECT
        opportunity_id,
        arg_max(to_stage, move_no) AS stage,
        arg_max(coalesce("status", ''), move_no) AS told,
        max(moved_on) AS moved_on,
        max(moved_on) FILTER (WHERE to_stage IS DISTINCT FROM from_stage) AS stage_since
    FROM deal_moves
    WHERE moved_on <= as_of
    GROUP BY opportunity_id
),
future AS (
    SELECT
        opportunity_id,
        nullif(arg_min(coalesce(from_stage, ''), move_no), '') AS stage,
        min(moved_on) FILTER (WHERE from_stage IS NULL) AS entered_on
    FROM deal_moves
    WHERE moved_on > as_of
    GROUP BY opportunity_id
),
stages AS (
    SELECT lower(trim(name)) AS name, arg_min(outcome, stage_no) AS outcome
    FROM deal_stages
    GROUP BY lower(trim(name))
),
placed AS (
    SELECT
        deal.*,
        past.stage_since IS NOT NULL AS has_moves,
        future.opportunity_id IS NOT NULL AS moved_later,
        coalesce(deal.closed_on > as_of, false) AS closed_later,
        past.moved_on AS last_moved_on,
        CASE
            WHEN future.opportunity_id IS NULL AND NOT coalesce(deal.closed_on > as_of, false) THEN deal.stage
            ELSE coalesce(past.stage, future.stage)
        END AS stage_then,
        CASE WHEN future.opportunity_id IS NULL THEN deal.status ELSE nullif(past.told, '') END AS status_then,
        past.stage AS moved_to,
        past.stage_since AS moved_since
    FROM opportunities AS deal
    LEFT JOIN past ON past.opportunity_id = deal.id
    LEFT JOIN future ON future.opportunity_id = deal.id
    WHERE
        coalesce(least(deal.opened_on, deal.closed_on, future.entered_on), as_of) <= as_of
        OR past.opportunity_id IS NOT NULL
),
worded AS (
    SELECT
        placed.*,
        lower(trim(replace(replace(placed.status_then, '-', ' '), '_', ' '))) AS status_word,
        lower(trim(replace(replace(placed.stage_then, '-', ' '), '_', ' '))) AS stage_word
    FROM placed
),
judged AS (
    SELECT
        worded.*,
        by_status.outcome AS status_outcome,
        coalesce(by_stage.outcome, by_word.outcome, 'open') AS stage_outcome
    FROM worded
    LEFT JOIN deal_words() AS by_status ON by_status.word = worded.status_word
    LEFT JOIN stages AS by_stage ON by_stage.name = lower(trim(worded.stage_then))
    LEFT JOIN deal_words() AS by_word ON by_word.word = worded.stage_word
),
decided AS (
    SELECT
        judged.*,
        CASE
            WHEN moved_to IS NULL THEN opened_on
            WHEN moved_to = stage_then THEN coalesce(moved_since, opened_on)
        END AS since_on,
        CASE
            WHEN moved_later THEN coalesce(status_outcome, stage_outcome)
            WHEN closed_later THEN 'open'
            WHEN status_outcome IS NOT NULL THEN status_outcome
            WHEN closed_on IS NOT NULL AND stage_outcome IN ('open', 'hold') THEN NULL
            ELSE stage_outcome
        END AS outcome
    FROM judged
)
SELECT
    id AS opportunity_id,
    opportunity_no,
    name,
    customer_id,
    product_id,
    manager_id,
    stage_then AS stage,
    outcome,
    amount,
    opened_on,
    expected_on,
    CASE
        WHEN outcome IN ('open', 'hold') THEN NULL
        WHEN moved_later THEN last_moved_on
        ELSE closed_on
    END AS closed_on,
    CASE WHEN outcome IN ('open', 'hold') THEN probability END AS probability_by_hand,
    CASE WHEN NOT (moved_later AND outcome IN ('open', 'hold')) AND NOT closed_later THEN competitor END AS competitor,
    CASE WHEN outcome = 'lost' THEN lost_reason END AS lost_reason,
    campaign,
    since_on AS stage_since,
    CASE WHEN outcome IN ('open', 'hold') THEN as_of - since_on END AS days_in_stage,
    has_moves
FROM decided;
