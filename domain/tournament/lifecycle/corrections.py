"""An official result turns out otherwise: what follows from it is applied, or held for a ruling."""

from datetime import datetime

from domain.match.errors import CommandRefused
from domain.tournament import correction
from domain.tournament.correction import CorrectionPreview
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.consequences import with_consequences
from domain.tournament.lifecycle.events.matches import Shift, TableShift
from domain.tournament.lifecycle.evolve import fold
from domain.tournament.lifecycle.known import record_of
from domain.tournament.lifecycle.phases import require_phase
from domain.tournament.lifecycle.results import check_summary, who_goes_on
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import HeldCorrection, MatchStatus, TournamentMatch, TournamentState
from domain.tournament.match_summary import MatchSummary

Events = list[e.TournamentEvent]

_UNTIL_SETTLED = frozenset({Phase.IN_PROGRESS, Phase.PLAYOFFS, Phase.COMPLETED})
_ONLY_UNTIL_SETTLED = "results can be corrected until the tournament is settled"


def propose(state: TournamentState, command: c.ProposeCorrection, now: datetime) -> Events:
    """Applied if nobody's place in a match already begun changes by it; else held, with what would change.

    A match that was corrected back while its correction waited needs no ruling any more.
    """
    require_phase(state, _UNTIL_SETTLED, _ONLY_UNTIL_SETTLED)
    if state.match(command.node).status is MatchStatus.VOID:
        return []
    match = _official(state, command.node)
    held = state.held.get(command.node)
    known_version = max(match.match_version, held.match_version if held else 0)
    if command.match_version <= known_version:
        return []
    if command.summary == match.summary:
        back = e.CorrectionRejected(
            node=command.node, match_version=command.match_version, reason="the match was corrected back"
        )
        return [back] if held else []
    check_summary(state, match, command.summary)
    applied = _applied(state, command.node, command.summary, command.match_version, "", now)
    found = _preview(state, applied, now)
    if not found.disturbed:
        return [applied]
    return [
        e.CorrectionHeld(
            node=command.node,
            summary=command.summary,
            match_version=command.match_version,
            places=_shifts(found),
            tables=_tables(found),
        )
    ]


def preview(state: TournamentState, node: str, summary: MatchSummary, now: datetime) -> CorrectionPreview:
    """What would follow if this became the official result of ``node``; nothing is changed.

    Raises CommandRefused where it could not be corrected.
    """
    require_phase(state, _UNTIL_SETTLED, _ONLY_UNTIL_SETTLED)
    match = _official(state, node)
    check_summary(state, match, summary)
    return _preview(state, _applied(state, node, summary, match.match_version, "", now), now)


def preview_held(state: TournamentState, node: str, now: datetime) -> CorrectionPreview:
    """What would follow from the correction of ``node`` that waits for a ruling, as things are now."""
    held = _held(state, node)
    return _preview(state, _applied(state, held.node, held.summary, held.match_version, "", now), now)


def apply(state: TournamentState, command: c.ApplyCorrection, now: datetime) -> Events:
    """By ruling. Matches already begun stay as they were drawn up."""
    held = _held(state, command.node)
    return [_applied(state, held.node, held.summary, held.match_version, command.reason, now)]


def reject(state: TournamentState, command: c.RejectCorrection, now: datetime) -> Events:
    """By ruling: the official result stands as it was."""
    held = _held(state, command.node)
    return [e.CorrectionRejected(node=held.node, match_version=held.match_version, reason=command.reason)]


def _official(state: TournamentState, node: str) -> TournamentMatch:
    match = state.match(node)
    if match.status is not MatchStatus.OFFICIAL or match.summary is None:
        raise CommandRefused(
            "no_official_result",
            f"{node} has no official result to correct: it is {match.status}",
            detail={"node": node, "status": match.status.value},
        )
    return match


def _preview(state: TournamentState, applied: e.CorrectionApplied, now: datetime) -> CorrectionPreview:
    after = fold(with_consequences(state, [applied], now), state)
    begun = [match.node for match in state.matches.values() if match.begun]
    return correction.preview(record_of(state), record_of(after), applied.node, begun=begun)


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


def _shifts(found: CorrectionPreview) -> tuple[Shift, ...]:
    """Matches already begun that others should have played."""
    return tuple(
        Shift(node=place.node, was=place.before, would_be=place.after)
        for place in found.places
        if place.disturbed
    )


def _tables(found: CorrectionPreview) -> tuple[TableShift, ...]:
    orders = (
        (change.table, *(tuple(row.team for row in rows) for rows in (change.before, change.after)))
        for change in found.tables
    )
    return tuple(TableShift(table=table, was=was, would_be=new) for table, was, new in orders if was != new)


def _held(state: TournamentState, node: str) -> HeldCorrection:
    require_phase(state, _UNTIL_SETTLED, _ONLY_UNTIL_SETTLED)
    held = state.held.get(node)
    if held is None:
        raise CommandRefused("no_correction_held", f"no correction of {node} waits for a ruling")
    return held
