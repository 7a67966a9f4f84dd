"""What is known of a tournament's places, and its tables as they stand."""

from domain.match.events import Result
from domain.tournament.format.model import Known, NodeResult, TableSpec
from domain.tournament.format.places import members
from domain.tournament.lifecycle.state import MatchStatus, TournamentState
from domain.tournament.match_summary import MatchSummary
from domain.tournament.points import Deduction
from domain.tournament.record import Record, running_table
from domain.tournament.running_table import Disqualification, Row

_CLOSED = frozenset({MatchStatus.VOID, MatchStatus.CANCELLED})
_COUNTS = _CLOSED | {MatchStatus.OFFICIAL}


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
    """The table as it stands, best first; teams without a place in it stand last."""
    return running_table(record_of(state, table), table.id, known(state)).rows()


def order_of(state: TournamentState, table: TableSpec) -> tuple[str, ...]:
    """The teams of a table in order, without those that have no place in it."""
    return tuple(row.team for row in table_rows(state, table) if not row.disqualified)


def record_of(state: TournamentState, table: TableSpec | None = None) -> Record:
    """What tables and places rest on; ``table`` is the one that is looked at.

    Who is out has no place in a table, unless it had one when the table was decided: then its matches to come
    are awarded, and nobody moves up.
    """
    tables = state.decided_tables
    decided = tables.values() if table is None else [tables[table.id]] if table.id in tables else []
    placed = {team for order in decided for team in order}
    return Record(
        structure=state.drawn,
        rules=state.rules.table_rules,
        seeds=dict(enumerate(state.seeds, 1)),
        played={
            match.node: match.summary
            for match in state.matches.values()
            if match.status is MatchStatus.OFFICIAL and match.summary is not None
        },
        going_on={
            match.node: NodeResult(winner=match.winner, loser=match.loser)
            for match in state.matches.values()
            if match.status in _COUNTS and match.winner is not None
        },
        closed=frozenset(match.node for match in state.matches.values() if match.status in _CLOSED),
        pairings=state.pairings,
        deductions={
            one.id: tuple(
                Deduction(deducted.team, deducted.points, deducted.reason)
                for deducted in state.deductions
                if deducted.table == one.id
            )
            for one in state.drawn.tables
        },
        # Results that are void are not among those played, so what is played stands.
        disqualified=tuple(Disqualification(team) for team in state.out if team not in placed),
    )


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
