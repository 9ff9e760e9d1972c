-- What did each party bring in (since, until]? Margin over the lines whose cost is known, empty when none is; stake is the
-- same with revenue in place of the margin of lines whose cost is unknown; costed_revenue is what the margin was earned on.
CREATE OR REPLACE TEMP MACRO customer_margins(since, until) AS TABLE
SELECT
    customer_id,
    count(*) AS lines,
    sum(net) AS revenue,
    sum(net) FILTER (WHERE cost IS NOT NULL) AS costed_revenue,
    cast(sum(net - cost) AS DECIMAL(38, 4)) AS margin,
    cast(sum(net - coalesce(cost, 0)) AS DECIMAL(38, 4)) AS stake
FROM costed_lines(since, until)
WHERE customer_id IS NOT NULL
GROUP BY customer_id;
