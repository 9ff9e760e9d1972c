-- Which written contacts came in on the days of (since, until]? Calls, visits and meetings are answered as they happen.
CREATE OR REPLACE TEMP MACRO written_questions(since, until) AS TABLE
SELECT id, customer_id, "at" AS asked_at
FROM interactions
WHERE
    direction = 'in'
    AND "at" >= since + 1
    AND "at" < until + 1
    AND lower(coalesce(kind, channel, '')) NOT IN ('call', 'visit', 'meeting', 'phone')
    AND lower(coalesce(channel, '')) NOT IN ('phone', 'visit', 'call', 'meeting');
