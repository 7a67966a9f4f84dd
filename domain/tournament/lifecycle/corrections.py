"""An official result turns out otherwise: what follows from it is applied, or held for a ruling."""

from datetime import datetime

from domain.match.errors import CommandRefused
from domain.tournament.format.places import resolve
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.consequences import with_consequences
from domain.tournament.lifecycle.evolve import fold
from domain.tournament.lifecycle.known import known
from domain.tournament.lifecycle.phases import require_phase
from domain.tournament.lifecycle.results import check_summary, who_goes_on
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import HeldCorrection, MatchStatus, TournamentState
from domain.tournament.match_summary import MatchSummary

Events = list[e.TournamentEvent]

_UNTIL_SETTLED = frozenset({Phase.IN_PROGRESS, Phase.PLAYOFFS, Phase.COMPLETED})


def propose(state: TournamentState, command: c.ProposeCorrection, now: datetime) -> Events:
    """Applied if nobody's place in a match already begun changes by it; else held, with what would change."""
    require_phase(state, _UNTIL_SETTLED, "results can be corrected until the tournament is settled")
    match = state.match(command.node)
    if match.status is MatchStatus.VOID:
        return []
    if match.status is not MatchStatus.OFFICIAL or match.summary is None:
        raise CommandRefused(
            "no_official_result",
            f"{command.node} has no official result to correct: it is {match.status}",
            detail={"node": command.node, "status": match.status.value},
        )
    held = state.held.get(command.node)
    known_version = max(match.match_version, held.match_version if held else 0)
    if command.match_version <= known_version or command.summary == match.summary:
        return []
    check_summary(state, match, command.summary)
    applied = _applied(state, command.node, command.summary, command.match_version, "", now)
    after = fold(with_consequences(state, [applied], now), state)
    shifts = _shifts(state, after)
    if not shifts:
        return [applied]
    return [
        e.CorrectionHeld(
            node=command.node,
            summary=command.summary,
            match_version=command.match_version,
            places=shifts,
            tables=_tables(state, after),
        )
    ]


def apply(state: TournamentState, command: c.ApplyCorrection, now: datetime) -> Events:
    """By ruling. Matches already begun stay as they were drawn up."""
    held = _held(state, command.node)
    return [_applied(state, held.node, held.summary, held.match_version, command.reason, now)]


def reject(state: TournamentState, command: c.RejectCorrection, now: datetime) -> Events:
    """By ruling: the official result stands as it was."""
    held = _held(state, command.node)
    return [e.CorrectionRejected(node=held.node, match_version=held.match_version, reason=command.reason)]


def _applied(
    state: TournamentState, node: str, summary: MatchSummary, version: int, reason: str, now: datetime
) -> e.CorrectionApplied:
    decided = who_goes_on(state, node, summary)
    return e.CorrectionApplied(
        node=node,
        summary=summary,
        match_version=version,
        at=now,
        winner=decided.winner,
        loser=decided.loser,
        reason=reason or decided.reason,
    )


def _shifts(before: TournamentState, after: TournamentState) -> tuple[e.Shift, ...]:
    """Matches already begun that others should have played, though that was not so before."""
    should_have, should = (resolve(one.drawn, known(one)) for one in (before, after))
    return tuple(
        e.Shift(node=match.node, was=(match.home, match.away), would_be=should[match.node])
        for match in before.matches.values()
        if match.begun and should[match.node] != should_have[match.node]
    )


def _tables(before: TournamentState, after: TournamentState) -> tuple[e.TableShift, ...]:
    return tuple(
        e.TableShift(table=table, was=teams, would_be=after.decided_tables.get(table, ()))
        for table, teams in before.decided_tables.items()
        if after.decided_tables.get(table, ()) != teams
    )


def _held(state: TournamentState, node: str) -> HeldCorrection:
    require_phase(state, _UNTIL_SETTLED, "results can be corrected until the tournament is settled")
    held = state.held.get(node)
    if held is None:
        raise CommandRefused("no_correction_held", f"no correction of {node} waits for a ruling")
    return held
