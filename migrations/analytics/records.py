"""The function that tells the records of one tenant."""

from migrations.analytics.form import matching, quoted
from migrations.analytics.lists import NAME_OF, OF_MATCH

# A record's row: what it is of, its number and a second one that separates equal ones, both sorting ascending.
AT = "m.match_id, m.played_at, m.venue"
RECORDS = {
    "highest_score": f"""
      select -i.runs as k1, (i.balls) as k2, {AT}, i.player as who, r.team, r.opponent,
        jsonb_build_object('runs', i.runs, 'balls', i.balls, 'fours', i.fours, 'sixes', i.sixes, 'not_out', not i.out)
      from scope m join rm_analytics_batting i on i.match_id = m.match_id
      join rm_analytics_player r on r.match_id = i.match_id and r.player = i.player where {{side}}
    """,
    "best_figures": f"""
      select -i.wickets, i.runs, {AT}, i.player, r.team, r.opponent,
        jsonb_build_object('wickets', i.wickets, 'runs', i.runs, 'balls', i.balls, 'maidens', i.maidens)
      from scope m join rm_analytics_bowling i on i.match_id = m.match_id
      join rm_analytics_player r on r.match_id = i.match_id and r.player = i.player where {{side}}
    """,
    "hat_trick": f"""
      select -i.wickets, extract(epoch from m.played_at)::bigint, {AT}, i.bowler, r.team, r.opponent,
        jsonb_build_object('wickets', i.wickets, 'innings', i.innings, 'over', i.over, 'ball', i.ball)
      from scope m join rm_analytics_hat_trick i on i.match_id = m.match_id
      join rm_analytics_player r on r.match_id = i.match_id and r.player = i.bowler where {{side}}
    """,
    **{
        f"fastest_{name}": f"""
      select i.{name}_balls, -i.runs, {AT}, i.player, r.team, r.opponent,
        jsonb_build_object('balls', i.{name}_balls, 'runs', i.runs, 'faced', i.balls, 'not_out', not i.out)
      from scope m join rm_analytics_batting i on i.match_id = m.match_id and i.{name}_balls is not null
      join rm_analytics_player r on r.match_id = i.match_id and r.player = i.player where {{side}}
    """
        for name in ("fifty", "hundred")
    },
    **{
        f"win_by_{margin}": f"""
      select -m.by_{margin}, 0, {AT}, null::text, r.team, r.opponent,
        jsonb_build_object('{margin}', m.by_{margin}, 'method', m.method)
      from scope m cross join lateral (
        select m.winner as team, case m.winner when m.home then m.away else m.home end as opponent
      ) r where m.by_{margin} is not null and m.by_innings is null and {{side}}
    """
        for margin in ("runs", "wickets")
    },
    **{
        name: f"""
      select {key}, i.balls, {AT}, null::text, r.team, r.opponent,
        jsonb_build_object('runs', i.runs, 'wickets', i.wickets, 'balls', i.balls, 'all_out', i.all_out)
      from scope m join rm_analytics_innings i on i.match_id = m.match_id and not i.super_over {more}
      cross join lateral (select i.batting as team, i.bowling as opponent) r where {{side}}
    """
        for name, key, more in (
            ("highest_total", "-i.runs", ""),
            ("lowest_total", "i.runs", "and i.all_out"),
        )
    },
    "highest_partnership": f"""
      select -s.runs, s.balls, {AT}, s.first, r.team, r.opponent,
        jsonb_build_object('runs', s.runs, 'balls', s.balls, 'wicket', s.wicket, 'unbroken', s.unbroken,
          'second', s.second, 'second_name', {NAME_OF.format(match="s.match_id", player="s.second")})
      from scope m join rm_analytics_stand s on s.match_id = m.match_id
      join rm_analytics_innings i on i.match_id = s.match_id and i.innings = s.innings
      cross join lateral (select i.batting as team, i.bowling as opponent) r where {{side}}
    """,
}
RECORD_ROW = "as q (k1, k2, match_id, played_at, venue, player, team, opponent, document)"


def of_record(name: str, sql: str) -> str:
    best = f"""
      select * from ({sql.format(side=matching("r", "team", "opponent"))}) {RECORD_ROW}
      order by q.k1, q.k2, q.played_at, q.match_id, q.player collate "C" limit $3
    """
    return f"""
      select '{name}'::text, row_number() over (order by q.k1, q.k2, q.played_at, q.match_id, q.player collate "C"),
        q.document || jsonb_build_object('match', q.match_id, 'played_at', q.played_at, 'venue', q.venue,
          'team', q.team, 'opponent', q.opponent, 'player', q.player,
          'name', {NAME_OF.format(match="q.match_id", player="q.player")})
      from ({best}) q
    """


RECORDS_BOOK = f"""
  create function analytics_records(p_tenant uuid, p_filter jsonb, p_kinds text[], p_limit integer)
  returns table (kind text, rank bigint, document jsonb) language plpgsql as $f$
  declare
    one text;
  begin
    perform set_config('app.tenant_id', p_tenant::text, true);
    foreach one in array p_kinds loop
      return query execute
        {quoted(f"with scope as (select m.* from rm_analytics_match m where m.tenant_id = $1 and {OF_MATCH}) ")}
        || case one {" ".join(f"when '{name}' then {quoted(of_record(name, sql))}" for name, sql in RECORDS.items())} end
        using p_tenant, p_filter, p_limit;
    end loop;
  end $f$
"""
