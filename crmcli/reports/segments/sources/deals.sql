-- Which deals of each party were won in the last year, and which are open?
SELECT
    customer_id,
    coalesce(sum(amount) FILTER (WHERE word = 'won' AND is_closed), 0) AS won,
    count(*) FILTER (WHERE word = 'won' AND is_closed) AS deals_won,
    count(*) FILTER (WHERE NOT is_over) AS open_deals
FROM (
    SELECT
        customer_id,
        amount,
        lower(coalesce(status, stage)) AS word,  -- some systems tell the outcome by the stage alone
        closed_on > cast($as_of AS DATE) - 365 AND closed_on <= cast($as_of AS DATE) AS is_closed,
        -- one called won or lost without a day is over
        coalesce(closed_on <= cast($as_of AS DATE), lower(coalesce(status, stage)) IN ('won', 'lost'), false) AS is_over
    FROM opportunities
    WHERE customer_id IS NOT NULL AND coalesce(least(opened_on, closed_on), cast($as_of AS DATE)) <= cast($as_of AS DATE)
)
GROUP BY customer_id
