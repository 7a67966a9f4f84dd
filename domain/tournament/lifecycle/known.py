"""What is known of a tournament's places, and its tables as they stand."""

from dataclasses import replace

from domain.tournament import record
from domain.tournament.format.model import Known, NodeResult, TableSpec
from domain.tournament.format.places import members
from domain.tournament.lifecycle.state import MatchStatus, TournamentState
from domain.tournament.points import Deduction
from domain.tournament.record import Record
from domain.tournament.running_table import Disqualification, Row, RunningTable
from domain.tournament.table_rules import TableRules

_WITHOUT_PLAY = frozenset({MatchStatus.VOID, MatchStatus.CANCELLED})
_DECIDED = _WITHOUT_PLAY | {MatchStatus.OFFICIAL}


def known(state: TournamentState) -> Known:
    """What places are resolved from, as it has been said so far."""
    return Known(
        seeds=dict(enumerate(state.seeds, 1)),
        results={
            match.node: NodeResult(winner=match.winner, loser=match.loser)
            for match in state.matches.values()
            if match.status in _DECIDED
        },
        tables=state.decided_tables,
        pairings=state.pairings,
    )


def record_of(state: TournamentState) -> Record:
    """What tables and places rest on. All that is known, said or not, follows from it
    (:func:`domain.tournament.record.known`).

    Who is out has no place in a table, unless it had one when the table was decided: then its matches to come
    are awarded, and nobody moves up. Void results are not among those played, so what is played stands.
    """
    return Record(
        structure=state.drawn,
        rules=table_rules(state),
        seeds=dict(enumerate(state.seeds, 1)),
        played={
            match.node: match.summary
            for match in state.matches.values()
            if match.status is MatchStatus.OFFICIAL and match.summary is not None
        },
        going_on={
            match.node: NodeResult(winner=match.winner, loser=match.loser)
            for match in state.matches.values()
            if match.status in _DECIDED and match.winner is not None
        },
        closed=frozenset(match.node for match in state.matches.values() if match.status in _WITHOUT_PLAY),
        pairings=state.pairings,
        deductions={table.id: _deductions(state, table) for table in state.drawn.tables},
        disqualified={table.id: _without_place(state, table) for table in state.drawn.tables},
    )


def table_rules(state: TournamentState) -> TableRules:
    """The rules of its tables; lots are drawn by the seed of the draw where they have none of their own."""
    rules = state.rules.table_rules
    return rules if rules.lots_seed else replace(rules, lots_seed=state.draw_seed or None)


def teams_of(state: TournamentState, table: str) -> tuple[str | None, ...]:
    """The members of a table in the order of the draw, None where not known yet."""
    return members(state.drawn, known(state))[table]


def table_of(state: TournamentState, table: str) -> RunningTable:
    """A table as far as it is played. Raises KeyError when there is no such table."""
    return record.running_table(record_of(state), table, known(state))


def table_rows(state: TournamentState, table: TableSpec) -> list[Row]:
    """The table as it stands, best first; teams without a place in it stand last."""
    return table_of(state, table.id).rows()


def _deductions(state: TournamentState, table: TableSpec) -> tuple[Deduction, ...]:
    return tuple(
        Deduction(one.team, one.points, one.reason) for one in state.deductions if one.table == table.id
    )


def _without_place(state: TournamentState, table: TableSpec) -> tuple[Disqualification, ...]:
    had_place = state.decided_tables.get(table.id, ())
    return tuple(Disqualification(team) for team in state.out if team not in had_place)
