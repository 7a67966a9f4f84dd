"""What each event of the matches and their results does to the state."""

from dataclasses import replace

from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.effects.changes import Effects, change_match, with_, without
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import HeldCorrection, MatchStatus, TableDeduction, TournamentState


def _places_taken(state: TournamentState, event: e.PlacesTaken) -> TournamentState:
    matches = dict(state.matches)
    for taken in event.places:
        matches[taken.node] = replace(matches[taken.node], home=taken.home, away=taken.away)
    return replace(state, matches=matches)


def _paired(state: TournamentState, event: e.RoundPaired) -> TournamentState:
    return replace(state, pairings=with_(state.pairings, (event.stage, event.round), event.pairs))


def _recorded(state: TournamentState, event: e.ResultRecorded | e.CorrectionApplied) -> TournamentState:
    state = change_match(
        state,
        event.node,
        status=MatchStatus.OFFICIAL,
        summary=event.summary,
        match_version=event.match_version,
        winner=event.winner,
        loser=event.loser,
        reason=event.reason,
    )
    return replace(state, last_official_at=event.at, held=without(state.held, event.node))


def _awarded(state: TournamentState, event: e.MatchAwardedUnplayed) -> TournamentState:
    state = change_match(
        state,
        event.node,
        status=MatchStatus.OFFICIAL,
        summary=event.summary,
        winner=event.winner,
        loser=event.loser,
        reason=event.reason,
    )
    return replace(state, last_official_at=event.at)


def _called_off(state: TournamentState, event: e.MatchCalledOff) -> TournamentState:
    return change_match(
        state,
        event.node,
        status=MatchStatus.CANCELLED,
        winner=event.winner,
        loser=event.loser,
        reason=event.reason,
    )


def _voided(state: TournamentState, event: e.ResultVoided) -> TournamentState:
    """A correction of it that waits is about nothing any more."""
    state = change_match(
        state, event.node, status=MatchStatus.VOID, winner=None, loser=None, reason=event.reason
    )
    return replace(state, held=without(state.held, event.node))


def _replay(state: TournamentState, event: e.ReplayOrdered) -> TournamentState:
    state = change_match(
        state,
        event.node,
        status=MatchStatus.SCHEDULED,
        replay=event.replay,
        placement=event.placement,
        summary=None,
        match_version=0,
        winner=None,
        loser=None,
        reason=event.reason,
    )
    return _played_on(replace(state, held=without(state.held, event.node)), event.node)


def _needed(state: TournamentState, event: e.MatchNeeded) -> TournamentState:
    state = change_match(
        state,
        event.node,
        status=MatchStatus.SCHEDULED,
        summary=None,
        winner=None,
        loser=None,
        reason="",
    )
    return _played_on(state, event.node)


def _played_on(state: TournamentState, node: str) -> TournamentState:
    """A match is to be played after all: what was over because of it is not."""
    if state.phase not in (Phase.PLAYOFFS, Phase.COMPLETED):
        return state
    in_table = any(one.id == node and one.table for one in state.drawn.nodes)
    return replace(state, phase=Phase.IN_PROGRESS if in_table else Phase.PLAYOFFS, champion=None, ranking=())


def _held(state: TournamentState, event: e.CorrectionHeld) -> TournamentState:
    correction = HeldCorrection(
        node=event.node,
        summary=event.summary,
        match_version=event.match_version,
        nodes=tuple(shift.node for shift in event.places),
    )
    return replace(state, held=with_(state.held, event.node, correction))


def _rejected(state: TournamentState, event: e.CorrectionRejected) -> TournamentState:
    state = change_match(state, event.node, match_version=event.match_version)
    return replace(state, held=without(state.held, event.node))


def _deducted(state: TournamentState, event: e.PointsDeducted) -> TournamentState:
    deduction = TableDeduction(team=event.team, table=event.table, points=event.points, reason=event.reason)
    return replace(state, deductions=(*state.deductions, deduction))


EFFECTS: Effects = {
    e.PlacesTaken: _places_taken,
    e.RoundPaired: _paired,
    e.SessionOpened: lambda state, event: change_match(state, event.node, status=MatchStatus.OPEN),
    e.ResultRecorded: _recorded,
    e.MatchAwardedUnplayed: _awarded,
    e.MatchCalledOff: _called_off,
    e.MatchNotNeeded: lambda state, event: change_match(state, event.node, status=MatchStatus.NOT_NEEDED),
    e.MatchNeeded: _needed,
    e.ResultVoided: _voided,
    e.ReplayOrdered: _replay,
    e.TableDecided: lambda state, event: replace(
        state, decided_tables=with_(state.decided_tables, event.table, event.teams)
    ),
    e.TableReopened: lambda state, event: replace(
        state, decided_tables=without(state.decided_tables, event.table)
    ),
    e.CorrectionHeld: _held,
    e.CorrectionApplied: _recorded,
    e.CorrectionRejected: _rejected,
    e.PointsDeducted: _deducted,
}
