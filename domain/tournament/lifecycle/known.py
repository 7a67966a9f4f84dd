"""What is known of a tournament's places, and its tables as they stand."""

from collections.abc import Sequence

from domain.match.events import Result
from domain.tournament.format.model import Known, NodeResult, TableSpec
from domain.tournament.format.places import members
from domain.tournament.format.swiss import byes
from domain.tournament.lifecycle.state import MatchStatus, TournamentState
from domain.tournament.match_summary import MatchSummary
from domain.tournament.points import Deduction
from domain.tournament.standings import Row, standings

_COUNTS = frozenset({MatchStatus.OFFICIAL, MatchStatus.VOID, MatchStatus.CANCELLED})


def known(state: TournamentState) -> Known:
    """What places are resolved from."""
    return Known(
        seeds=dict(enumerate(state.seeds, 1)),
        results={
            match.node: NodeResult(winner=match.winner, loser=match.loser)
            for match in state.matches.values()
            if match.status in _COUNTS
        },
        tables=state.decided_tables,
        pairings=state.pairings,
    )


def teams_of(state: TournamentState, table: str) -> tuple[str | None, ...]:
    """The members of a table in the order of the draw, None where not known yet."""
    return members(state.drawn, known(state))[table]


def table_rows(state: TournamentState, table: TableSpec) -> list[Row]:
    """The table as it stands, best first; teams that went out before it was decided stand last."""
    teams = [team for team in teams_of(state, table.id) if team is not None]
    won_by_bye = state.rules.table_rules.points.win
    rows = standings(
        _played(state, table, teams),
        state.rules.table_rules,
        teams=teams,
        deductions=[
            *(
                Deduction(one.team, one.points, one.reason)
                for one in state.deductions
                if one.table == table.id
            ),
            *(Deduction(team, -won_by_bye, "bye") for team in byes(known(state), table.stage)),
        ],
    )
    return sorted(rows, key=lambda row: _without_place(state, table, row.team))


def _played(state: TournamentState, table: TableSpec, teams: Sequence[str]) -> list[MatchSummary]:
    """The official matches that count in a table, those carried over to it among them."""
    tables = {table.id, *table.carried}
    nodes = [node.id for node in state.drawn.nodes if node.table in tables]
    found: list[MatchSummary] = []
    for node in nodes:
        match = state.matches[node]
        if match.status is MatchStatus.OFFICIAL and match.summary and set(match.summary.teams) <= set(teams):
            found.append(match.summary)
    return found


def order_of(state: TournamentState, table: TableSpec) -> tuple[str, ...]:
    """The teams of a table in order, without those that have no place in it."""
    return tuple(row.team for row in table_rows(state, table) if not _without_place(state, table, row.team))


def _without_place(state: TournamentState, table: TableSpec, team: str) -> bool:
    """Who is out has no place, unless it had one when the table was decided: then its matches to come are
    awarded, and nobody moves up."""
    return team in state.out and team not in state.decided_tables.get(table.id, ())


def awarded_unplayed(state: TournamentState, node: str, winner: str) -> MatchSummary:
    """The summary of a match that was awarded without a ball."""
    match, conditions = state.match(node), state.rules.conditions
    overs = conditions.overs_per_innings
    return MatchSummary(
        id=node,
        teams=match.teams or ("", ""),
        result=Result(outcome="win", winner=winner, method="Awarded"),
        conditions=conditions.name,
        balls_per_over=conditions.balls_per_over,
        full_quota=None if overs is None else overs * conditions.balls_per_over,
    )
