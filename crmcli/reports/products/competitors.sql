-- Where do our prices stand among those of competitors?
-- :own
CREATE OR REPLACE TEMP TABLE own_prices AS
SELECT id AS product_id, cast(price AS DECIMAL(38, 4)) AS price FROM products WHERE price IS NOT NULL;
-- :answer
WITH latest AS (
    -- of several prices that one competitor is said to ask on one day, the lowest
    SELECT
        product_id,
        competitor,
        price,
        seen_on,
        row_number() OVER (PARTITION BY product_id, competitor ORDER BY seen_on DESC, price, id) AS recency
    FROM competitor_prices
    WHERE seen_on <= $as_of AND price > 0
),
seen AS (
    SELECT *, cast($as_of AS DATE) - seen_on <= $stale AS is_fresh FROM latest WHERE recency = 1
),
rivals AS (
    SELECT
        product_id,
        cast(min(price) FILTER (WHERE is_fresh) AS DECIMAL(38, 4)) AS lowest,
        cast(median(cast(price AS DECIMAL(38, 8))) FILTER (WHERE is_fresh) AS DECIMAL(38, 4)) AS median,
        cast(max(price) FILTER (WHERE is_fresh) AS DECIMAL(38, 4)) AS highest,
        count(*) FILTER (WHERE is_fresh) AS competitors,
        count(*) FILTER (WHERE NOT is_fresh) AS stale,
        max(seen_on) AS newest_on
    FROM seen
    GROUP BY product_id
),
cheapest AS (
    SELECT
        product_id,
        competitor,
        row_number() OVER (PARTITION BY product_id ORDER BY price, seen_on DESC, competitor) AS place
    FROM seen
    WHERE is_fresh
),
sold AS (
    SELECT product_id, cast(sum(net) AS DECIMAL(38, 4)) AS revenue
    FROM order_lines
    WHERE counted AND product_id IS NOT NULL AND ordered_on > $year_before AND ordered_on <= $as_of
    GROUP BY product_id
),
placed AS (
    SELECT
        product.sku,
        product.name,
        product.category,
        own.price,
        CASE
            WHEN own.price < rival.lowest THEN 'below'
            WHEN own.price > rival.highest THEN 'above'
            WHEN own.price IS NOT NULL AND rival.lowest IS NOT NULL THEN 'inside'
        END AS position,
        round(cast(own.price / nullif(rival.lowest, 0) - 1 AS DOUBLE), 12) AS gap,
        rival.lowest,
        rival.median,
        rival.highest,
        rival.competitors,
        cheapest.competitor AS cheapest,
        rival.newest_on,
        rival.stale,
        sold.revenue
    FROM rivals AS rival
    INNER JOIN products AS product ON product.id = rival.product_id AND coalesce(product.active, true)
    LEFT JOIN own_prices AS own ON own.product_id = rival.product_id
    LEFT JOIN cheapest ON cheapest.product_id = rival.product_id AND cheapest.place = 1
    LEFT JOIN sold ON sold.product_id = rival.product_id
)
SELECT *
FROM placed
ORDER BY
    CASE position WHEN 'above' THEN 1 WHEN 'inside' THEN 2 WHEN 'below' THEN 3 ELSE 4 END,
    revenue DESC NULLS LAST,
    sku;
-- :categories
SELECT
    category,
    count(position) AS products,
    count(*) FILTER (WHERE position = 'below') AS below,
    count(*) FILTER (WHERE position = 'inside') AS inside,
    count(*) FILTER (WHERE position = 'above') AS above,
    round(median(gap), 12) AS gap,
    cast(sum(revenue) FILTER (WHERE position IS NOT NULL) AS DECIMAL(38, 4)) AS revenue
FROM answer
GROUP BY category
HAVING count(position) > 0
ORDER BY revenue DESC NULLS LAST, category NULLS LAST;
-- :figures
WITH unwatched AS (
    SELECT count(*) AS products
    FROM products AS product
    WHERE
        coalesce(product.active, true)
        AND NOT EXISTS (
            SELECT 1
            FROM competitor_prices AS seen
            WHERE seen.product_id = product.id AND seen.seen_on <= $as_of AND seen.price > 0
        )
),
listed AS (
    SELECT
        count(*) AS listed,
        count(position) AS compared,
        count(*) FILTER (WHERE position = 'below') AS below,
        count(*) FILTER (WHERE position = 'inside') AS inside,
        count(*) FILTER (WHERE position = 'above') AS above,
        coalesce(sum(stale), 0) AS stale_prices,
        count(*) FILTER (WHERE competitors = 0) AS only_stale,
        count(*) FILTER (WHERE price IS NULL AND competitors > 0) AS unpriced,
        count(*) FILTER (WHERE competitors = 1 AND position IS NOT NULL) AS single,
        round(
            sum(gap * cast(revenue AS DOUBLE)) FILTER (WHERE revenue > 0 AND gap IS NOT NULL)
            / nullif(sum(cast(revenue AS DOUBLE)) FILTER (WHERE revenue > 0 AND gap IS NOT NULL), 0),
            12
        ) AS weighted_gap,
        cast(sum(revenue) FILTER (WHERE position = 'above') AS DECIMAL(38, 4)) AS revenue_above
    FROM answer
)
SELECT listed.*, unwatched.products AS unwatched
FROM listed
CROSS JOIN unwatched;
