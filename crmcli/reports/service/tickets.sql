-- How fast, how well and how evenly are tickets answered, and what waits?
-- :groups
-- Everything that is told of a group, or of all tickets together.
SELECT
    $is_whole AS is_whole,
    CASE WHEN NOT $is_whole THEN party_id END AS party_id,
    CASE WHEN NOT $is_whole THEN word END AS word,
    CASE WHEN NOT $is_whole THEN "month" END AS "month",
    count(*) FILTER (WHERE is_new) AS tickets,
    count(first_response_at) FILTER (WHERE is_new) AS answered,
    count(resolved_at) FILTER (WHERE is_new) AS resolved,
    quantile_cont(response_minutes, 0.5) FILTER (WHERE is_new) / 60.0 AS response_median,
    quantile_cont(response_minutes, 0.9) FILTER (WHERE is_new) / 60.0 AS response_p90,
    quantile_cont(resolution_minutes, 0.5) FILTER (WHERE is_new) / 60.0 AS resolution_median,
    quantile_cont(resolution_minutes, 0.9) FILTER (WHERE is_new) / 60.0 AS resolution_p90,
    quantile_cont(clock_minutes, 0.5) FILTER (WHERE is_new) / 60.0 AS resolution_clock_median,
    quantile_cont(clock_minutes, 0.9) FILTER (WHERE is_new) / 60.0 AS resolution_clock_p90,
    round(avg(clock_minutes) FILTER (WHERE is_new) / 60.0, 12) AS resolution_clock_mean,
    quantile_cont(close_days, 0.5) FILTER (WHERE is_new) AS close_days_median,
    round(avg(close_days) FILTER (WHERE is_new), 12) AS close_days_mean,
    count(response_kept) FILTER (WHERE is_new) AS response_promised,
    count(*) FILTER (WHERE is_new AND response_kept) AS responses_kept,
    count(resolution_kept) FILTER (WHERE is_new) AS resolution_promised,
    count(*) FILTER (WHERE is_new AND resolution_kept) AS resolutions_kept,
    count(told_kept) FILTER (WHERE is_new) AS told_count,
    count(*) FILTER (WHERE is_new AND told_kept) AS told_kept,
    count(reopened) FILTER (WHERE is_new) AS reopened_known,
    count(*) FILTER (WHERE is_new AND reopened > 0) AS reopened,
    count(reassigned) FILTER (WHERE is_new) AS reassigned_known,
    count(*) FILTER (WHERE is_new AND reassigned > 0) AS reassigned,
    avg(reassigned) FILTER (WHERE is_new) AS reassigned_mean,
    count(csat) FILTER (WHERE is_new) AS csat_count,
    avg(csat) FILTER (WHERE is_new) AS csat,
    stddev_samp(csat) FILTER (WHERE is_new) AS csat_deviation,
    min(csat) FILTER (WHERE is_new) AS csat_least,
    max(csat) FILTER (WHERE is_new) AS csat_most,
    count(nps) FILTER (WHERE is_new) AS nps_count,
    count(*) FILTER (WHERE is_new AND nps >= 9) AS promoters,
    count(*) FILTER (WHERE is_new AND nps <= 6) AS detractors,
    count(*) FILTER (WHERE is_open) AS "open",
    count(*) FILTER (WHERE is_waiting) AS waiting,
    count(*) FILTER (WHERE is_overdue) AS overdue,
    min(opened_at) FILTER (WHERE is_open) AS oldest_at,
    count(*) FILTER (WHERE is_new AND is_open) AS new_open,
    count(*) FILTER (WHERE is_new AND NOT is_open AND first_response_at IS NULL) AS unanswered_of_record,
    count(*) FILTER (WHERE is_new AND NOT is_open AND resolved_at IS NULL) AS unresolved_of_record
