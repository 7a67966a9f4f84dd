-- What holds, from the facts: balls, and each player's lines. Plain views: always of what has arrived.

-- The order of play where balls were inserted: a fact's place is [its version, 1]; what was inserted before it comes
-- between the one before and it, the one inserted last next to it.
CREATE VIEW IF NOT EXISTS inserted AS
SELECT tenant_id, match_id, one.1 AS named, one.2 AS place
FROM
(
    SELECT
        tenant_id,
        match_id,
        arrayFold(
            (known, each) -> arrayPushBack(known, (each.1, arrayConcat(
                if(
                    arrayExists(one -> one.1 = each.2, known),
                    arrayPopBack(arrayFirst(one -> one.1 = each.2, known).2),
                    [each.2]
                ),
                [0::UInt32, each.1, 1::UInt32]
            ))),
            arraySort(groupArray((version, before))),
            []::Array(Tuple(UInt32, Array(UInt32)))
        ) AS places
    FROM correction FINAL
    WHERE before > 0
    GROUP BY tenant_id, match_id
)
ARRAY JOIN places AS one;

-- The balls whose batters changed places because an earlier ball was corrected: where the scorer had left the ends to
-- the engine, they follow from the ball before (domain/match/effective.py, domain/match/strike.py). One fold an innings,
-- of matches that have corrections; all others are as they were recorded. The fold knows who is at which end (s, n),
-- the overs and balls bowled, whether an over is open, and how many balls the one before had.
CREATE VIEW IF NOT EXISTS turned AS
SELECT
    tenant_id,
    match_id,
    arrayJoin(arrayFold(
        (now, x) -> multiIf(
            x.type = 'BallRecorded',
            (
                (NOT now.open AND x.over < now.overs) AS reopens,
                (now.open AND x.over > now.overs) AS early,
                ((reopens OR early) AND (if(reopens, x.over, now.overs) + 1) % overs_per_end = 0) AS other,
                if(other, now.n, now.s) AS striker,
                if(other, now.s, now.n) AS non_striker,
                (x.derived AND striker != x.striker AND non_striker != x.non_striker
                    AND (striker = x.non_striker OR non_striker = x.striker)) AS turn,
                now.overs + toInt32(early) - toInt32(reopens) AS over,
                multiIf(reopens, now.before, now.open AND NOT early, now.balls, 0) + x.legal AS balls,
                (balls >= balls_per_over) AS done,
                if(turn != x.swapped, x.non_striker, x.striker) AS first,
                if(turn != x.swapped, x.striker, x.non_striker) AS second,
                if(has(x.gone, first), '', first) AS facing,
                if(has(x.gone, second), '', second) AS backing,
                (done AND (over + 1) % overs_per_end = 0) AS across,
                (
                    if(across, backing, facing),
                    if(across, facing, backing),
                    over + toInt32(done),
                    if(done, 0, balls),
                    NOT done,
                    multiIf(done, balls, early, now.balls, now.before),
                    if(turn, arrayPushBack(now.found, x.named), now.found)
                )::Tuple(s String, n String, overs Int32, balls Int32, open Bool, before Int32, found Array(UInt32)) AS after_ball
            ).15,
            x.type = 'OverEnded' AND now.open,
            (
                if((now.overs + 1) % overs_per_end = 0, now.n, now.s),
                if((now.overs + 1) % overs_per_end = 0, now.s, now.n),
                now.overs + 1, 0, false, now.balls, now.found
            )::Tuple(s String, n String, overs Int32, balls Int32, open Bool, before Int32, found Array(UInt32)),
            x.type = 'BatterSentIn',
            (
                if(x.as_striker, x.player, now.s), if(x.as_striker, now.n, x.player),
                now.overs, now.balls, now.open, now.before, now.found
            )::Tuple(s String, n String, overs Int32, balls Int32, open Bool, before Int32, found Array(UInt32)),
            x.type = 'BatterDismissed',
            (
                if(has(x.gone, now.s), '', now.s), if(has(x.gone, now.n), '', now.n),
                now.overs, now.balls, now.open, now.before, now.found
            )::Tuple(s String, n String, overs Int32, balls Int32, open Bool, before Int32, found Array(UInt32)),
            now
        ),
        facts,
        ('', '', 0, 0, false, 0, [])::Tuple(s String, n String, overs Int32, balls Int32, open Bool, before Int32, found Array(UInt32))
    ).found) AS named
