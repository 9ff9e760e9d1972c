-- A cost activity may say how much of its driver its pool can do: the practical volume of time-driven costing.
ALTER TABLE cost_activities ADD COLUMN capacity DECIMAL(18, 4);
ALTER TABLE history.cost_activities ADD COLUMN capacity DECIMAL(18, 4);
