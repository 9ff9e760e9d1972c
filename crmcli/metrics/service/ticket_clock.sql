-- How long did each ticket opened by a moment take, in minutes of work without its pauses, what was promised, when is that due, and was
-- it kept? By the calendar of its policy, else the usual one. Minutes of what was not answered or settled by then, or is dated before
-- it was opened, are empty, and so is what was kept where nothing was promised or nothing is decided. Needs the temporary tables of reports/service/clock.
CREATE OR REPLACE TEMP MACRO ticket_clock(moment) AS TABLE
FROM ticket_clock_since(moment, TIMESTAMP '0001-01-01 00:00:00');
