-- What the events say, without a word of what they say in JSON: names of people stand in one table only, so that they
-- can be forgotten.

-- A fact of a match under the version that names it. What states it again replaces it: the same event come twice, a
-- BallCorrected (by its higher version), and what takes it back (deleted). So FINAL is what holds, whatever the order
-- in which rows came and however often.
CREATE TABLE IF NOT EXISTS fact
(
    tenant_id UUID,
    match_id UUID,
    named UInt32,
    version UInt32,
    deleted UInt8,
    type LowCardinality(String),
    innings UInt8,
    over UInt16,
    derived Bool,
    striker LowCardinality(String),
    non_striker LowCardinality(String),
    bowler LowCardinality(String),
    bat_runs UInt8,
    wides UInt8,
    no_balls UInt8,
    byes UInt8,
    leg_byes UInt8,
    penalty UInt8,
    short_runs UInt8,
    called LowCardinality(String),
    boundary LowCardinality(String),
    wickets Array(Tuple(player String, kind String, crossed Nullable(Bool))),
    player LowCardinality(String),
    as_striker Bool,
    super_over Bool,
    batting LowCardinality(String),
    bowling LowCardinality(String),
    team LowCardinality(String),
    players Array(String)
)
ENGINE = ReplacingMergeTree(version, deleted)
ORDER BY (tenant_id, match_id, named);

-- Corrections as such: which matches have any, and before which ball another was inserted.
CREATE TABLE IF NOT EXISTS correction
(
    tenant_id UUID,
    match_id UUID,
    version UInt32,
    before UInt32
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant_id, match_id, version);

-- A match and the playing conditions that its balls are counted by.
CREATE TABLE IF NOT EXISTS made
(
    tenant_id UUID,
    match_id UUID,
    tournament String,
    season String,
    stage String,
    gender LowCardinality(String),
    venue String,
    starts_at Nullable(DateTime64(3, 'UTC')),
    conditions LowCardinality(String),
    balls_per_over UInt8,
    overs_per_end UInt8,
    wide_runs UInt8,
    no_ball_runs UInt8,
    wide_rebowled Bool,
    no_ball_rebowled Bool,
    new_batter_takes_strike_when_caught Bool
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant_id, match_id);

-- What was last announced of the result: is there one?
CREATE TABLE IF NOT EXISTS outcome
(
    tenant_id UUID,
    match_id UUID,
    version UInt32,
    decided Bool
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant_id, match_id);

-- What a player is called in a match; the latest name takes the place of those before, a PersonErased's too.
CREATE TABLE IF NOT EXISTS called
(
    tenant_id UUID,
    match_id UUID,
    player String,
    version UInt32,
    name String
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant_id, match_id, player);

CREATE MATERIALIZED VIEW IF NOT EXISTS to_fact TO fact AS
WITH
    mapFromArrays(`_headers.name`, `_headers.value`) AS header,
    splitByChar('.', header['ce_type']) AS kind,
    toUInt32OrZero(header['version']) AS own,
    if(kind[3] IN ('BallCorrected', 'BallInserted'), JSONExtractRaw(data, 'recorded'), data) AS stated,
    JSONExtract(stated, 'delivery', 'Tuple(striker String, non_striker String, bowler String, bat_runs UInt8, wides UInt8, no_balls UInt8, byes UInt8, leg_byes UInt8, penalty UInt8, short_runs UInt8, called String, boundary String, wickets Array(Tuple(player String, kind String, crossed Nullable(Bool))))') AS delivery
SELECT
    toUUIDOrZero(header['tenant-id']) AS tenant_id,
    toUUIDOrZero(header['ce_subject']) AS match_id,
    multiIf(
        kind[3] IN ('BallCorrected', 'BallRemoved'), JSONExtractUInt(data, 'ball'),
        kind[3] = 'FactWithdrawn', JSONExtractUInt(data, 'version'),
        own
    ) AS named,
    own AS version,
    kind[3] IN ('BallRemoved', 'FactWithdrawn') AS deleted,
    if(kind[3] IN ('BallCorrected', 'BallInserted'), 'BallRecorded', kind[3]) AS type,
    JSONExtractUInt(stated, 'innings') AS innings,
    JSONExtractUInt(stated, 'over') AS over,
    JSONExtractBool(stated, 'derived') AS derived,
    delivery.striker AS striker,
    delivery.non_striker AS non_striker,
    multiIf(kind[3] = 'BowlerReplaced', JSONExtractString(data, 'bowler'), delivery.bowler) AS bowler,
    delivery.bat_runs AS bat_runs,
    delivery.wides AS wides,
    delivery.no_balls AS no_balls,
    delivery.byes AS byes,
    delivery.leg_byes AS leg_byes,
    delivery.penalty AS penalty,
    delivery.short_runs AS short_runs,
    delivery.called AS called,
    delivery.boundary AS boundary,
    if(
        kind[3] = 'BatterDismissed',
        [(JSONExtractString(data, 'player'), JSONExtractString(data, 'kind'), NULL)],
        delivery.wickets
    ) AS wickets,
    JSONExtractString(data, if(kind[3] = 'PlayerReplaced', 'player_in', 'player')) AS player,
    JSONExtractBool(data, 'as_striker') AS as_striker,
    JSONExtractBool(data, 'super_over') AS super_over,
    JSONExtractString(data, 'batting') AS batting,
    JSONExtractString(data, 'bowling') AS bowling,
    JSONExtractString(data, 'team') AS team,
    JSONExtract(data, 'players', 'Array(Tuple(id String))').id AS players
