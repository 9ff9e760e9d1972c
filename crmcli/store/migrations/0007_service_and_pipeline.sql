-- The service desk (threads of tickets, working hours, promises of time, approved answers) and the sales pipeline.

-- What a ticket is about and how it was ranked. customer_class and priority_reason: as they were when it was opened here.
-- reassigned, sla_kept: as told by the system it came from; what happens here is counted from ticket_events.
-- about_ticket_id: the ticket it repeats or follows; replacement_order_no: the order that makes the customer whole.
ALTER TABLE tickets ADD COLUMN customer_class VARCHAR;
ALTER TABLE tickets ADD COLUMN priority_reason VARCHAR;
ALTER TABLE tickets ADD COLUMN order_line_id INTEGER;
ALTER TABLE tickets ADD COLUMN about_ticket_id INTEGER;
ALTER TABLE tickets ADD COLUMN replacement_order_no VARCHAR;
ALTER TABLE tickets ADD COLUMN reassigned INTEGER;
ALTER TABLE tickets ADD COLUMN sla_kept BOOLEAN;
ALTER TABLE tickets ADD COLUMN nps INTEGER;
ALTER TABLE history.tickets ADD COLUMN customer_class VARCHAR;
ALTER TABLE history.tickets ADD COLUMN priority_reason VARCHAR;
ALTER TABLE history.tickets ADD COLUMN order_line_id INTEGER;
ALTER TABLE history.tickets ADD COLUMN about_ticket_id INTEGER;
ALTER TABLE history.tickets ADD COLUMN replacement_order_no VARCHAR;
ALTER TABLE history.tickets ADD COLUMN reassigned INTEGER;
ALTER TABLE history.tickets ADD COLUMN sla_kept BOOLEAN;
ALTER TABLE history.tickets ADD COLUMN nps INTEGER;
-- Months of warranty from the delivery (else the shipment, else the order); NULL: none was promised.
ALTER TABLE products ADD COLUMN warranty_months INTEGER;
ALTER TABLE history.products ADD COLUMN warranty_months INTEGER;

-- The whole thread of a ticket. kind: opened, message (of the customer), reply, note (inside), assigned, priority, waiting, resumed,
-- resolved, closed, reopened, linked, rated. was, became: codes, words or figures of what changed.
CREATE TABLE ticket_events (
    id INTEGER NOT NULL, ticket_id INTEGER NOT NULL, event_no INTEGER NOT NULL, "at" TIMESTAMP NOT NULL, kind VARCHAR NOT NULL,
    channel VARCHAR, agent_id INTEGER, "text" VARCHAR, was VARCHAR, became VARCHAR, minutes DECIMAL(18, 4),
    answer_id INTEGER, answer_version INTEGER,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- When the firm works: its time zone (NULL: that of the store's clock, without summer time), and whose public holidays are free.
CREATE TABLE calendars (
    id INTEGER NOT NULL, name VARCHAR NOT NULL, "zone" VARCHAR, country VARCHAR, subdivision VARCHAR, note VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- The usual week, from a day on until the next from_on of that calendar: windows in minutes of the day, weekday 1 is Monday.
CREATE TABLE calendar_hours (
    id INTEGER NOT NULL, calendar_id INTEGER NOT NULL, from_on DATE NOT NULL, weekday INTEGER NOT NULL,
    from_minute INTEGER NOT NULL, to_minute INTEGER NOT NULL,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- A day that is not as usual: its windows, or one row without minutes when it is free. It goes before holidays and the week.
CREATE TABLE calendar_days (
    id INTEGER NOT NULL, calendar_id INTEGER NOT NULL, "day" DATE NOT NULL, from_minute INTEGER, to_minute INTEGER, note VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- What is promised, in minutes of work, to tickets opened from from_on, before to_on (NULL: until changed). An empty priority, class
-- or kind fits all; of several that fit, the one with most of them named goes first.
CREATE TABLE sla_policies (
    id INTEGER NOT NULL, policy_no INTEGER NOT NULL, priority VARCHAR, customer_class VARCHAR, kind VARCHAR,
    response_minutes INTEGER, resolution_minutes INTEGER, calendar_id INTEGER NOT NULL, from_on DATE NOT NULL, to_on DATE,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- One question, asked again and again, with one approved answer; retired_on: the first day it is no longer given.
CREATE TABLE answers (
    id INTEGER NOT NULL, answer_no VARCHAR NOT NULL, question VARCHAR NOT NULL, "language" VARCHAR, tags VARCHAR, retired_on DATE,
    retired_reason VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- Its wordings; the latest approved one is in force.
CREATE TABLE answer_versions (
    id INTEGER NOT NULL, answer_id INTEGER NOT NULL, version INTEGER NOT NULL, "text" VARCHAR NOT NULL, written_at TIMESTAMP NOT NULL,
    author_id INTEGER, approved_at TIMESTAMP, approver_id INTEGER,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- Each time one was given, in a ticket or outside of one.
CREATE TABLE answer_uses (
    id INTEGER NOT NULL, answer_id INTEGER NOT NULL, version INTEGER NOT NULL, used_at TIMESTAMP NOT NULL, agent_id INTEGER,
    ticket_id INTEGER,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);

-- The steps of a deal, in their order. outcome: open, won, lost; probability: what is believed before history can tell;
-- rot_days: days in the stage after which a deal is rotting (NULL: learned from history).
CREATE TABLE deal_stages (
    id INTEGER NOT NULL, name VARCHAR NOT NULL, stage_no INTEGER NOT NULL, outcome VARCHAR NOT NULL, probability DECIMAL(18, 4),
    rot_days INTEGER,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- Every change of a deal's stage; the first row is its entry (from_stage NULL). "status": what it was from then on: open, hold,
-- won, lost (NULL: as the stage says); a deal put on hold, resumed or reopened has a row whose two stages are one.
CREATE TABLE deal_moves (
    id INTEGER NOT NULL, opportunity_id INTEGER NOT NULL, move_no INTEGER NOT NULL, moved_on DATE NOT NULL, from_stage VARCHAR,
    to_stage VARCHAR NOT NULL, "status" VARCHAR, manager_id INTEGER, note VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- probability: the owner's own, which goes before the learned one.
ALTER TABLE opportunities ADD COLUMN probability DECIMAL(18, 4);
ALTER TABLE opportunities ADD COLUMN note VARCHAR;
ALTER TABLE history.opportunities ADD COLUMN probability DECIMAL(18, 4);
ALTER TABLE history.opportunities ADD COLUMN note VARCHAR;
-- The deal a touch was for; NULL: it counts for the deals of that customer open on the day.
ALTER TABLE interactions ADD COLUMN opportunity_id INTEGER;
ALTER TABLE history.interactions ADD COLUMN opportunity_id INTEGER;
