-- What did each product bring in (since, until]? Margin over the lines whose cost is known, empty when none is.
CREATE OR REPLACE TEMP MACRO product_margins(since, until) AS TABLE
SELECT
    product_id,
    count(*) AS lines,
    sum(net) AS revenue,
    cast(sum(net - cost) AS DECIMAL(38, 4)) AS margin
FROM costed_lines(since, until)
WHERE product_id IS NOT NULL
GROUP BY product_id;
