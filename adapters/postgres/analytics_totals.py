"""Totals of players: sums over their matches, in a tournament, a season and a league's whole history (career).

They move by what is new minus what stood, read from the rows themselves, in the transaction that replaces those. So a
total is the sum of its rows after every commit, whatever is remembered, repeated, corrected or taken back.
"""

from typing import Any

from adapters.postgres.analytics_tables import SUMS

TOTALS = "analytics_total"
_SUMS = ", ".join(SUMS)
_SHOWN = ("name", "team", "bat_team", "bowl_team", "balls_per_over")
_SCOPES = (
    "cross join lateral (values ('career', ''), ('season', p.season), ('tournament', p.tournament)) "
    "as s (scope, scope_id)"
)

_OF_KEY = "(tenant_id, scope, scope_id, player)"


def move(staged: str) -> str:
    """Move the totals by the rows of players that are staged, minus what stands of them and of those that are gone
    ($1: their matches, $2: the players). Gives the players of whom the totals do not say what these rows say.

    Rows of totals are locked in the order of their key, so that consumers with different matches of the same players
    wait for each other, and never in a ring. What a total shows besides its sums is what these matches say where
    nothing was said before; ``TELL`` looks afterwards where others say otherwise.
    """
    return f"""
      with named as (
        select match_id, player from {staged} union select * from unnest($1::uuid[], $2::text[])
      ),
      parts as (
        select tenant_id, player, season, tournament, name, team, balls_per_over, {_SUMS} from {staged}
        union all
        select r.tenant_id, r.player, r.season, r.tournament, null, null, null, {", ".join(f"-r.{name}" for name in SUMS)}
        from named join rm_analytics_player r using (match_id, player)
      ),
      differing as (
        select p.tenant_id, s.scope, s.scope_id, p.player, {", ".join(f"sum(p.{name}) as {name}" for name in SUMS)},
          coalesce(max(p.name), '') as name, max(p.team) as team, max(p.balls_per_over) as balls_per_over,
          max(p.team) filter (where p.bat_innings > 0) as bat_team,
          max(p.team) filter (where p.bowl_innings > 0) as bowl_team
        from parts p {_SCOPES}
        where s.scope_id is not null
        group by 1, 2, 3, 4
        having ({", ".join(f"sum(p.{name})" for name in SUMS)}) is distinct from ({", ".join("0" for _ in SUMS)})
      ),
      moved as (
        insert into {TOTALS} as t (tenant_id, scope, scope_id, player, {_SUMS}, {", ".join(_SHOWN)})
        select tenant_id, scope, scope_id, player, {_SUMS}, {", ".join(_SHOWN)} from differing order by 1, 2, 3, 4
        on conflict {_OF_KEY} do update set
          {", ".join(f"{name} = t.{name} + excluded.{name}" for name in SUMS)},
          name = coalesce(nullif(t.name, ''), excluded.name),
          {", ".join(f"{name} = coalesce(t.{name}, excluded.{name})" for name in _SHOWN if name != "name")},
          version = t.version + 1, moved = true
        returning tenant_id, scope, scope_id, player, {", ".join(_SHOWN)}
      )
      select distinct p.tenant_id, p.player, p.season, p.tournament
      from {staged} p {_SCOPES} left join moved t using {_OF_KEY}
      where s.scope_id is not null and (t.player is null
        or (t.name, t.team, t.balls_per_over) is distinct from (p.name, p.team, p.balls_per_over)
        or p.bat_innings > 0 and t.bat_team is distinct from p.team
        or p.bowl_innings > 0 and t.bowl_team is distinct from p.team)
    """  # noqa: S608


_IN_SCOPE = """
  r.tenant_id = t.tenant_id and r.player = t.player
  and case t.scope when 'career' then true when 'season' then r.season = t.scope_id else r.tournament = t.scope_id end
"""


def _newest(columns: str, counts: str) -> str:
    """Of the newest match that counts; the index has a player's matches in this order."""
    return (
        f"(select {columns} from rm_analytics_player r where {counts} and {_IN_SCOPE} "  # noqa: S608
        "order by r.played_at desc, r.match_id desc limit 1)"
    )


_LATEST = """
  select t.tenant_id, t.scope, t.scope_id, t.player, coalesce(newest.name, '') as name, newest.team,
    newest.balls_per_over, bat.team as bat_team, bowl.team as bowl_team
"""
_LOOKED_UP = f"""
  left join lateral {_newest("r.name, r.team, r.balls_per_over", "true")} newest on true
  left join lateral {_newest("r.team", "t.bat_innings > 0 and r.bat_innings > 0")} bat on true
  left join lateral {_newest("r.team", "t.bowl_innings > 0 and r.bowl_innings > 0")} bowl on true
"""
_TOLD = f"""
    set {", ".join(f"{name} = n.{name}" for name in _SHOWN)}, version = t.version + 1, moved = true
"""
_UNLIKE = f"""
  ({", ".join(f"t.{name}" for name in _SHOWN)}) is distinct from ({", ".join(f"n.{name}" for name in _SHOWN)})
"""
# What is not summed, of players in question: how they are called, and the team of the latest match.
TELL = f"""
  update {TOTALS} t {_TOLD}
  from (
    {_LATEST}
    from (select distinct * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
      as k (tenant_id, player, season, tournament)) p {_SCOPES}
    join {TOTALS} t on (t.tenant_id, t.scope, t.scope_id, t.player) = (p.tenant_id, s.scope, s.scope_id, p.player)
    {_LOOKED_UP}
  ) n
  where (t.tenant_id, t.scope, t.scope_id, t.player) = (n.tenant_id, n.scope, n.scope_id, n.player) and {_UNLIKE}
"""  # noqa: S608

ANEW = (
    f"lock table {TOTALS} in share row exclusive mode",
    f"""
    insert into {TOTALS} as t (tenant_id, scope, scope_id, player, {_SUMS})
    select p.tenant_id, s.scope, s.scope_id, p.player, {", ".join(f"sum(p.{name})" for name in SUMS)}
    from rm_analytics_player p {_SCOPES} where s.scope_id is not null
    group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (tenant_id, scope, scope_id, player) do update set
      {", ".join(f"{name} = excluded.{name}" for name in SUMS)}, version = t.version + 1, moved = true
    where ({", ".join(f"t.{name}" for name in SUMS)})
      is distinct from ({", ".join(f"excluded.{name}" for name in SUMS)})
    """,  # noqa: S608
    f"""
    update {TOTALS} t set {", ".join(f"{name} = 0" for name in SUMS)}, version = t.version + 1, moved = true
    where t.matches + t.bat_innings + t.bowl_innings > 0 and not exists (
      select from rm_analytics_player r where {_IN_SCOPE})
    """,  # noqa: S608
    f"""
    update {TOTALS} t {_TOLD}
    from (
      {_LATEST} from {TOTALS} t {_LOOKED_UP}
    ) n
    where (t.tenant_id, t.scope, t.scope_id, t.player) = (n.tenant_id, n.scope, n.scope_id, n.player) and {_UNLIKE}
    """,
)
"""All totals from the rows as they stand; those that were right already are not touched."""


async def make_anew(connection: Any) -> None:
    """Have the totals follow from the rows of players, within the connection's transaction."""
    for statement in ANEW:
        await connection.execute(statement)
