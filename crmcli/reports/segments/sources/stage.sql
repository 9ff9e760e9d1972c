-- At which stage of its life is each party, and of which class?
SELECT customer_id, stage, class AS abc
FROM life_stages(cast($as_of AS DATE) - 365, cast($as_of AS DATE))