FROM ball_events
WHERE kind[2] = 'match' AND kind[3] IN (
    'BallRecorded', 'BallCorrected', 'BallInserted', 'BallRemoved', 'FactWithdrawn', 'InningsStarted',
    'InningsForfeited', 'BatterSentIn', 'BatterDismissed', 'BowlerReplaced', 'OverEnded', 'LineUpNamed',
    'PlayerReplaced'
);

CREATE MATERIALIZED VIEW IF NOT EXISTS to_correction TO correction AS
WITH mapFromArrays(`_headers.name`, `_headers.value`) AS header, splitByChar('.', header['ce_type']) AS kind
SELECT
    toUUIDOrZero(header['tenant-id']) AS tenant_id,
    toUUIDOrZero(header['ce_subject']) AS match_id,
    toUInt32OrZero(header['version']) AS version,
    JSONExtractUInt(data, 'before') AS before
FROM ball_events
WHERE kind[2] = 'match' AND kind[3] IN ('BallCorrected', 'BallInserted', 'BallRemoved');

CREATE MATERIALIZED VIEW IF NOT EXISTS to_made TO made AS
WITH
    mapFromArrays(`_headers.name`, `_headers.value`) AS header,
    JSONExtract(data, 'conditions', 'Tuple(name String, balls_per_over UInt8, overs_per_end UInt8, wide_runs UInt8, no_ball_runs UInt8, wide_rebowled Bool, no_ball_rebowled Bool, new_batter_takes_strike_when_caught Bool)') AS under
SELECT
    toUUIDOrZero(header['tenant-id']) AS tenant_id,
    toUUIDOrZero(header['ce_subject']) AS match_id,
    JSONExtractString(data, 'tournament') AS tournament,
    JSONExtractString(data, 'season') AS season,
    JSONExtractString(data, 'stage') AS stage,
    JSONExtractString(data, 'gender') AS gender,
    JSONExtractString(data, 'venue') AS venue,
    parseDateTime64BestEffortOrNull(JSONExtractString(data, 'starts_at'), 3, 'UTC') AS starts_at,
    under.name AS conditions,
    under.balls_per_over AS balls_per_over,
    under.overs_per_end AS overs_per_end,
    under.wide_runs AS wide_runs,
    under.no_ball_runs AS no_ball_runs,
    under.wide_rebowled AS wide_rebowled,
    under.no_ball_rebowled AS no_ball_rebowled,
    under.new_batter_takes_strike_when_caught AS new_batter_takes_strike_when_caught
FROM ball_events
WHERE header['ce_type'] = 'pavilion.match.MatchCreated';

CREATE MATERIALIZED VIEW IF NOT EXISTS to_outcome TO outcome AS
WITH mapFromArrays(`_headers.name`, `_headers.value`) AS header
SELECT
    toUUIDOrZero(header['tenant-id']) AS tenant_id,
    toUUIDOrZero(header['ce_subject']) AS match_id,
    toUInt32OrZero(header['version']) AS version,
    header['ce_type'] = 'pavilion.match.ResultReached' AS decided
FROM ball_events
WHERE header['ce_type'] IN ('pavilion.match.ResultReached', 'pavilion.match.ResultWithdrawn');

CREATE MATERIALIZED VIEW IF NOT EXISTS to_called TO called AS
WITH
    mapFromArrays(`_headers.name`, `_headers.value`) AS header,
    splitByChar('.', header['ce_type']) AS kind,
    multiIf(
        kind[3] = 'PlayerReplaced', [(JSONExtractString(data, 'player_in'), JSONExtractString(data, 'player_in_name'))],
        kind[3] = 'PersonErased', [(JSONExtractString(data, 'person'), JSONExtractString(data, 'name'))],
        arrayConcat(
            JSONExtract(data, 'players', 'Array(Tuple(id String, name String))'),
            JSONExtract(data, 'substitutes', 'Array(Tuple(id String, name String))')
        )
    ) AS named
SELECT
    toUUIDOrZero(header['tenant-id']) AS tenant_id,
    toUUIDOrZero(header['ce_subject']) AS match_id,
    one.1 AS player,
    toUInt32OrZero(header['version']) AS version,
    one.2 AS name
FROM ball_events
ARRAY JOIN named AS one
WHERE kind[2] = 'match' AND kind[3] IN ('LineUpNamed', 'PlayerReplaced', 'PersonErased');
