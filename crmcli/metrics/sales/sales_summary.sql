-- What was sold in (since, until], to anyone? One row; margin over the lines whose cost is known, empty when none is.
CREATE OR REPLACE TEMP MACRO sales_summary(since, until) AS TABLE
SELECT
    count(*) AS lines,
    coalesce(sum(net), 0) AS revenue,
    coalesce(sum(net) FILTER (WHERE customer_id IS NOT NULL), 0) AS identified_revenue,
    count(*) FILTER (WHERE customer_id IS NULL) AS anonymous_lines,
    coalesce(sum(net) FILTER (WHERE customer_id IS NULL), 0) AS anonymous_revenue,
    count(*) FILTER (WHERE cost IS NOT NULL) AS costed_lines,
    cast(sum(net) FILTER (WHERE cost IS NOT NULL) / nullif(sum(net), 0) AS DOUBLE) AS cost_coverage,
    cast(sum(net - cost) AS DECIMAL(38, 4)) AS margin
FROM costed_lines(since, until);