FROM ticket_report_facts
GROUP BY ALL;
-- :measured
-- Shares, intervals and ages of each group. The mean score's interval is mean ± t · deviation ÷ √n (Student 1908), cut at the ends
-- of the scale; t of 97.5 % from the table, past it by Abramowitz & Stegun 26.7.5 (right to 0.000005). The interval of NPS is the
-- adjusted Wald of Rocks (2016, The American Statistician 70): three answers more, 3/4 of one for and 3/4 of one against.
WITH student (freedom, t) AS (
    VALUES
    (1, 12.7062047), (2, 4.3026527), (3, 3.1824463), (4, 2.7764451), (5, 2.5705818), (6, 2.4469119), (7, 2.3646243), (8, 2.3060041),
    (9, 2.2621572), (10, 2.2281389), (11, 2.2009852)
),
scale AS (
    SELECT
        CASE WHEN min(csat_least) < 1 THEN 0.0 WHEN max(csat_most) > 10 THEN 0.0 ELSE 1.0 END AS least,
        CASE
            WHEN max(csat_most) <= 1 AND min(csat_least) < 1 THEN 1.0
            WHEN max(csat_most) <= 5 THEN 5.0
            WHEN max(csat_most) <= 10 THEN 10.0
            WHEN max(csat_most) <= 100 THEN 100.0
        END AS most
    FROM ticket_report_groups
),
spread AS (
    SELECT
        told.*,
        scale.least AS scale_least,
        scale.most AS scale_most,
        told.csat_deviation / sqrt(told.csat_count) * coalesce(
            student.t,
            1.959963984540054 + 2.372271299 / (told.csat_count - 1) + 2.822498624 / power(told.csat_count - 1, 2)
            + 2.555849826 / power(told.csat_count - 1, 3) + 1.589534108 / power(told.csat_count - 1, 4)
        ) AS csat_reach,
        (told.promoters + 0.75) / (told.nps_count + 3.0) AS likely_promoters,
        (told.detractors + 0.75) / (told.nps_count + 3.0) AS likely_detractors
    FROM ticket_report_groups AS told
    CROSS JOIN scale
    LEFT JOIN student ON student.freedom = told.csat_count - 1
)
SELECT
    is_whole,
    party_id,
    word,
    "month",
    tickets,
    answered,
    resolved,
    "open",
    overdue,
    response_median,
    response_p90,
    resolution_median,
    resolution_p90,
    cast(responses_kept / nullif(response_promised, 0) AS DOUBLE) AS response_kept,
    cast(resolutions_kept / nullif(resolution_promised, 0) AS DOUBLE) AS resolution_kept,
    cast(told_kept / nullif(told_count, 0) AS DOUBLE) AS sla_kept_told,
    cast(reopened / nullif(reopened_known, 0) AS DOUBLE) AS reopened_share,
    cast(reassigned / nullif(reassigned_known, 0) AS DOUBLE) AS reassigned_share,
    reassigned_mean,
    csat,
    CASE WHEN csat_deviation > 0 THEN greatest(csat - csat_reach, scale_least) END AS csat_low,
    CASE WHEN csat_deviation > 0 THEN least(csat + csat_reach, coalesce(scale_most, csat + csat_reach)) END AS csat_high,
    csat_count,
    cast(100.0 * (promoters - detractors) / nullif(nps_count, 0) AS DOUBLE) AS nps,
    CASE WHEN nps_count > 0 THEN 100 * (likely_promoters - likely_detractors - 1.959963984540054 * sqrt(
        (likely_promoters + likely_detractors - power(likely_promoters - likely_detractors, 2)) / (nps_count + 3.0)
    )) END AS nps_low,
    CASE WHEN nps_count > 0 THEN 100 * (likely_promoters - likely_detractors + 1.959963984540054 * sqrt(
        (likely_promoters + likely_detractors - power(likely_promoters - likely_detractors, 2)) / (nps_count + 3.0)
    )) END AS nps_high,
    nps_count,
    waiting,
    date_diff('day', cast(oldest_at AS DATE), $as_of) AS oldest_days,
    resolution_clock_median,
    resolution_clock_p90,
    resolution_clock_mean,
    close_days_median,
    close_days_mean,
    response_promised,
    resolution_promised,
    told_count,
    reopened_known,
    reassigned_known,
    new_open,
    unanswered_of_record,
    unresolved_of_record,
    oldest_at,
    scale_least,
    scale_most
FROM spread;
-- :word
SELECT
    coalesce(word, CASE WHEN $by = 'none' THEN 'all' ELSE 'unknown' END) AS "group",
    ticket_report_measured.* EXCLUDE (
        is_whole, party_id, word, "month", told_count, reopened_known, reassigned_known, new_open, unanswered_of_record, unresolved_of_record,
        oldest_at, scale_least, scale_most
    )
FROM ticket_report_measured
WHERE NOT is_whole
ORDER BY
    word IS NULL,
    CASE WHEN $by = 'priority' THEN CASE word
        WHEN 'primary' THEN 1 WHEN 'urgent' THEN 2 WHEN 'high' THEN 3 WHEN 'normal' THEN 4 WHEN 'medium' THEN 5 WHEN 'low' THEN 6 ELSE 0
    END ELSE -tickets END,
    word;
