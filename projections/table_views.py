"""What is worked out about a tournament's tables when it is asked for, as JSON has it: the tables as they stand,
who can still go on, what a team needs of a match, and what a correction would change."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.match.errors import CommandRefused
from domain.tournament.lifecycle.corrections import preview_held
from domain.tournament.lifecycle.known import record_of, table_of
from domain.tournament.lifecycle.state import MatchStatus, TournamentState
from domain.tournament.live_table import InPlay, LiveRow, live_table
from domain.tournament.match_summary import MatchSummary
from domain.tournament.race import Fixture
from domain.tournament.record import prospects
from domain.tournament.run_rate_needs import run_rate_needs as needs_of
from domain.tournament.running_table import Row
from projections.tournament_views import named, row_view

Json = dict[str, Any]


def in_play(state: TournamentState) -> tuple[str, ...]:
    """The nodes whose matches are in play, or about to be."""
    return tuple(
        match.node for match in state.matches.values() if match.status is MatchStatus.OPEN and match.teams
    )


def live_standings(state: TournamentState, as_they_stand: Mapping[str, MatchSummary | None]) -> list[Json]:
    """The tables with the matches in play. ``as_they_stand``: by node, what each would count for if it ended
    now; None while that would be no result."""
    found: list[Json] = []
    for table in state.structure.tables if state.structure else ():
        playing = [
            InPlay(key=node, teams=teams, as_it_stands=summary)
            for node, summary in as_they_stand.items()
            for teams in [state.matches[node].teams]
            if teams and state.node(node).table == table.id
        ]
        rows = live_table(table_of(state, table.id), playing)
        found.append(
            {
                "id": table.id,
                "name": table.name,
                "stage": table.stage,
                "rows": [_live_row(state, row) for row in rows],
            }
        )
    return found


def qualification(state: TournamentState) -> list[Json]:
    """For each table that leads on, what every team can still reach and what it needs for it."""
    record, found = record_of(state), []
    for table in state.drawn.tables:
        now = prospects(record, table.id, seed=state.draw_seed or table.id)
        if now is None:
            continue
        found.append(
            {
                "id": table.id,
                "name": table.name,
                "places": now.places,
                "to_play": now.to_play,
                "ways": now.ways,
                "method": "simulated" if now.sampled else "counted",
                "seed": now.seed or None,
                "teams": [
                    {
                        **named(state, one.team),
                        "status": one.status,
                        "exact": one.proved,
                        "to_play": one.to_play,
                        "through": one.through,
                        "level": one.level,
                        "enough_wins": one.enough_wins,
                        "needs_wins": one.needs_wins,
                    }
                    for one in now.prospects
                ],
            }
        )
    return found


def run_rate_needs(
    state: TournamentState, table_id: str, team: str, rival: str, node: str, scores: Sequence[int]
) -> Json:
    """By how much ``team`` must win the match of ``node`` to stand above ``rival``, in words.

    Raises CommandRefused for what is not in the table, or not to be played.
    """
    if all(table.id != table_id for table in state.drawn.tables):
        raise CommandRefused("unknown_table", f"no table is called {table_id!r}")
    match, conditions = state.match(node), state.rules.conditions
    if match.teams is None or match.over or state.node(node).table != table_id or team not in match.teams:
        raise CommandRefused("not_to_be_played", f"{team} has no match {node} to play in {table_id}")
    table = table_of(state, table_id)
    if rival not in {row.team for row in table.rows()} or rival == team:
        raise CommandRefused("team_not_in_table", f"{rival} is no rival of {team} in {table_id}")
    if conditions.overs_per_innings is None:
        raise CommandRefused("unlimited_overs", "without a limit of overs there is no net run rate to win by")
    found = needs_of(
        table,
        team,
        rival,
        Fixture(key=node, home=match.teams[0], away=match.teams[1]),
        quota=conditions.overs_per_innings * conditions.balls_per_over,
        scores=scores,
    )
    lines = [
        line.replace(team, state.name_of(team)).replace(rival, state.name_of(rival)) for line in found.lines()
    ]
    return {
        "table": table_id,
        "node": node,
        "team": named(state, team),
        "rival": named(state, rival),
        "win": found.win,
        "defeat": found.defeat,
        "lines": lines,
    }


def correction(state: TournamentState, node: str, now: datetime) -> Json:
    """What would follow from the correction of ``node`` that waits for a ruling. Raises CommandRefused."""
    found = preview_held(state, node, now)
    names = {table.id: table.name for table in state.drawn.tables}
    return {
        "node": node,
        "before": _result(state, found.before),
        "after": _result(state, found.after),
        "tables": [
            {
                "id": change.table,
                "name": names[change.table],
                "before": _rows(state, change.before),
                "after": _rows(state, change.after),
                "goes_on_before": [named(state, team) for team in change.goes_on_before],
                "goes_on_after": [named(state, team) for team in change.goes_on_after],
            }
            for change in found.tables
        ],
        "matches": [
            {
                "node": place.node,
                "before": [team and named(state, team) for team in place.before],
                "after": [team and named(state, team) for team in place.after],
                "begun": place.begun,
            }
            for place in found.places
        ],
        "disturbed": found.disturbed,
        "champion_before": found.champion_before and named(state, found.champion_before),
        "champion_after": found.champion_after and named(state, found.champion_after),
    }


def _live_row(state: TournamentState, row: LiveRow) -> Json:
    return {
        **row_view(state, row.row, row.place),
        "official_place": row.official_place,
        "climbed": row.climbed,
        "live": row.live,
        "provisional": row.provisional,
    }


def _rows(state: TournamentState, rows: Sequence[Row]) -> list[Json]:
    return [row_view(state, row, place) for place, row in enumerate(rows, 1)]


def _result(state: TournamentState, summary: MatchSummary | None) -> Json | None:
    if summary is None:
        return None
    result = summary.result
    return {
        "winner": result.winner and named(state, result.winner),
        "outcome": result.outcome,
        "by_runs": result.by_runs,
        "by_wickets": result.by_wickets,
        "method": result.method,
        "innings": [
            {
                "batting": named(state, one.batting),
                "runs": one.runs,
                "wickets": one.wickets,
                "balls": one.balls,
            }
            for one in summary.innings
        ],
    }
