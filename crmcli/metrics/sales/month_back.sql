-- Counted lines of (since, until] with the month each falls in, counted back from until: 0 is the month that ends that day.
-- Months run from day to day (16 May to 15 June); where until is a month's last day they are calendar months.
CREATE OR REPLACE TEMP MACRO month_back(since, until) AS TABLE
SELECT
    customer_id,
    product_id,
    net,
    (year(until) - year(ordered_on)) * 12 + month(until) - month(ordered_on)
    - CASE WHEN day(until + 1) > 1 AND day(ordered_on) > day(until) THEN 1 ELSE 0 END AS months_ago
FROM order_lines
WHERE counted AND ordered_on > since AND ordered_on <= until;