-- :month
SELECT
    "month" AS "group",
    ticket_report_measured.* EXCLUDE (
        is_whole, party_id, word, "month", told_count, reopened_known, reassigned_known, new_open, unanswered_of_record, unresolved_of_record,
        oldest_at, scale_least, scale_most
    )
FROM ticket_report_measured
WHERE NOT is_whole
ORDER BY "month";
-- :customer
SELECT
    party.code AS "group",
    CASE WHEN told.party_id IS NULL THEN $nobody ELSE party.name END AS name,
    told.* EXCLUDE (
        is_whole, party_id, word, "month", told_count, reopened_known, reassigned_known, new_open, unanswered_of_record, unresolved_of_record,
        oldest_at, scale_least, scale_most
    )
FROM ticket_report_measured AS told
LEFT JOIN contacts AS party ON party.id = told.party_id
WHERE NOT told.is_whole
ORDER BY told.party_id IS NULL, told.tickets DESC, told."open" DESC, party.code;
-- :agent
SELECT
    party.code AS "group",
    CASE WHEN told.party_id IS NULL THEN $nobody ELSE party.name END AS name,
    told.* EXCLUDE (
        is_whole, party_id, word, "month", told_count, reopened_known, reassigned_known, new_open, unanswered_of_record, unresolved_of_record,
        oldest_at, scale_least, scale_most
    )
FROM ticket_report_measured AS told
LEFT JOIN managers AS party ON party.id = told.party_id
WHERE NOT told.is_whole
ORDER BY told.party_id IS NULL, told.tickets DESC, told."open" DESC, party.code;
-- :backlog
WITH bands (place, age, from_day, to_day) AS (
    VALUES (1, 'up_to_1_day', 0, 1), (2, '2_to_7_days', 2, 7), (3, '8_to_30_days', 8, 30), (4, 'over_30_days', 31, 9999999)
),
waiting AS (
    SELECT
        date_diff('day', cast(opened_at AS DATE), $as_of) AS days,
        opened_at,
        is_waiting,
        is_overdue,
        first_response_at
    FROM ticket_report_facts
    WHERE is_open
)
SELECT
    bands.age,
    count(waiting.days) AS "open",
    cast(count(waiting.days) / nullif((SELECT count(*) FROM waiting), 0) AS DOUBLE) AS share,
    count(*) FILTER (WHERE waiting.is_waiting) AS waiting,
    count(*) FILTER (WHERE waiting.days IS NOT NULL AND waiting.first_response_at IS NULL) AS unanswered,
    count(*) FILTER (WHERE waiting.is_overdue) AS overdue,
    min(waiting.opened_at) AS oldest_at
FROM bands
LEFT JOIN waiting ON waiting.days BETWEEN bands.from_day AND bands.to_day
WHERE EXISTS (SELECT 1 FROM waiting)
GROUP BY bands.place, bands.age
ORDER BY bands.place;
-- :peers
-- What the tests of sameness need of each group: count, how many kept the promise, and the figure people know it by; of those with at
-- least $least tickets also the sum of ranks among them (equal values at their middle rank) and the sum over ties.
WITH asked AS (
    SELECT * FROM ticket_report_facts WHERE is_new AND peer IS NOT NULL
),
cells AS (
    SELECT 'first_answer' AS measure, peer, cast(response_minutes AS DOUBLE) AS figure, count(*) AS tickets
    FROM asked WHERE response_minutes IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT 'resolution', peer, cast(resolution_minutes AS DOUBLE), count(*) FROM asked WHERE resolution_minutes IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT 'satisfaction', peer, csat, count(*) FROM asked WHERE csat IS NOT NULL GROUP BY ALL
),
sized AS (
    SELECT measure, peer, cast(sum(tickets) AS BIGINT) AS tickets FROM cells GROUP BY measure, peer
),
compared AS (
    SELECT cells.*
    FROM cells
    INNER JOIN sized ON sized.measure = cells.measure AND sized.peer = cells.peer AND sized.tickets >= $least
),
levels AS (
    SELECT measure, figure, cast(sum(tickets) AS DOUBLE) AS tied FROM compared GROUP BY measure, figure
),
ranked AS (
    SELECT
        measure,
        figure,
        sum(tied) OVER (PARTITION BY measure ORDER BY figure) - (tied - 1) / 2 AS middle,
        sum(power(tied, 3) - tied) OVER (PARTITION BY measure) AS ties
    FROM levels
),
medians AS (
    SELECT
        peer,
        median(response_minutes) / 60.0 AS first_answer,
        median(resolution_minutes) / 60.0 AS resolution,
        avg(csat) AS satisfaction
    FROM asked
    GROUP BY peer
),
ranks AS (
    SELECT
        compared.measure,
        compared.peer,
        sum(compared.tickets * ranked.middle) AS rank_sum,
        any_value(ranked.ties) AS ties
    FROM compared
    INNER JOIN ranked ON ranked.measure = compared.measure AND ranked.figure = compared.figure
    GROUP BY compared.measure, compared.peer
),
promises AS (
    SELECT 'answers_kept' AS measure, peer, count(response_kept) AS tickets, count(*) FILTER (WHERE response_kept) AS kept
    FROM asked GROUP BY peer
    UNION ALL
    SELECT 'resolutions_kept', peer, count(resolution_kept), count(*) FILTER (WHERE resolution_kept) FROM asked GROUP BY peer
    UNION ALL
    SELECT 'kept_as_told', peer, count(told_kept), count(*) FILTER (WHERE told_kept) FROM asked GROUP BY peer
)
SELECT
    sized.measure,
    sized.peer,
    sized.tickets,
    cast(ranks.rank_sum AS DOUBLE) AS rank_sum,
    cast(ranks.ties AS DOUBLE) AS ties,
    NULL AS kept,
    cast(CASE sized.measure
        WHEN 'first_answer' THEN medians.first_answer
        WHEN 'resolution' THEN medians.resolution
        ELSE medians.satisfaction
    END AS DOUBLE) AS figure
