-- What did (since, until] bring and cost, cut by one dimension: period, customer, product, region, manager or channel? One row a
-- value of it; both keys empty where it is unknown. number: id of customer, product or manager, or the months since year 0 of a
-- period of so many months; word: region or channel. A sale goes by its order's region, channel and manager, else the
-- customer's; a cost without an order by the customer's, an interaction by its own manager. Costs of no single product stay apart.
-- cost_to_serve is empty where no cost activity holds in those days: unknown, not zero.
CREATE OR REPLACE TEMP MACRO profit_cells(since, until, dimension, months) AS TABLE
WITH sold AS (
    SELECT
        CASE dimension
            WHEN 'period' THEN (year(line.ordered_on) * 12 + month(line.ordered_on) - 1) // months * months
            WHEN 'customer' THEN line.customer_id
            WHEN 'product' THEN line.product_id
            WHEN 'manager' THEN coalesce(sale.manager_id, contact.manager_id)
        END AS number,
        CASE dimension
            WHEN 'region' THEN coalesce(sale.region, contact.region)
            WHEN 'channel' THEN coalesce(sale.channel, contact.channel)
        END AS word,
        count(*) AS lines,
        sum(line.net) AS revenue,
        sum(line.discount) AS discounts,
        sum(line.cost) AS cost_of_goods,
        sum(line.net - line.cost) AS margin,
        cast(NULL AS DECIMAL(38, 4)) AS cost_to_serve
    FROM priced_lines(since, until) AS line
    LEFT JOIN orders AS sale ON sale.id = line.order_id AND dimension IN ('region', 'manager', 'channel')
    LEFT JOIN contacts AS contact ON contact.id = line.customer_id AND dimension IN ('region', 'manager', 'channel')
    GROUP BY ALL
),
served AS (
    SELECT
        event.id,
        CASE dimension
            WHEN 'period' THEN (year(event.happened_on) * 12 + month(event.happened_on) - 1) // months * months
            WHEN 'customer' THEN event.customer_id
            WHEN 'product' THEN event.product_id
            WHEN 'manager' THEN coalesce(sale.manager_id, event.manager_id, contact.manager_id)
        END AS number,
        CASE dimension
            WHEN 'region' THEN coalesce(sale.region, contact.region)
            WHEN 'channel' THEN coalesce(sale.channel, contact.channel)
        END AS word,
        sum(event.quantity) AS quantity
    FROM activity_events(until) AS event
    LEFT JOIN orders AS sale ON sale.id = event.order_id AND dimension IN ('region', 'manager', 'channel')
    LEFT JOIN contacts AS contact ON contact.id = event.customer_id AND dimension IN ('region', 'manager', 'channel')
    WHERE event.happened_on > since
    GROUP BY ALL
),
parts AS (
    SELECT number, word, lines, revenue, discounts, cost_of_goods, margin, cost_to_serve FROM sold
    UNION ALL
    SELECT
        served.number,
        served.word,
        0,
        0,
        NULL,
        NULL,
        NULL,
        cast(
            cast(rate.price_share AS DOUBLE) * cast(served.quantity AS DOUBLE) / nullif(cast(rate.price_base AS DOUBLE), 0)
            AS DECIMAL(38, 4)
        )
    FROM served
    INNER JOIN activity_rates(until) AS rate ON rate.id = served.id
),
sums AS (
    SELECT
        number,
        word,
        sum(lines) AS lines,
        sum(revenue) AS revenue,
        sum(discounts) AS discounts,
        sum(cost_of_goods) AS cost_of_goods,
        sum(margin) AS margin,
        sum(cost_to_serve) AS cost_to_serve
    FROM parts
    GROUP BY number, word
),
activities AS (
    SELECT count(*) AS known
    FROM cost_activities
    WHERE coalesce(period_from <= until, true) AND coalesce(period_to > since, true)
)
SELECT
    sums.number,
    sums.word,
    cast(sums.revenue AS DECIMAL(38, 4)) AS revenue,
    cast(sums.discounts AS DECIMAL(38, 4)) AS discounts,
    cast(CASE WHEN sums.lines = 0 THEN 0 ELSE sums.cost_of_goods END AS DECIMAL(38, 4)) AS cost_of_goods,
    cast(CASE WHEN sums.lines = 0 THEN 0 ELSE sums.margin END AS DECIMAL(38, 4)) AS margin,
    cast(CASE WHEN activities.known > 0 THEN coalesce(sums.cost_to_serve, 0) END AS DECIMAL(38, 4)) AS cost_to_serve,
    cast(
        CASE WHEN sums.lines = 0 THEN 0 ELSE sums.margin END - coalesce(sums.cost_to_serve, 0) AS DECIMAL(38, 4)
    ) AS contribution,
    -- where returns outweigh sales there is nothing to be a share of: a loss would look like a gain
    round(
        CASE
            WHEN sums.margin + sums.cost_of_goods > 0
                THEN cast(sums.margin AS DOUBLE) / cast(sums.margin + sums.cost_of_goods AS DOUBLE)
        END,
        12
    ) AS margin_share,
    round(
        CASE
            WHEN sums.lines > 0 AND sums.revenue > 0 AND coalesce(sums.margin + sums.cost_of_goods, 0) >= 0
                THEN coalesce(cast(sums.margin + sums.cost_of_goods AS DOUBLE), 0) / cast(sums.revenue AS DOUBLE)
        END,
        12
    ) AS cost_coverage
FROM sums
CROSS JOIN activities;
