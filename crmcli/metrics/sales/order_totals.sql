-- What did each counted order come to, by as_of? One row an order with lines; customer_id is empty for an anonymous sale.
CREATE OR REPLACE TEMP MACRO order_totals(as_of) AS TABLE
SELECT
    order_id,
    any_value(customer_id) AS customer_id,
    any_value(ordered_on) AS ordered_on,
    sum(net) AS net
FROM order_lines
WHERE counted AND ordered_on <= as_of
GROUP BY order_id;
