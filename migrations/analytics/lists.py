"""The functions that list other figures than those of players, and all of them together."""

from migrations.analytics.form import LEAST, NEWEST, WHERE, listing, matching, over, quoted, shown
from migrations.analytics.players import BATTING, BOWLING, MVP

MATCH_UPS = listing(
    "analytics_match_ups",
    {
        "balls": ("-b.balls", "-b.runs"),
        "runs": ("-b.runs", "b.balls"),
        "wickets": ("-b.wickets", "b.runs"),
        "strike_rate": (over("b.runs", "b.balls", "1", "-"), "-b.runs"),
    },
    quoted(
        f"""
        select (array_agg(r.name {NEWEST}))[1] as label, e.batter || '/' || e.bowler as id, e.batter, e.bowler,
          (array_agg(q.name {NEWEST}))[1] as bowler_name, count(distinct (e.match_id, e.innings)) as innings,
          sum(e.balls) as balls, sum(e.runs) as runs, sum(e.dots) as dots, sum(e.rotated) as rotated,
          sum(e.fours) as fours, sum(e.sixes) as sixes, sum(e.outs) as outs, sum(e.wickets) as wickets
        from rm_analytics_player r join rm_analytics_meeting e on e.match_id = r.match_id and e.batter = r.player
        join rm_analytics_player q on q.match_id = e.match_id and q.player = e.bowler
        where r.tenant_id = $1 and {matching("r", *WHERE)} and {matching("e", "phase", "batter", "bowler")}
          and ($2 ->> 'batter' is null or r.player = $2 ->> 'batter')
        group by e.batter, e.bowler
        """
    ),
    f"b.balls >= {LEAST[1]} and b.innings >= {LEAST[0]}",
    shown(
        *("batter", "bowler", "bowler_name", "innings", "balls", "runs", "dots", "rotated", "fours", "sixes"),
        *("outs", "wickets"),
    ),
)
OF_MATCH = matching("m", "tournament", "season", "venue")
SIDES = "($2 ->> 'team' is null or i.batting = $2 ->> 'team') and ($2 ->> 'opponent' is null or i.bowling = $2 ->> 'opponent')"
NAME_OF = "(select r.name from rm_analytics_player r where r.match_id = {match} and r.player = {player})"
PARTNERSHIPS = listing(
    "analytics_partnerships",
    {"runs": ("-b.runs", "b.balls"), "balls": ("-b.balls", "-b.runs")},
    quoted(
        f"""
        select i.batting as label, s.match_id || '/' || s.innings || '/' || s.sequence as id, s.*, i.batting, i.bowling,
          m.played_at, m.venue
        from rm_analytics_match m join rm_analytics_stand s on s.match_id = m.match_id
        join rm_analytics_innings i on i.match_id = s.match_id and i.innings = s.innings
        where m.tenant_id = $1 and {OF_MATCH} and {SIDES}
          and ($2 ->> 'wicket' is null or s.wicket = ($2 ->> 'wicket')::int)
          and ($2 ->> 'player' is null or $2 ->> 'player' in (s.first, s.second))
        """
    ),
    f"b.balls >= {LEAST[1]}",
    shown(
        *(
            "wicket",
            "runs",
            "balls",
            "unbroken",
            "first",
            "second",
            "batting",
            "bowling",
            "venue",
            "played_at",
        ),
        *("match_id", "innings"),
        first_name=NAME_OF.format(match="p.match_id", player="p.first"),
        second_name=NAME_OF.format(match="p.match_id", player="p.second"),
    ),
)
PHASES = listing(
    "analytics_phases",
    {"batting": ("0::numeric", "0::numeric")},
    quoted(
        f"""
        select case when $2 ->> 'side' = 'bowling' then r.opponent else r.team end as label,
          array_position(array['powerplay', 'middle', 'death', 'whole'], e.phase)::text as id, e.phase,
          count(distinct (e.match_id, e.innings)) as innings, sum(e.legal) as balls, sum(e.conceded) as runs,
          sum(e.outs) as outs, sum(e.bowler_dots) as dots, sum(e.fours) as fours, sum(e.sixes) as sixes,
          max(r.balls_per_over) as balls_per_over
        from rm_analytics_player r join rm_analytics_meeting e on e.match_id = r.match_id and e.batter = r.player
        where r.tenant_id = $1 and {matching("r", "tournament", "season", "venue")} and {matching("e", "phase")}
          and ($2 ->> 'team' is null
            or case when $2 ->> 'side' = 'bowling' then r.opponent else r.team end = $2 ->> 'team')
        group by 1, e.phase
        """
    ),
    "true",
    shown("phase", "innings", "balls", "runs", "outs", "dots", "fours", "sixes", "balls_per_over"),
)
VENUES = listing(
    "analytics_venues",
    {"matches": ("-b.matches", "-b.runs")},
    quoted(
        f"""
        select m.venue as label, m.venue as id, count(distinct m.match_id) as matches,
          count(i.innings) as innings, coalesce(sum(i.runs), 0) as runs, coalesce(sum(i.wickets), 0) as wickets,
          coalesce(sum(i.balls), 0) as balls, max(m.balls_per_over) as balls_per_over,
          max(i.runs) as highest, min(i.runs) filter (where i.all_out) as lowest,
          count(*) filter (where i.innings = 1 and i.closed) as first_innings,
          coalesce(sum(i.runs) filter (where i.innings = 1 and i.closed), 0) as first_innings_runs,
          count(*) filter (where i.innings = 1 and m.winner = i.batting) as won_batting_first,
          count(*) filter (where i.innings = 1 and m.winner = i.bowling) as won_batting_second
        from rm_analytics_match m left join rm_analytics_innings i on i.match_id = m.match_id and not i.super_over
        where m.tenant_id = $1 and m.venue is not null and {OF_MATCH}
          and ($2 ->> 'team' is null or $2 ->> 'team' in (m.home, m.away))
        group by m.venue
        """
    ),
    "true",
    shown(
        *(
            "matches",
            "innings",
            "runs",
            "wickets",
            "balls",
            "balls_per_over",
            "highest",
            "lowest",
            "first_innings",
        ),
        *("first_innings_runs", "won_batting_first", "won_batting_second"),
    ),
)
TEAMS = listing(
    "analytics_teams",
    {"won": ("-b.won", "b.lost"), "runs": ("-b.runs", "b.balls")},
    quoted(
        f"""
        select s.team as label, s.team as id, count(*) as matches,
          count(*) filter (where m.winner = s.team) as won,
          count(*) filter (where m.winner = s.opponent) as lost,
          count(*) filter (where m.winner is null and m.outcome in ('tie', 'draw')) as tied,
          count(*) filter (where m.outcome = 'no result') as no_result,
          sum(i.runs) as runs, sum(i.balls) as balls, sum(i.wickets) as wickets, max(i.highest) as highest,
          min(i.lowest) as lowest, sum(i.conceded) as conceded, sum(i.bowled) as bowled, sum(i.taken) as taken,
          max(m.balls_per_over) as balls_per_over
        from rm_analytics_match m
        cross join lateral (values (m.home, m.away), (m.away, m.home)) as s (team, opponent)
        cross join lateral (
          select coalesce(sum(i.runs) filter (where i.batting = s.team), 0) as runs,
            coalesce(sum(i.balls) filter (where i.batting = s.team), 0) as balls,
            coalesce(sum(i.wickets) filter (where i.batting = s.team), 0) as wickets,
            max(i.runs) filter (where i.batting = s.team) as highest,
            min(i.runs) filter (where i.batting = s.team and i.all_out) as lowest,
            coalesce(sum(i.runs) filter (where i.bowling = s.team), 0) as conceded,
            coalesce(sum(i.balls) filter (where i.bowling = s.team), 0) as bowled,
            coalesce(sum(i.wickets) filter (where i.bowling = s.team), 0) as taken
          from rm_analytics_innings i where i.match_id = m.match_id and not i.super_over
        ) i
        where m.tenant_id = $1 and {OF_MATCH} and (m.outcome is not null or i.balls + i.bowled > 0)
          and ($2 ->> 'team' is null or s.team = $2 ->> 'team')
          and ($2 ->> 'opponent' is null or s.opponent = $2 ->> 'opponent')
        group by s.team
        """
    ),
    "true",
    shown(
        *("matches", "won", "lost", "tied", "no_result", "runs", "balls", "wickets", "highest", "lowest"),
        *("conceded", "bowled", "taken", "balls_per_over"),
    ),
)
LISTS = (BATTING, BOWLING, MVP, MATCH_UPS, PARTNERSHIPS, PHASES, VENUES, TEAMS)
