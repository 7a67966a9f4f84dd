"""The fold: what each event does to the state of a tournament.

``evolve`` trusts its events: ``decide`` checked them before they were stored. It leaves the state it is given
as it was and returns another.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, TypeVar

from domain.session.commands import Official
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import (
    Entry,
    EntryStatus,
    HeldCorrection,
    Invitation,
    MatchStatus,
    Out,
    TableDeduction,
    TournamentMatch,
    TournamentState,
)

Key = TypeVar("Key")
Value = TypeVar("Value")


def initial() -> TournamentState:
    """A tournament of which nothing is known."""
    return TournamentState()


def evolve(state: TournamentState, event: e.TournamentEvent) -> TournamentState:
    """The state after one more event."""
    return replace(_EFFECTS[type(event)](state, event), version=state.version + 1)


def fold(events: Iterable[e.TournamentEvent], state: TournamentState | None = None) -> TournamentState:
    """The state after ``events``."""
    return reduce(evolve, events, state or initial())


# --- ways to change a part ---------------------------------------------------------------------------------


def _with(mapping: Mapping[Key, Value], key: Key, value: Value) -> dict[Key, Value]:
    return {**mapping, key: value}


def _without(mapping: Mapping[Key, Value], key: Key) -> dict[Key, Value]:
    return {one: value for one, value in mapping.items() if one != key}


def _entry(state: TournamentState, team: str, **changes: Any) -> TournamentState:
    return replace(state, entries=_with(state.entries, team, replace(state.entries[team], **changes)))


def _match(state: TournamentState, node: str, **changes: Any) -> TournamentState:
    return replace(state, matches=_with(state.matches, node, replace(state.matches[node], **changes)))


# --- the tournament ----------------------------------------------------------------------------------------


def _created(state: TournamentState, event: e.TournamentCreated) -> TournamentState:
    return replace(
        state,
        name=event.name,
        season=event.season,
        settings=event.settings,
        deadlines=dict(event.settings.deadlines),
    )


def _settings_changed(state: TournamentState, event: e.SettingsChanged) -> TournamentState:
    return replace(state, name=event.name, settings=event.settings, deadlines=dict(event.settings.deadlines))


def _deadline_moved(state: TournamentState, event: e.DeadlineMoved) -> TournamentState:
    others = _without(state.deadlines, event.deadline)
    return replace(state, deadlines=others if event.at is None else _with(others, event.deadline, event.at))


def _cancelled(state: TournamentState, event: e.TournamentCancelled) -> TournamentState:
    matches = {
        node: match if match.over else replace(match, status=MatchStatus.CANCELLED, reason=event.reason)
        for node, match in state.matches.items()
    }
    entries = {
        team: replace(entry, refundable=True) if team in event.refundable else entry
        for team, entry in state.entries.items()
    }
    return replace(state, phase=Phase.CANCELLED, cancelled=event.reason, matches=matches, entries=entries)


def _in_phase(phase: Phase) -> "Callable[[TournamentState, Any], TournamentState]":
    return lambda state, _: replace(state, phase=phase)


def _completed(state: TournamentState, event: e.TournamentCompleted) -> TournamentState:
    return replace(
        state,
        phase=Phase.COMPLETED,
        champion=event.champion,
        ranking=event.ranking,
        completed_at=event.at,
    )


def _settled(state: TournamentState, event: e.TournamentSettled) -> TournamentState:
    return replace(state, phase=Phase.SETTLED, settled_at=event.at)


def _approached(state: TournamentState, event: e.DeadlineApproached) -> TournamentState:
    return replace(state, reminded=state.reminded | {(event.deadline, event.at)})


# --- entries and squads ------------------------------------------------------------------------------------


def _submitted(state: TournamentState, event: e.EntrySubmitted) -> TournamentState:
    number = state.entries_made + 1
    entry = Entry(
        team=event.team,
        name=event.name,
        number=number,
        status=EntryStatus.WAITING if event.waits else EntryStatus.PENDING_PAYMENT,
        submitted_at=event.at,
        short_name=event.short_name,
        home_grounds=event.home_grounds,
        players=event.players,
        late=event.late,
        # Whoever comes in when check-in is over is there.
        checked_in=state.check_in_closed,
    )
    return replace(state, entries=_with(state.entries, event.team, entry), entries_made=number)


def _offered(state: TournamentState, event: e.PlaceOffered) -> TournamentState:
    return _entry(state, event.team, status=EntryStatus.OFFERED, offer_expires_at=event.expires_at)


def _accepted(state: TournamentState, event: e.OfferAccepted) -> TournamentState:
    return _entry(
        state,
        event.team,
        status=EntryStatus.PENDING_PAYMENT,
        offer_expires_at=None,
        checked_in=state.check_in_closed,
    )


def _declined(state: TournamentState, event: e.OfferDeclined) -> TournamentState:
    reason = "the offer was not taken up in time" if event.expired else "the offer was declined"
    return _entry(state, event.team, status=EntryStatus.DECLINED, offer_expires_at=None, reason=reason)


def _invited(state: TournamentState, event: e.CaptainInvited) -> TournamentState:
    invitation = Invitation(email=event.email, token_hash=event.token_hash, expires_at=event.expires_at)
    return _entry(state, event.team, invitation=invitation)


def _captain(state: TournamentState, event: e.CaptainAppointed) -> TournamentState:
    invitation = state.entries[event.team].invitation
    used = replace(invitation, used=True) if invitation else None
    return _entry(state, event.team, captain=event.captain, invitation=used)


def _transferred(state: TournamentState, event: e.PlayerTransferred) -> TournamentState:
    giving, taking = state.entries[event.from_team], state.entries[event.to_team]
    player = next(one for one in giving.players if one.id == event.player)
    state = _entry(state, event.from_team, players=tuple(p for p in giving.players if p.id != event.player))
    return _entry(
        state,
        event.to_team,
        players=(*taking.players, player),
        transfers=taking.transfers + event.counts,
    )


def _permitted(state: TournamentState, event: e.PermitGranted) -> TournamentState:
    return replace(state, permits=_with(state.permits, event.player, event.reason))


def _check_in_closed(state: TournamentState, event: e.CheckInClosed) -> TournamentState:
    for team in event.missing:
        state = _entry(
            state, team, status=EntryStatus.PLACE_LOST, reason="did not check in", refundable=False
        )
    return replace(state, check_in_closed=True)


def _withdrawn(state: TournamentState, event: e.EntryWithdrawn) -> TournamentState:
    state = _entry(
        state,
        event.team,
        status=EntryStatus.WITHDRAWN,
        reason=event.reason,
        refundable=event.refundable,
        offer_expires_at=None,
    )
    if event.team not in state.seeds:
        return state
    out = Out(to_come="awarded", reason=f"{state.name_of(event.team)} withdrew")
    return replace(state, out=_with(state.out, event.team, out))


def _disqualified(state: TournamentState, event: e.TeamDisqualified) -> TournamentState:
    state = _entry(
        state,
        event.team,
        status=EntryStatus.DISQUALIFIED,
        reason=event.reason,
        offer_expires_at=None,
    )
    if event.team not in state.seeds:
        return state
    out = Out(to_come=event.to_come, reason=f"{state.name_of(event.team)} was disqualified")
    return replace(state, out=_with(state.out, event.team, out))


# --- draw, fixtures, officials -----------------------------------------------------------------------------


def _drawn(state: TournamentState, event: e.TournamentDrawn) -> TournamentState:
    return replace(
        state,
        phase=Phase.DRAWN,
        structure=event.structure,
        seeds=event.seeds,
        draw_seed=event.seed,
        matches={node.id: TournamentMatch(node=node.id) for node in event.structure.nodes},
    )


def _placed(state: TournamentState, event: e.FixturesSet | e.FixturesMoved) -> TournamentState:
    matches = dict(state.matches)
    for placement in event.placements:
        matches[placement.node] = replace(matches[placement.node], placement=placement)
    phase = Phase.SCHEDULED if state.phase is Phase.DRAWN else state.phase
    return replace(state, matches=matches, phase=phase)


def _assigned(state: TournamentState, event: e.OfficialAssigned) -> TournamentState:
    official = Official(person=event.person, name=event.name, role=event.role)
    return _match(state, event.node, officials=(*state.matches[event.node].officials, official))


def _confirmed(state: TournamentState, event: e.OfficialConfirmed) -> TournamentState:
    officials = state.matches[event.node].officials
    return _match(
        state,
        event.node,
        officials=tuple(replace(o, confirmed=True) if o.person == event.person else o for o in officials),
    )


def _removed(state: TournamentState, event: e.OfficialRemoved) -> TournamentState:
    officials = state.matches[event.node].officials
    return _match(state, event.node, officials=tuple(o for o in officials if o.person != event.person))


# --- matches and results -----------------------------------------------------------------------------------


def _places_taken(state: TournamentState, event: e.PlacesTaken) -> TournamentState:
    matches = dict(state.matches)
    for taken in event.places:
        matches[taken.node] = replace(matches[taken.node], home=taken.home, away=taken.away)
    return replace(state, matches=matches)


def _paired(state: TournamentState, event: e.RoundPaired) -> TournamentState:
    return replace(state, pairings=_with(state.pairings, (event.stage, event.round), event.pairs))


def _recorded(state: TournamentState, event: e.ResultRecorded | e.CorrectionApplied) -> TournamentState:
    state = _match(
        state,
        event.node,
        status=MatchStatus.OFFICIAL,
        summary=event.summary,
        match_version=event.match_version,
        winner=event.winner,
        loser=event.loser,
        reason=event.reason,
    )
    return replace(state, last_official_at=event.at, held=_without(state.held, event.node))


def _awarded(state: TournamentState, event: e.MatchAwardedUnplayed) -> TournamentState:
    state = _match(
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
    return _match(
        state,
        event.node,
        status=MatchStatus.CANCELLED,
        winner=event.winner,
        loser=event.loser,
        reason=event.reason,
    )


def _replay(state: TournamentState, event: e.ReplayOrdered) -> TournamentState:
    state = _match(
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
    return _played_on(replace(state, held=_without(state.held, event.node)), event.node)


def _needed(state: TournamentState, event: e.MatchNeeded) -> TournamentState:
    state = _match(
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
    return replace(state, held=_with(state.held, event.node, correction))


def _rejected(state: TournamentState, event: e.CorrectionRejected) -> TournamentState:
    state = _match(state, event.node, match_version=event.match_version)
    return replace(state, held=_without(state.held, event.node))


def _deducted(state: TournamentState, event: e.PointsDeducted) -> TournamentState:
    deduction = TableDeduction(team=event.team, table=event.table, points=event.points, reason=event.reason)
    return replace(state, deductions=(*state.deductions, deduction))


Effect = Callable[[TournamentState, Any], TournamentState]

_EFFECTS: dict[type[e.TournamentEvent], Effect] = {
    e.TournamentCreated: _created,
    e.SettingsChanged: _settings_changed,
    e.DeadlineMoved: _deadline_moved,
    e.DeadlineApproached: _approached,
    e.RegistrationOpened: _in_phase(Phase.REGISTRATION_OPEN),
    e.RegistrationClosed: _in_phase(Phase.REGISTRATION_CLOSED),
    e.TournamentCancelled: _cancelled,
    e.TournamentStarted: _in_phase(Phase.IN_PROGRESS),
    e.PlayoffsBegan: _in_phase(Phase.PLAYOFFS),
    e.TournamentCompleted: _completed,
    e.TournamentSettled: _settled,
    e.TournamentArchived: _in_phase(Phase.ARCHIVED),
    e.EntrySubmitted: _submitted,
    e.EntryConfirmed: lambda state, event: _entry(state, event.team, status=EntryStatus.CONFIRMED),
    e.PlaceOffered: _offered,
    e.OfferAccepted: _accepted,
    e.OfferDeclined: _declined,
    e.CaptainInvited: _invited,
    e.CaptainAppointed: _captain,
    e.SquadNamed: lambda state, event: _entry(state, event.team, players=event.players),
    e.PlayerTransferred: _transferred,
    e.PermitGranted: _permitted,
    e.RostersLocked: lambda state, _: replace(state, rosters_locked=True),
    e.TeamCheckedIn: lambda state, event: _entry(state, event.team, checked_in=True),
    e.CheckInClosed: _check_in_closed,
    e.EntryWithdrawn: _withdrawn,
    e.TeamDisqualified: _disqualified,
    e.TournamentDrawn: _drawn,
    e.FixturesSet: _placed,
    e.FixturesMoved: _placed,
    e.OfficialAssigned: _assigned,
    e.OfficialConfirmed: _confirmed,
    e.OfficialRemoved: _removed,
    e.PlacesTaken: _places_taken,
    e.RoundPaired: _paired,
    e.SessionOpened: lambda state, event: _match(state, event.node, status=MatchStatus.OPEN),
    e.ResultRecorded: _recorded,
    e.MatchAwardedUnplayed: _awarded,
    e.MatchCalledOff: _called_off,
    e.MatchNotNeeded: lambda state, event: _match(state, event.node, status=MatchStatus.NOT_NEEDED),
    e.MatchNeeded: _needed,
    e.ResultVoided: lambda state, event: _match(
        state, event.node, status=MatchStatus.VOID, winner=None, loser=None, reason=event.reason
    ),
    e.ReplayOrdered: _replay,
    e.TableDecided: lambda state, event: replace(
        state, decided_tables=_with(state.decided_tables, event.table, event.teams)
    ),
    e.TableReopened: lambda state, event: replace(
        state, decided_tables=_without(state.decided_tables, event.table)
    ),
    e.CorrectionHeld: _held,
    e.CorrectionApplied: _recorded,
    e.CorrectionRejected: _rejected,
    e.PointsDeducted: _deducted,
}
