"""The functions that list players for one tenant."""

from migrations.analytics.form import LEAST, NEWEST, SUMS, WHERE, listing, matching, over, quoted, shown

TOTAL = "p_filter ?| array['team', 'venue', 'opponent'] or p_filter ?& array['tournament', 'season']"


def of_players(innings: str, team: str) -> tuple[str, str]:
    """Players' sums: from the totals of a scope, and from their matches where the filter asks for a part of it."""
    totals = f"""
      select t.name as label, t.player as id, t.{team} as shown_team, t.balls_per_over, {", ".join(f"t.{n}" for n in SUMS)}
      from analytics_total t
      where t.tenant_id = $1 and t.scope_id = coalesce($2 ->> 'tournament', $2 ->> 'season', '')
        and t.scope = case when $2 ->> 'tournament' is not null then 'tournament'
          when $2 ->> 'season' is not null then 'season' else 'career' end
    """
    matches = f"""
      select (array_agg(r.name {NEWEST}))[1] as label, r.player as id,
        (array_agg(r.team {NEWEST}) filter (where {innings}))[1] as shown_team,
        (array_agg(r.balls_per_over {NEWEST}))[1] as balls_per_over, {", ".join(f"sum(r.{n}) as {n}" for n in SUMS)}
      from rm_analytics_player r where r.tenant_id = $1 and {matching("r", *WHERE)} group by r.player
    """
    return totals, matches


def chosen(*sources: tuple[str | None, str]) -> str:
    """The first source whose condition holds."""
    whens = "".join(f" when {condition} then {quoted(sql)}" for condition, sql in sources if condition)
    (last,) = (sql for condition, sql in sources if condition is None)
    return f"case{whens} else {quoted(last)} end" if whens else quoted(last)


BATTED, BOWLED = "r.bat_innings > 0", "r.bowl_innings > 0"
BAT_TOTALS, BAT_MATCHES = of_players(BATTED, "bat_team")
BOWL_TOTALS, BOWL_MATCHES = of_players(BOWLED, "bowl_team")
ALL_TOTALS, ALL_MATCHES = of_players("true", "team")
PHASE = "p_filter ->> 'phase' is not null"
BAT_PHASE = f"""
  select (array_agg(r.name {NEWEST}))[1] as label, r.player as id, (array_agg(r.team {NEWEST}))[1] as shown_team,
    count(distinct r.match_id) as matches, count(distinct (e.match_id, e.innings)) as bat_innings,
    count(distinct (e.match_id, e.innings)) - sum(e.outs) as not_outs, sum(e.runs) as runs, sum(e.balls) as balls,
    null::bigint as fifties, null::bigint as hundreds, sum(e.fours) as fours, sum(e.sixes) as sixes,
    sum(e.dots) as bat_dots, sum(e.rotated) as rotated
  from rm_analytics_player r join rm_analytics_meeting e on e.match_id = r.match_id and e.batter = r.player
  where r.tenant_id = $1 and e.phase = $2 ->> 'phase' and {matching("r", *WHERE)} group by r.player
"""
BOWL_PHASE = f"""
  select (array_agg(r.name {NEWEST}))[1] as label, r.player as id, (array_agg(r.team {NEWEST}))[1] as shown_team,
    (array_agg(r.balls_per_over {NEWEST}))[1] as balls_per_over,
    count(distinct r.match_id) as matches, count(distinct (e.match_id, e.innings)) as bowl_innings,
    sum(e.legal) as bowl_balls, null::bigint as maidens, sum(e.conceded) as conceded, sum(e.wickets) as wickets,
    null::bigint as four_wickets, null::bigint as five_wickets, sum(e.bowler_dots) as bowl_dots,
    sum(e.wides) as wides, sum(e.no_balls) as no_balls
  from rm_analytics_player r join rm_analytics_meeting e on e.match_id = r.match_id and e.bowler = r.player
  where r.tenant_id = $1 and e.phase = $2 ->> 'phase' and {matching("r", *WHERE)} group by r.player
"""
BEST = """
  left join lateral (
    select r.{one}, r.{other} from rm_analytics_player r
    where $2 ->> 'phase' is null and r.tenant_id = $1 and r.player = p.id and r.{one} is not null and {where}
    order by r.{one} desc, r.{other} {direction} limit 1
  ) best on true
"""


