-- Products as an owner looks at them: the list, and one product on one screen.
-- :listed
WITH in_force AS (
    SELECT product_id, cost FROM dated_costs() WHERE from_on <= $as_of AND until_on > $as_of
)
SELECT
    product.sku,
    product.name,
    product.category,
    product.unit,
    product.price,
    coalesce(in_force.cost, product.cost) AS cost,
    round(
        cast(product.price - coalesce(in_force.cost, product.cost) AS DOUBLE) / nullif(cast(product.price AS DOUBLE), 0), 12
    ) AS margin_share,
    product.tax_rate,
    product.launched_on,
    coalesce(product.launched_on > $new_since AND product.launched_on <= $as_of, false) AS is_new,
    product.successor,
    coalesce(product.active, true) AS active
FROM products AS product
LEFT JOIN in_force ON in_force.product_id = product.id
ORDER BY product.sku;
-- :costs
WITH dated AS (
    SELECT CAST(NULL AS DATE) AS from_on, product.cost, CAST(NULL AS VARCHAR) AS source
    FROM products AS product
    WHERE product.id = $product AND product.cost IS NOT NULL
    UNION ALL
    SELECT from_on, cost, source FROM product_costs WHERE product_id = $product
)
SELECT
    from_on,
    cost,
    round(cast(cost / nullif(lag(cost) OVER (ORDER BY from_on NULLS FIRST), 0) - 1 AS DOUBLE), 12) AS change_share,
    source
FROM dated
ORDER BY from_on DESC NULLS LAST;
-- :packs
SELECT pack.name, pack.qty, cast(pack.qty * product.price AS DECIMAL(38, 4)) AS price
FROM product_packs AS pack
INNER JOIN products AS product ON product.id = pack.product_id
WHERE pack.product_id = $product
ORDER BY pack.qty, pack.name;
-- :competitors
WITH latest AS (
    SELECT
        competitor,
        price,
        seen_on,
        source,
        row_number() OVER (PARTITION BY competitor ORDER BY seen_on DESC, price) AS recency
    FROM competitor_prices
    WHERE product_id = $product AND seen_on <= $as_of
)
SELECT
    latest.competitor,
    latest.price,
    latest.seen_on,
    cast($as_of AS DATE) - latest.seen_on AS days,
    round(cast(product.price / nullif(latest.price, 0) - 1 AS DOUBLE), 12) AS gap,
    latest.source
FROM latest
INNER JOIN products AS product ON product.id = $product
WHERE latest.recency = 1
ORDER BY latest.price, latest.competitor;
-- :sales
SELECT
    placed.order_no,
    line.ordered_on,
    contact.code AS customer,
    contact.name,
    line.qty,
    line.unit_price,
    line.net
FROM order_lines AS line
INNER JOIN orders AS placed ON placed.id = line.order_id
LEFT JOIN contacts AS contact ON contact.id = line.customer_id
WHERE line.product_id = $product AND line.counted AND line.ordered_on <= $as_of
ORDER BY line.ordered_on DESC, placed.order_no DESC, line.line_no, line.id
LIMIT 5;
-- :sold
SELECT
    sum(qty) AS qty,
    cast(sum(net) AS DECIMAL(38, 4)) AS revenue,
    cast(sum(net - cost) AS DECIMAL(38, 4)) AS margin,
    round(cast(sum(net - cost) / nullif(sum(net) FILTER (WHERE cost IS NOT NULL), 0) AS DOUBLE), 12) AS margin_share,
    count(DISTINCT customer_id) AS customers,
    max(ordered_on) AS last_on
FROM costed_lines($year_before, $as_of)
WHERE product_id = $product
HAVING count(*) > 0;
-- :replaces
SELECT sku, name FROM products WHERE successor = $sku ORDER BY sku;
