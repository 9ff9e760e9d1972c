-- How did every ticket opened by a moment stand then? By its thread where it has one, else by its own dates and status. status: open,
-- waiting (for the customer, waiting_since), resolved, closed. A reply or a message of the customer ends a wait; opening a ticket again
-- takes back that it was resolved and closed. reopened, reassigned: how often by then, those told by where it came from with them;
-- settled_at: when, by all that is known now. Facts that never change stand beside, so that nobody has to join them.
CREATE OR REPLACE TEMP MACRO ticket_states(moment) AS TABLE
FROM ticket_states_of(moment, false);
