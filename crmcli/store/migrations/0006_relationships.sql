-- Key accounts, what they need, who can look after them, plans with their steps, and what customers like.

-- The rule that chooses key accounts, as written (TOML); the highest version is in force from written_on.
CREATE TABLE key_rules (
    id INTEGER NOT NULL, version INTEGER NOT NULL, rule VARCHAR NOT NULL, written_on DATE NOT NULL, note VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- Picked by hand: side in or out, from a day, up to and with a day (NULL: until changed).
CREATE TABLE key_picks (
    id INTEGER NOT NULL, customer_id INTEGER NOT NULL, side VARCHAR NOT NULL, from_on DATE NOT NULL, to_on DATE, reason VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- One row a stay: entered_on is the first day in, left_on the first day out again (NULL: still in).
CREATE TABLE key_accounts (
    id INTEGER NOT NULL, customer_id INTEGER NOT NULL, entered_on DATE NOT NULL, left_on DATE, rule_version INTEGER,
    score DECIMAL(18, 4), entry_reason VARCHAR NOT NULL, left_reason VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- What looking after a customer takes: skills and languages a manager must have, hours a month. No row: nothing is required.
CREATE TABLE account_needs (
    id INTEGER NOT NULL, customer_id INTEGER NOT NULL, skills VARCHAR, languages VARCHAR, hours DECIMAL(18, 4), note VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- Duties of managers by role, in the owner's own words; a role without a row has the duties that come with crmcli.
CREATE TABLE duties (
    id INTEGER NOT NULL, role VARCHAR NOT NULL, line_no INTEGER NOT NULL, "text" VARCHAR NOT NULL,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- A relationship plan: with whom, towards which level, from when to when; closed_on: the first day it no longer lives, and why.
CREATE TABLE account_plans (
    id INTEGER NOT NULL, plan_no VARCHAR NOT NULL, customer_id INTEGER NOT NULL, level VARCHAR NOT NULL, from_on DATE NOT NULL,
    to_on DATE NOT NULL, closed_on DATE, closed_reason VARCHAR, note VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- measure: a figure of the plan's time, such as revenue, margin, purchases, categories; target: what it shall reach by by_on.
CREATE TABLE plan_goals (
    id INTEGER NOT NULL, plan_id INTEGER NOT NULL, measure VARCHAR NOT NULL, target DECIMAL(18, 4) NOT NULL, by_on DATE NOT NULL,
    note VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- How often the customer is to be touched by a channel; the steps made from it lie in plan_steps.
CREATE TABLE plan_cadences (
    id INTEGER NOT NULL, plan_id INTEGER NOT NULL, channel VARCHAR NOT NULL, every_days INTEGER NOT NULL, minutes DECIMAL(18, 4),
    subject VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- first_due_on: as planned at first; due_on: as moved since. Neither done_on nor skipped_on: it is still to be done.
-- interaction_id: the contact that did it; manager_id: who did it; outcome: what came of it, or why it was skipped.
CREATE TABLE plan_steps (
    id INTEGER NOT NULL, plan_id INTEGER NOT NULL, step_no INTEGER NOT NULL, made_on DATE NOT NULL, first_due_on DATE NOT NULL,
    due_on DATE NOT NULL, channel VARCHAR, subject VARCHAR, minutes DECIMAL(18, 4), done_on DATE, skipped_on DATE,
    manager_id INTEGER, interaction_id INTEGER, outcome VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- Every time a step got another day, and on which day that was decided; the latest is the step's due_on.
CREATE TABLE plan_moves (
    id INTEGER NOT NULL, plan_id INTEGER NOT NULL, step_no INTEGER NOT NULL, move_no INTEGER NOT NULL, moved_on DATE NOT NULL,
    due_on DATE NOT NULL,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- What a customer likes or needs, as heard: kind preference or need; from noted_on, no longer from ended_on.
CREATE TABLE preferences (
    id INTEGER NOT NULL, customer_id INTEGER NOT NULL, kind VARCHAR NOT NULL, "text" VARCHAR NOT NULL, noted_on DATE NOT NULL,
    ended_on DATE, source VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);

-- What was agreed for one unit of an order line with the tax in it; NULL: its unit_price, before tax, is what was agreed.
ALTER TABLE order_lines ADD COLUMN price_with_tax DECIMAL(18, 4);
ALTER TABLE history.order_lines ADD COLUMN price_with_tax DECIMAL(18, 4);
