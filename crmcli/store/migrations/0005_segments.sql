-- Segments by name: the rule as the owner wrote it.
CREATE TABLE segments (
    id INTEGER NOT NULL, name VARCHAR NOT NULL, rule VARCHAR NOT NULL, note VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- Who was in a segment on a day, kept by the owner: one row a member, with the rule it was taken by.
-- A day on which nobody was in it has one row without a customer.
CREATE TABLE segment_members (
    id INTEGER NOT NULL, segment VARCHAR NOT NULL, taken_on DATE NOT NULL, customer_id INTEGER, rule VARCHAR NOT NULL,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
