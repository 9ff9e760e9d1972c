-- What do customers like this one buy that this one does not, and what would it come to?
-- :answer
WITH spend AS (
    SELECT line.customer_id, coalesce(line.category, product.category) AS category, sum(line.net) AS amount
    FROM order_lines AS line
    LEFT JOIN products AS product ON product.id = line.product_id
    WHERE line.counted AND line.ordered_on > $since AND line.ordered_on <= $as_of AND line.customer_id IS NOT NULL
    GROUP BY line.customer_id, coalesce(line.category, product.category)
),
buyers AS (
    SELECT
        spend.customer_id,
        contact.code,
        contact.name,
        contact."group",
        contact.industry,
        cast(sum(spend.amount) AS DOUBLE) AS total
    FROM spend
    INNER JOIN contacts AS contact ON contact.id = spend.customer_id
    GROUP BY spend.customer_id, contact.code, contact.name, contact."group", contact.industry
    HAVING sum(spend.amount) > 0
),
group_sizes AS (
    SELECT "group", count(*) AS customers FROM buyers WHERE "group" IS NOT NULL GROUP BY "group"
),
industry_sizes AS (
    SELECT industry, count(*) AS customers FROM buyers WHERE industry IS NOT NULL GROUP BY industry
),
placed AS (
    -- like whom: the group where it has enough buyers besides this one, else the industry, else all
    SELECT
        buyer.*,
        CASE
            WHEN group_size.customers > $least_peers THEN 'group'
            WHEN industry_size.customers > $least_peers THEN 'industry'
            ELSE 'all'
        END AS peers_by,
        CASE
            WHEN group_size.customers > $least_peers THEN buyer."group"
            WHEN industry_size.customers > $least_peers THEN buyer.industry
            ELSE ''
        END AS peers_of
    FROM buyers AS buyer
    LEFT JOIN group_sizes AS group_size ON group_size."group" = buyer."group"
    LEFT JOIN industry_sizes AS industry_size ON industry_size.industry = buyer.industry
),
members AS (
    SELECT 'group' AS peers_by, "group" AS peers_of, customer_id, total FROM buyers WHERE "group" IS NOT NULL
    UNION ALL
    SELECT 'industry', industry, customer_id, total FROM buyers WHERE industry IS NOT NULL
    UNION ALL
    SELECT 'all', '', customer_id, total FROM buyers
),
used AS (
    SELECT peers_by, peers_of FROM placed GROUP BY peers_by, peers_of
),
sizes AS (
    SELECT member.peers_by, member.peers_of, count(*) AS members
    FROM members AS member
    SEMI JOIN used ON used.peers_by = member.peers_by AND used.peers_of = member.peers_of
    GROUP BY member.peers_by, member.peers_of
),
habits AS (
    SELECT
        member.peers_by,
        member.peers_of,
        spend.category,
        count(*) AS buyers,
        median(cast(spend.amount AS DOUBLE)) AS amount,
        median(member.total) AS size
    FROM members AS member
    SEMI JOIN used ON used.peers_by = member.peers_by AND used.peers_of = member.peers_of
    INNER JOIN spend ON spend.customer_id = member.customer_id
    WHERE spend.category IS NOT NULL AND spend.amount > 0
    GROUP BY member.peers_by, member.peers_of, spend.category
),
common_habits AS (
    SELECT habit.*, size.members
    FROM habits AS habit
    INNER JOIN sizes AS size ON size.peers_by = habit.peers_by AND size.peers_of = habit.peers_of
    WHERE habit.buyers >= $least_share * (size.members - 1)
),
bought AS (
    SELECT customer_id, category FROM spend WHERE category IS NOT NULL AND amount > 0
)
SELECT
    placed.code AS customer,
    placed.name,
    habit.category,
    placed.peers_by,
    habit.members - 1 AS peers,
    habit.buyers AS peers_buying,
    round(habit.buyers / nullif(habit.members - 1, 0), 12) AS peers_share,
    cast(placed.total AS DECIMAL(38, 4)) AS revenue,
    cast(round(habit.amount * placed.total / nullif(habit.size, 0), 4) AS DECIMAL(38, 4)) AS expected_amount
FROM placed
INNER JOIN common_habits AS habit ON habit.peers_by = placed.peers_by AND habit.peers_of = placed.peers_of
ANTI JOIN bought ON bought.customer_id = placed.customer_id AND bought.category = habit.category
ORDER BY expected_amount DESC NULLS LAST, placed.code, habit.category;
-- :customers
SELECT
    customer,
    any_value(name) AS name,
    count(*) AS categories,
    cast(sum(expected_amount) AS DECIMAL(38, 4)) AS expected_amount
FROM answer
GROUP BY customer
ORDER BY expected_amount DESC NULLS LAST, customer
LIMIT 15;
-- :categories
SELECT
    category,
    count(*) AS customers,
    cast(sum(expected_amount) AS DECIMAL(38, 4)) AS expected_amount
FROM answer
GROUP BY category
ORDER BY expected_amount DESC NULLS LAST, category;
-- :figures
WITH listed AS (
    SELECT
        count(*) AS gaps,
        count(DISTINCT customer) AS customers,
        count(DISTINCT category) AS categories,
        cast(coalesce(sum(cast(expected_amount AS DOUBLE) * peers_share), 0) AS DECIMAL(38, 4)) AS likely,
        count(*) FILTER (WHERE peers_buying < 5) AS thin,
        count(DISTINCT customer) FILTER (WHERE peers_by = 'all') AS without_peers,
        arg_max(category, expected_amount) AS best_category,
        arg_max(name, expected_amount) AS best_name
    FROM answer
),
sold AS (
    SELECT
        cast(sum(line.net) FILTER (WHERE coalesce(line.category, product.category) IS NULL) AS DOUBLE)
        / nullif(cast(sum(line.net) AS DOUBLE), 0) AS without_category
    FROM order_lines AS line
    LEFT JOIN products AS product ON product.id = line.product_id
    WHERE line.counted AND line.ordered_on > $since AND line.ordered_on <= $as_of AND line.customer_id IS NOT NULL
)
SELECT listed.*, coalesce(sold.without_category, 0) AS without_category
FROM listed
CROSS JOIN sold;