FROM
(
    SELECT
        fact.tenant_id AS tenant_id,
        fact.match_id AS match_id,
        fact.innings AS innings,
        any(made.balls_per_over) AS balls_per_over,
        any(made.overs_per_end) AS overs_per_end,
        arraySort(groupArray((
            if(empty(inserted.place), [fact.named, 1], inserted.place),
            fact.type,
            fact.named,
            fact.over,
            fact.derived,
            fact.striker,
            fact.non_striker,
            NOT (fact.called = 'wide' AND made.wide_rebowled OR fact.called = 'no ball' AND made.no_ball_rebowled),
            (
                fact.bat_runs + fact.byes + fact.leg_byes + fact.short_runs
                + greatest(0, toInt32(fact.wides) - if(fact.wides > 0, made.wide_runs, 0))
                + greatest(0, toInt32(fact.no_balls) - if(fact.no_balls > 0, made.no_ball_runs, 0))
                + arrayCount(
                    one -> coalesce(one.crossed, false) AND (
                        one.kind IN ('run out', 'obstructing the field', 'hit the ball twice', 'handled the ball')
                        OR one.kind IN ('caught', 'caught and bowled')
                            AND NOT made.new_batter_takes_strike_when_caught
                    ),
                    fact.wickets
                )
            ) % 2 = 1,
            fact.wickets.player,
            fact.player,
            fact.as_striker
        )::Tuple(
            place Array(UInt32), type String, named UInt32, over Int32, derived Bool, striker String, non_striker String,
            legal Bool, swapped Bool, gone Array(String), player String, as_striker Bool
        ))) AS facts
    FROM (SELECT * FROM fact FINAL) AS fact
    INNER JOIN (SELECT * FROM made FINAL) AS made
        ON made.tenant_id = fact.tenant_id AND made.match_id = fact.match_id
    LEFT JOIN inserted
        ON inserted.tenant_id = fact.tenant_id AND inserted.match_id = fact.match_id AND inserted.named = fact.named
    WHERE fact.type IN ('BallRecorded', 'BatterSentIn', 'BatterDismissed', 'OverEnded')
        AND (fact.tenant_id, fact.match_id) IN (SELECT tenant_id, match_id FROM correction)
    GROUP BY tenant_id, match_id, innings
);

-- The balls that hold, as they hold. Super Overs are marked; the leaders leave them out. over_ended: the umpires called
-- this over complete, whatever was bowled of it.
CREATE VIEW IF NOT EXISTS ball AS
SELECT
    fact.tenant_id AS tenant_id,
    fact.match_id AS match_id,
    fact.named AS named,
    fact.innings AS innings,
    fact.over AS over,
    if(turned.named > 0, fact.non_striker, fact.striker) AS striker,
    if(turned.named > 0, fact.striker, fact.non_striker) AS non_striker,
    fact.bowler AS bowler,
    fact.bat_runs AS bat_runs,
    fact.bat_runs + fact.wides + fact.no_balls AS conceded,
    fact.bat_runs + fact.wides + fact.no_balls + fact.byes + fact.leg_byes + fact.penalty AS runs,
    fact.called != 'wide' AS faced,
    NOT (fact.called = 'wide' AND made.wide_rebowled OR fact.called = 'no ball' AND made.no_ball_rebowled) AS legal,
    fact.boundary = 'four' AND fact.bat_runs = 4 AS four,
    fact.boundary = 'six' AND fact.bat_runs = 6 AS six,
    fact.wickets AS wickets,
    began.batting AS batting,
    began.bowling AS bowling,
    began.super_over AS super_over,
    ended.named > 0 AS over_ended,
    made.balls_per_over AS balls_per_over,
    made.tournament AS tournament,
    made.season AS season,
    made.venue AS venue,
    made.conditions AS conditions
FROM (SELECT * FROM fact FINAL WHERE type = 'BallRecorded') AS fact
INNER JOIN (SELECT * FROM made FINAL) AS made
    ON made.tenant_id = fact.tenant_id AND made.match_id = fact.match_id
