"""What each event of the tournament as a whole does to its state."""

from dataclasses import replace

from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.effects.changes import Effect, Effects, with_, without
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import MatchStatus, TournamentState


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
    others = without(state.deadlines, event.deadline)
    return replace(state, deadlines=others if event.at is None else with_(others, event.deadline, event.at))


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


def _in_phase(phase: Phase) -> Effect:
    return lambda state, _: replace(state, phase=phase)


def _completed(state: TournamentState, event: e.TournamentCompleted) -> TournamentState:
    return replace(
        state,
        phase=Phase.COMPLETED,
        champion=event.champion,
        ranking=event.ranking,
        completed_at=event.at,
        settles_on=None,
    )


def _window_moved(state: TournamentState, event: e.DisputeWindowMoved) -> TournamentState:
    return replace(state, settles_on=event.ends_at)


def _settled(state: TournamentState, event: e.TournamentSettled) -> TournamentState:
    return replace(state, phase=Phase.SETTLED, settled_at=event.at)


def _approached(state: TournamentState, event: e.DeadlineApproached) -> TournamentState:
    return replace(state, reminded=state.reminded | {(event.deadline, event.at)})


EFFECTS: Effects = {
    e.TournamentCreated: _created,
    e.SettingsChanged: _settings_changed,
    e.DeadlineMoved: _deadline_moved,
    e.DisputeWindowMoved: _window_moved,
    e.DeadlineApproached: _approached,
    e.RegistrationOpened: _in_phase(Phase.REGISTRATION_OPEN),
    e.RegistrationClosed: _in_phase(Phase.REGISTRATION_CLOSED),
    e.TournamentCancelled: _cancelled,
    e.TournamentStarted: _in_phase(Phase.IN_PROGRESS),
    e.PlayoffsBegan: _in_phase(Phase.PLAYOFFS),
    e.TournamentCompleted: _completed,
    e.TournamentSettled: _settled,
    e.TournamentArchived: _in_phase(Phase.ARCHIVED),
}
