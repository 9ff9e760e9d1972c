-- Which customers took up a new product, how soon, and how many of those who buy its category?
-- :product
SELECT id FROM products WHERE sku = $product;
-- :closest
SELECT sku FROM products ORDER BY jaro_winkler_similarity(lower(sku), lower($product)) DESC, sku LIMIT 3;
-- :answer
WITH bought AS (
    SELECT
        line.product_id,
        line.customer_id,
        line.ordered_on,
        line.net,
        coalesce(line.category, product.category) AS category
    FROM order_lines AS line
    LEFT JOIN products AS product ON product.id = line.product_id
    WHERE line.counted AND line.ordered_on <= $as_of AND line.net > 0 AND line.qty > 0
),
sold AS (
    SELECT product_id, min(ordered_on) AS first_sold_on, min(category) AS category
    FROM bought
    WHERE product_id IS NOT NULL
    GROUP BY product_id
),
new_products AS (
    SELECT
        product.id,
        product.sku,
        product.name,
        coalesce(product.category, sold.category) AS category,
        coalesce(product.launched_on, sold.first_sold_on) AS launched_on,
        product.launched_on IS NULL AS is_guessed
    FROM products AS product
    LEFT JOIN sold ON sold.product_id = product.id
    WHERE
        CASE
            WHEN $product_id IS NULL THEN product.launched_on > $since AND product.launched_on <= $as_of
            ELSE product.id = $product_id
        END
),
category_buyers AS (
    SELECT category, customer_id FROM bought WHERE ordered_on > $since AND customer_id IS NOT NULL GROUP BY category, customer_id
),
adopters AS (
    SELECT
        fresh.id,
        bought.customer_id,
        min(bought.ordered_on) AS first_bought_on,
        count(DISTINCT bought.ordered_on) AS purchase_days,
        sum(bought.net) AS revenue
    FROM bought
    INNER JOIN new_products AS fresh ON fresh.id = bought.product_id
    WHERE bought.customer_id IS NOT NULL
    GROUP BY fresh.id, bought.customer_id
),
reach AS (
    -- those who could: buyers of the category in the window (of anything, where there is no category), and those who did
    SELECT id, count(*) AS customers
    FROM (
        SELECT fresh.id, buyer.customer_id
        FROM new_products AS fresh
        INNER JOIN category_buyers AS buyer ON fresh.category IS NULL OR buyer.category = fresh.category
        UNION
        SELECT id, customer_id FROM adopters
    ) AS able
    GROUP BY id
),
ranked AS (
    SELECT adopters.*, row_number() OVER (PARTITION BY adopters.id ORDER BY adopters.first_bought_on, contact.code) AS place, contact.code, contact.name
    FROM adopters
    INNER JOIN contacts AS contact ON contact.id = adopters.customer_id
)
SELECT
    fresh.sku,
    fresh.name AS product,
    fresh.category,
    fresh.launched_on,
    ranked.code AS customer,
    ranked.name,
    ranked.first_bought_on,
    ranked.first_bought_on - fresh.launched_on AS days_to_adopt,
    ranked.purchase_days,
    cast(ranked.revenue AS DECIMAL(38, 4)) AS revenue,
    coalesce(ranked.place, 0) AS adopters,
    coalesce(reach.customers, 0) AS category_customers,
    round(cast(coalesce(ranked.place, 0) / nullif(reach.customers, 0) AS DOUBLE), 12) AS adoption_share
FROM new_products AS fresh
LEFT JOIN ranked ON ranked.id = fresh.id
LEFT JOIN reach ON reach.id = fresh.id
ORDER BY fresh.launched_on DESC NULLS LAST, fresh.sku, ranked.place;
-- :summary
SELECT
    sku,
    any_value(product) AS product,
    any_value(launched_on) AS launched_on,
    max(adopters) AS adopters,
    max(category_customers) AS category_customers,
    max(adoption_share) AS adoption_share,
    cast(median(days_to_adopt) AS DOUBLE) AS days_to_adopt_median,
    cast(sum(revenue) AS DECIMAL(38, 4)) AS revenue
FROM answer
GROUP BY sku
ORDER BY adoption_share DESC NULLS LAST, sku;
-- :figures
WITH products_new AS (
    SELECT sku, any_value(product) AS product, max(adopters) AS adopters, max(adoption_share) AS share, max(category_customers) AS able
    FROM answer
    GROUP BY sku
)
SELECT
    count(*) AS products,
    coalesce(sum(adopters), 0) AS adoptions,
    count(*) FILTER (WHERE adopters = 0) AS untouched,
    max(share) AS best_share,
    arg_max(product, share) AS best,
    arg_max(adopters, share) AS best_adopters,
    count(*) FILTER (WHERE able < 10) AS thin,
    (SELECT cast(round(median(days_to_adopt)) AS INTEGER) FROM answer) AS days,
    (SELECT count(*) FROM answer WHERE days_to_adopt < 0) AS early
FROM products_new;
