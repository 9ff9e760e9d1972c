-- Who (or what) makes up the sales, once the departed, the one-off and the new are set aside?
-- :answer
SELECT
    abc.code AS customer,
    abc.name,
    abc.measure,
    abc.share,
    abc.cumulative_share,
    abc.class,
    abc.set_aside,
    regularity.xyz,
    regularity.variation
FROM abc_customers($since, $as_of, $measure, $clean, $a, $b) AS abc
LEFT JOIN customer_regularity($since, $as_of) AS regularity ON regularity.customer_id = abc.customer_id
ORDER BY abc.set_aside IS NOT NULL, abc.place;
-- :products
SELECT
    abc.sku,
    abc.name,
    abc.measure,
    abc.share,
    abc.cumulative_share,
    abc.class,
    abc.set_aside,
    regularity.xyz,
    regularity.variation
FROM abc_products($since, $as_of, $measure, $a, $b) AS abc
LEFT JOIN product_regularity($since, $as_of) AS regularity ON regularity.product_id = abc.product_id
ORDER BY abc.set_aside IS NOT NULL, abc.place;
-- :figures
WITH classified AS (
    SELECT
        count(*) AS shown,
        coalesce(sum(measure), 0) AS shown_total,
        count(*) FILTER (WHERE set_aside IS NULL) AS kept,
        count(*) FILTER (WHERE class = 'A') AS a_count,
        count(*) FILTER (WHERE class = 'B') AS b_count,
        count(*) FILTER (WHERE class = 'C') AS c_count,
        sum(share) FILTER (WHERE class = 'A') AS a_total_share,
        cast(count(*) FILTER (WHERE class = 'A') / nullif(count(*) FILTER (WHERE set_aside IS NULL), 0) AS DOUBLE)
            AS a_count_share,
        count(*) FILTER (WHERE set_aside = 'departed') AS departed,
        coalesce(sum(measure) FILTER (WHERE set_aside = 'departed'), 0) AS departed_total,
        count(*) FILTER (WHERE set_aside = 'one_off_large') AS one_off,
        coalesce(sum(measure) FILTER (WHERE set_aside = 'one_off_large'), 0) AS one_off_total,
        count(*) FILTER (WHERE set_aside = 'new') AS new,
        coalesce(sum(measure) FILTER (WHERE set_aside = 'new'), 0) AS new_total,
        count(*) FILTER (WHERE set_aside = 'unknown_cost') AS unknown,
        count(*) FILTER (WHERE class = 'A' AND xyz = 'X') AS a_regular,
        count(*) FILTER (WHERE class = 'A' AND xyz = 'Z') AS a_irregular
    FROM answer
),
without_product AS (
    SELECT count(*) AS productless_lines, coalesce(sum(net), 0) AS productless_revenue
    FROM order_lines
    WHERE counted AND ordered_on > $since AND ordered_on <= $as_of AND product_id IS NULL
)
SELECT sold.*, classified.*, without_product.*
FROM sales_summary($since, $as_of) AS sold
CROSS JOIN classified
CROSS JOIN without_product;
-- :parts
WITH whole AS (
    SELECT count(*) AS members, sum(measure) AS total FROM answer
)
SELECT
    coalesce(answer.set_aside, answer.class) AS part,
    count(*) AS count,
    round(count(*) / nullif(any_value(whole.members), 0), 12) AS count_share,
    cast(sum(answer.measure) AS DECIMAL(38, 4)) AS total,
    round(cast(sum(answer.measure) / nullif(any_value(whole.total), 0) AS DOUBLE), 12) AS total_share
FROM answer
CROSS JOIN whole
GROUP BY coalesce(answer.set_aside, answer.class), answer.set_aside IS NULL
ORDER BY answer.set_aside IS NULL DESC, part;
-- :concentration
-- The first 1, 5, 10, 20 … 100 % of those classified, and the places at which class A, class B and gain end.
WITH ranked AS (
    SELECT
        measure,
        row_number() OVER (ORDER BY measure DESC, cumulative_share ASC, class ASC) AS place,
        count(*) OVER () AS members,
        sum(measure) OVER (
            ORDER BY measure DESC, cumulative_share ASC, class ASC ROWS UNBOUNDED PRECEDING
        ) AS running,
        sum(measure) OVER () AS whole,
        class
    FROM answer
    WHERE set_aside IS NULL AND measure IS NOT NULL
),
chosen AS (
    SELECT place FROM ranked WHERE place = 1 OR place = members
    UNION
    SELECT max(place) AS place FROM ranked WHERE measure > 0
    UNION
    SELECT max(place) AS place FROM ranked WHERE class = 'A'
    UNION
    SELECT max(place) AS place FROM ranked WHERE class IN ('A', 'B')
    UNION
    SELECT min(place) AS place FROM ranked WHERE place >= members * 0.01
    UNION
    SELECT min(place) AS place FROM ranked WHERE place >= members * 0.05
    UNION
    SELECT min(place) AS place FROM ranked GROUP BY cast(floor(place * 10 / members) AS INTEGER)
)
SELECT
    cast(ranked.place AS BIGINT) AS count,
    round(ranked.place / nullif(ranked.members, 0), 12) AS count_share,
    cast(ranked.running AS DECIMAL(38, 4)) AS total,
    round(cast(ranked.running / ranked.whole AS DOUBLE), 12) AS total_share
FROM ranked
INNER JOIN chosen ON chosen.place = ranked.place
WHERE ranked.whole > 0
ORDER BY ranked.place;
