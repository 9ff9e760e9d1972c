-- What does each product look like to prices on a day? cost: the one in force that day, else the product's own, else unknown.
-- competitor_low: the lowest of each competitor's latest price of the last 365 days, as the metric competitor_floor has it.
WITH dated_cost AS (
    SELECT product_id, cost, row_number() OVER (PARTITION BY product_id ORDER BY from_on DESC, id DESC) AS recency
    FROM product_costs
    WHERE from_on <= $on
),

seen AS (
    SELECT
        product_id,
        competitor,
        price,
        seen_on,
        row_number() OVER (PARTITION BY product_id, competitor ORDER BY seen_on DESC, price) AS recency
    FROM competitor_prices
    WHERE seen_on > cast($on AS DATE) - 365 AND seen_on <= $on
),

lowest AS (
    SELECT
        product_id,
        competitor,
        price,
        seen_on,
        row_number() OVER (PARTITION BY product_id ORDER BY price, seen_on DESC, competitor) AS place
    FROM seen
    WHERE recency = 1 AND price > 0
),

usual AS (
    -- the seller's own rate, where a product has none
    SELECT max(try_cast(replace(value, ',', '.') AS DECIMAL(18, 4))) AS tax_rate FROM seller_details WHERE "key" = 'tax_rate'
)

SELECT
    product.sku,
    product.name,
    coalesce(product.unit, '') AS unit,
    product.category,
    product.price,
    coalesce(dated_cost.cost, product.cost) AS cost,
    lowest.price AS competitor_low,
    coalesce(lowest.competitor, '') AS competitor,
    lowest.seen_on,
    coalesce(product.tax_rate, usual.tax_rate) AS tax_rate,
    product.launched_on,
    coalesce(product.active, TRUE) AS active,
    product.successor,
    product.id
FROM products AS product
LEFT JOIN dated_cost ON dated_cost.product_id = product.id AND dated_cost.recency = 1
LEFT JOIN lowest ON lowest.product_id = product.id AND lowest.place = 1
CROSS JOIN usual
WHERE $every OR list_contains($skus, product.sku)
ORDER BY product.sku
