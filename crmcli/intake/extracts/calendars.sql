-- When the firm works: a row for each window of the usual week, and for each window of a day of its own (free: without times).
SELECT
    calendar.name,
    calendar."zone",
    calendar.country,
    calendar.subdivision,
    hours.from_on,
    hours.weekday,
    cast(NULL AS DATE) AS "day",
    hours.from_minute,
    hours.to_minute,
    calendar.note,
    hours.custom
FROM calendars AS calendar
LEFT JOIN calendar_hours AS hours ON hours.calendar_id = calendar.id
UNION ALL
SELECT
    calendar.name,
    calendar."zone",
    calendar.country,
    calendar.subdivision,
    NULL,
    NULL,
    own."day",
    own.from_minute,
    own.to_minute,
    own.note,
    own.custom
FROM calendars AS calendar
JOIN calendar_days AS own ON own.calendar_id = calendar.id