INNER JOIN (SELECT * FROM fact FINAL WHERE type = 'InningsStarted') AS began
    ON began.tenant_id = fact.tenant_id AND began.match_id = fact.match_id AND began.innings = fact.innings
ANY LEFT JOIN (SELECT * FROM fact FINAL WHERE type = 'OverEnded') AS ended
    ON ended.tenant_id = fact.tenant_id AND ended.match_id = fact.match_id AND ended.innings = fact.innings
    AND ended.over = fact.over
ANY LEFT JOIN turned
    ON turned.tenant_id = fact.tenant_id AND turned.match_id = fact.match_id AND turned.named = fact.named;

-- Every batter of every innings: who faced, stood at the other end, was sent in, or was out without having come in.
CREATE VIEW IF NOT EXISTS batting_line AS
SELECT
    tenant_id,
    match_id,
    innings,
    player,
    max(out) AS out,
    sum(runs) AS runs,
    sum(faced) AS balls,
    sum(four) AS fours,
    sum(six) AS sixes
FROM
(
    SELECT tenant_id, match_id, innings, one.1 AS player, 0 AS out, one.2 AS runs, one.3 AS faced, one.4 AS four, one.5 AS six
    FROM
    (
        SELECT tenant_id, match_id, innings, arrayJoin([
            (striker, bat_runs, faced, four, six), (non_striker, 0, 0, 0, 0)
        ]) AS one
        FROM ball
    )
    UNION ALL
    SELECT tenant_id, match_id, innings, player, 0, 0, 0, 0, 0 FROM fact FINAL WHERE type = 'BatterSentIn'
    UNION ALL
    SELECT tenant_id, match_id, innings, one.player, one.kind NOT IN ('retired hurt', 'retired not out'), 0, 0, 0, 0
    FROM fact FINAL
    ARRAY JOIN wickets AS one
)
GROUP BY tenant_id, match_id, innings, player;

-- Every bowler of every innings. An over that is over has its full number of balls, however many were bowled (Law 17.5),
-- where one bowler bowled it all; of one that is not, or was shared, the legal balls count. A maiden is one bowler's,
-- whole, and nothing was conceded in it.
CREATE VIEW IF NOT EXISTS bowling_line AS
SELECT
    tenant_id,
    match_id,
    innings,
    player,
    any(per_over) AS balls_per_over,
    sum(if(whole, per_over, legal)) AS balls,
    countIf(whole AND conceded = 0) AS maidens,
    sum(conceded) AS runs,
    sum(wickets) AS wickets,
    sum(dots) AS dots
FROM
(
    SELECT
        *,
        count() OVER the_over = 1
            AND (legal >= per_over OR max(over) OVER the_innings > over OR ended) AS whole
    FROM
    (
        SELECT
            tenant_id,
            match_id,
            innings,
            over,
            bowler AS player,
            any(ball.balls_per_over) AS per_over,
            any(ball.over_ended) AS ended,
            sum(ball.legal) AS legal,
            sum(ball.conceded) AS conceded,
            countIf(ball.conceded = 0) AS dots,
            sum(arrayCount(
                one -> one.kind IN ('bowled', 'caught', 'caught and bowled', 'lbw', 'stumped', 'hit wicket'),
                ball.wickets
            )) AS wickets
        FROM ball
        GROUP BY tenant_id, match_id, innings, over, player
    )
    WINDOW
        the_over AS (PARTITION BY tenant_id, match_id, innings, over),
        the_innings AS (PARTITION BY tenant_id, match_id, innings)
)
GROUP BY tenant_id, match_id, innings, player;

-- Who took part in a match: those named in the line-ups, and those who came in for one of them.
CREATE VIEW IF NOT EXISTS appearance AS
SELECT DISTINCT tenant_id, match_id, player
FROM
(
    SELECT tenant_id, match_id, arrayJoin(argMax(players, named)) AS player
    FROM fact FINAL WHERE type = 'LineUpNamed' GROUP BY tenant_id, match_id, team
    UNION ALL
    SELECT tenant_id, match_id, player FROM fact FINAL WHERE type = 'PlayerReplaced'
);
