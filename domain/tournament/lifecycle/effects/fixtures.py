"""What each event of the draw, the fixtures and the officials does to the state."""

from dataclasses import replace

from domain.session.commands import Official
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.effects.changes import Effects, change_match
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import TournamentMatch, TournamentState


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
    return change_match(state, event.node, officials=(*state.matches[event.node].officials, official))


def _confirmed(state: TournamentState, event: e.OfficialConfirmed) -> TournamentState:
    officials = state.matches[event.node].officials
    return change_match(
        state,
        event.node,
        officials=tuple(replace(o, confirmed=True) if o.person == event.person else o for o in officials),
    )


def _removed(state: TournamentState, event: e.OfficialRemoved) -> TournamentState:
    officials = state.matches[event.node].officials
    return change_match(state, event.node, officials=tuple(o for o in officials if o.person != event.person))


EFFECTS: Effects = {
    e.TournamentDrawn: _drawn,
    e.FixturesSet: _placed,
    e.FixturesMoved: _placed,
    e.OfficialAssigned: _assigned,
    e.OfficialConfirmed: _confirmed,
    e.OfficialRemoved: _removed,
}