BATTING = listing(
    "analytics_batting",
    {
        "runs": ("-b.runs", over("b.runs * 100", "b.balls", "0", "-")),
        "average": (over("b.runs", "b.bat_innings - b.not_outs", "1", "-"), "-b.runs"),
        "strike_rate": (over("b.runs", "b.balls", "1", "-"), "-b.runs"),
        "fours": ("-b.fours", "-b.runs"),
        "sixes": ("-b.sixes", "-b.runs"),
        "fifties": ("-coalesce(b.fifties, 0)", "-b.runs"),
        "hundreds": ("-coalesce(b.hundreds, 0)", "-b.runs"),
        "boundary_rate": (over("b.fours + b.sixes", "b.balls", "1", "-"), "-b.runs"),
        "dot_rate": (over("b.bat_dots", "b.balls", "2"), "-b.runs"),
        "rotation_rate": (over("b.rotated", "b.balls", "1", "-"), "-b.runs"),
    },
    chosen((PHASE, BAT_PHASE), (TOTAL, BAT_MATCHES), (None, BAT_TOTALS)),
    f"b.bat_innings >= {LEAST[0]} and b.balls >= {LEAST[1]}",
    shown(
        *(
            "matches",
            "not_outs",
            "runs",
            "balls",
            "fifties",
            "hundreds",
            "fours",
            "sixes",
            "bat_dots",
            "rotated",
        ),
        team="p.shown_team",
        innings="p.bat_innings",
        highest="best.highest",
        highest_not_out="best.highest_not_out",
    ),
    BEST.format(one="highest", other="highest_not_out", direction="desc", where=matching("r", *WHERE)),
)
ECONOMY = over("b.conceded * b.balls_per_over", "b.bowl_balls", "1e9")
BOWLING = listing(
    "analytics_bowling",
    {
        "wickets": ("-b.wickets", ECONOMY),
        "economy": (ECONOMY, "-b.wickets"),
        "average": (over("b.conceded", "b.wickets", "1e9"), "-b.wickets"),
        "strike_rate": (over("b.bowl_balls", "b.wickets", "1e9"), "-b.wickets"),
        "dots": ("-b.bowl_dots", "-b.wickets"),
        "dot_rate": (over("b.bowl_dots", "b.bowl_balls", "1", "-"), "-b.wickets"),
    },
    chosen((PHASE, BOWL_PHASE), (TOTAL, BOWL_MATCHES), (None, BOWL_TOTALS)),
    f"b.bowl_innings >= {LEAST[0]} and b.bowl_balls >= {LEAST[1]}",
    shown(
        *(
            "matches",
            "maidens",
            "wickets",
            "four_wickets",
            "five_wickets",
            "wides",
            "no_balls",
            "balls_per_over",
        ),
        team="p.shown_team",
        innings="p.bowl_innings",
        balls="p.bowl_balls",
        runs="p.conceded",
        dots="p.bowl_dots",
        best_wickets="best.best_wickets",
        best_runs="best.best_conceded",
    ),
    BEST.format(one="best_wickets", other="best_conceded", direction="asc", where=matching("r", *WHERE)),
)
HALF_POINTS = "5 * b.fours + 7 * b.sixes + 7 * b.wickets + 2 * b.bowl_dots + 5 * b.catches + 5 * b.stumpings"
MVP = listing(
    "analytics_mvp",
    {"points": (f"-({HALF_POINTS})", "b.matches")},
    chosen((TOTAL, ALL_MATCHES), (None, ALL_TOTALS)),
    "b.matches > 0",
    shown(
        *("matches", "runs", "fours", "sixes", "wickets", "catches", "stumpings", "run_outs"),
        team="p.shown_team",
        dots="p.bowl_dots",
        half_points="-p.k1",
    ),
)
