-- The leaders of one league as `pavilion leaders` has them: over the matches that have a result, Super Overs apart.
-- Narrow it down by what stands in `made` (tournament, season, venue); an empty word asks for all.
--
--     SELECT * FROM batting_leaders(tenant = '…', in_tournament = 'Cup', in_season = '') LIMIT 100

CREATE VIEW IF NOT EXISTS batting_leaders AS
WITH counted AS
(
    SELECT made.match_id AS match_id, coalesce(made.starts_at, toDateTime64(0, 3, 'UTC')) AS starts_at
    FROM made FINAL
    INNER JOIN (SELECT * FROM outcome FINAL WHERE tenant_id = {tenant:UUID}) AS outcome
        ON outcome.tenant_id = made.tenant_id AND outcome.match_id = made.match_id
    WHERE made.tenant_id = {tenant:UUID}
        AND outcome.decided
        AND ({in_tournament:String} = '' OR made.tournament = {in_tournament:String})
        AND ({in_season:String} = '' OR made.season = {in_season:String})
)
SELECT
    line.player AS player,
    argMax(called.name, (counted.starts_at, line.match_id)) AS name,
    argMax(began.batting, (counted.starts_at, line.match_id)) AS team,
    any(played.matches) AS matches,
    count() AS innings,
    countIf(NOT line.out) AS not_outs,
    sum(line.runs) AS runs,
    sum(line.balls) AS balls,
    max((line.runs, NOT line.out)) AS best,
    best.1 AS highest,
    best.2 AS highest_not_out,
    if(innings > not_outs, runs / (innings - not_outs), NULL) AS average,
    if(balls > 0, 100 * runs / balls, NULL) AS strike_rate,
    countIf(line.runs >= 100) AS hundreds,
    countIf(line.runs BETWEEN 50 AND 99) AS fifties,
    sum(line.fours) AS fours,
    sum(line.sixes) AS sixes
FROM batting_line AS line
INNER JOIN counted ON counted.match_id = line.match_id
INNER JOIN (SELECT * FROM fact FINAL WHERE tenant_id = {tenant:UUID} AND type = 'InningsStarted') AS began
    ON began.match_id = line.match_id AND began.innings = line.innings
LEFT JOIN (SELECT * FROM called FINAL WHERE tenant_id = {tenant:UUID}) AS called
    ON called.match_id = line.match_id AND called.player = line.player
LEFT JOIN
(
    SELECT player, uniqExact(match_id) AS matches
    FROM appearance
    WHERE tenant_id = {tenant:UUID} AND match_id IN (SELECT match_id FROM counted)
    GROUP BY player
) AS played ON played.player = line.player
WHERE line.tenant_id = {tenant:UUID} AND NOT began.super_over
GROUP BY player
ORDER BY runs DESC, coalesce(strike_rate, 0) DESC, name, player;

CREATE VIEW IF NOT EXISTS bowling_leaders AS
WITH counted AS
(
    SELECT made.match_id AS match_id, coalesce(made.starts_at, toDateTime64(0, 3, 'UTC')) AS starts_at
    FROM made FINAL
    INNER JOIN (SELECT * FROM outcome FINAL WHERE tenant_id = {tenant:UUID}) AS outcome
        ON outcome.tenant_id = made.tenant_id AND outcome.match_id = made.match_id
    WHERE made.tenant_id = {tenant:UUID}
        AND outcome.decided
        AND ({in_tournament:String} = '' OR made.tournament = {in_tournament:String})
        AND ({in_season:String} = '' OR made.season = {in_season:String})
)
SELECT
    line.player AS player,
    argMax(called.name, (counted.starts_at, line.match_id)) AS name,
    argMax(began.bowling, (counted.starts_at, line.match_id)) AS team,
    any(played.matches) AS matches,
    count() AS innings,
    any(line.balls_per_over) AS balls_per_over,
    sum(line.balls) AS balls,
    sum(line.maidens) AS maidens,
    sum(line.runs) AS runs,
    sum(line.wickets) AS wickets,
    max((line.wickets, -toInt64(line.runs))) AS best,
    best.1 AS best_wickets,
    -best.2 AS best_runs,
    if(wickets > 0, runs / wickets, NULL) AS average,
    if(balls > 0, runs * balls_per_over / balls, NULL) AS economy,
    if(wickets > 0, balls / wickets, NULL) AS strike_rate,
    countIf(line.wickets = 4) AS four_wickets,
    countIf(line.wickets >= 5) AS five_wickets,
    sum(line.dots) AS dots
FROM bowling_line AS line
INNER JOIN counted ON counted.match_id = line.match_id
INNER JOIN (SELECT * FROM fact FINAL WHERE tenant_id = {tenant:UUID} AND type = 'InningsStarted') AS began
    ON began.match_id = line.match_id AND began.innings = line.innings
LEFT JOIN (SELECT * FROM called FINAL WHERE tenant_id = {tenant:UUID}) AS called
    ON called.match_id = line.match_id AND called.player = line.player
LEFT JOIN
(
    SELECT player, uniqExact(match_id) AS matches
    FROM appearance
    WHERE tenant_id = {tenant:UUID} AND match_id IN (SELECT match_id FROM counted)
    GROUP BY player
) AS played ON played.player = line.player
WHERE line.tenant_id = {tenant:UUID} AND NOT began.super_over
GROUP BY player
ORDER BY wickets DESC, economy IS NULL, coalesce(economy, 0), name, player;
