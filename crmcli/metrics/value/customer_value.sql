-- What has each party been worth so far? realised = margin − cost to serve; while there are no cost activities it is the
-- margin alone and cost_to_serve is empty; where no cost of goods is known, margin and realised are empty.
CREATE OR REPLACE TEMP MACRO customer_value(as_of) AS TABLE
SELECT customer_id, lines, revenue, margin, cost_to_serve, realised
FROM past_flows(as_of, 0.0);