FROM sized
INNER JOIN medians ON medians.peer = sized.peer
LEFT JOIN ranks ON ranks.measure = sized.measure AND ranks.peer = sized.peer
UNION ALL
SELECT measure, peer, tickets, NULL, NULL, kept, cast(kept / nullif(tickets, 0) AS DOUBLE)
FROM promises
WHERE tickets > 0
ORDER BY measure, peer;
-- :sameness
SELECT measure, "groups", tickets, best, best_figure, worst, worst_figure, chance, corrected, effect, verdict
FROM ticket_report_sameness
ORDER BY place;
-- :whole
WITH told AS (
    SELECT * FROM ticket_report_measured WHERE is_whole
),
listed AS (
    SELECT 1 AS place, 'first_answer_median' AS measure, response_median AS figure, NULL AS low, NULL AS high, answered AS tickets FROM told
    UNION ALL SELECT 2, 'first_answer_9_of_10', response_p90, NULL, NULL, answered FROM told
    UNION ALL SELECT 3, 'resolution_median', resolution_median, NULL, NULL, resolved FROM told
    UNION ALL SELECT 4, 'resolution_9_of_10', resolution_p90, NULL, NULL, resolved FROM told
    UNION ALL SELECT 5, 'resolution_by_the_clock_median', resolution_clock_median, NULL, NULL, resolved FROM told
    UNION ALL SELECT 6, 'resolution_by_the_clock_9_of_10', resolution_clock_p90, NULL, NULL, resolved FROM told
    UNION ALL SELECT 7, 'answers_kept', response_kept, NULL, NULL, response_promised FROM told
    UNION ALL SELECT 8, 'resolutions_kept', resolution_kept, NULL, NULL, resolution_promised FROM told
    UNION ALL SELECT 9, 'kept_as_told', sla_kept_told, NULL, NULL, told_count FROM told
    UNION ALL SELECT 10, 'reopened_share', reopened_share, NULL, NULL, reopened_known FROM told
    UNION ALL SELECT 11, 'reassigned_share', reassigned_share, NULL, NULL, reassigned_known FROM told
    UNION ALL SELECT 12, 'reassigned_mean', reassigned_mean, NULL, NULL, reassigned_known FROM told
    UNION ALL SELECT 13, 'satisfaction', csat, csat_low, csat_high, csat_count FROM told
    UNION ALL SELECT 14, 'nps', nps, nps_low, nps_high, nps_count FROM told
)
SELECT measure, cast(figure AS VARCHAR) AS figure, cast(low AS VARCHAR) AS low, cast(high AS VARCHAR) AS high, tickets
FROM listed
WHERE figure IS NOT NULL
ORDER BY place;
-- :figures
SELECT
    measured.* EXCLUDE (is_whole, party_id, word, "month"),
    (SELECT count(*) FROM ticket_report_facts WHERE is_new AND peer IS NULL) AS peerless,
    (SELECT count(*) FROM ticket_report_measured WHERE NOT is_whole) AS "groups",
    (SELECT name FROM clock_usual) AS usual_name,
    (SELECT is_made FROM clock_usual) AS usual_is_made
FROM (SELECT 1) AS one
LEFT JOIN ticket_report_measured AS measured ON measured.is_whole;
