-- Which order lines were promised for a day of (since, until], when had all of each arrived, and was that in time? The lines of
-- fulfilled_lines, so a line of an order delivered in parts counts by its own parcels and not by the last one of its order.
CREATE OR REPLACE TEMP MACRO promised_lines(since, until) AS TABLE
SELECT customer_id, promised_on, arrived_on, in_time
FROM fulfilled_lines(since, until);
