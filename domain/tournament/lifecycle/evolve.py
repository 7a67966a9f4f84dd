"""The fold: what each event does to the state of a tournament.

``evolve`` trusts its events: ``decide`` checked them before they were stored. It leaves the state it is given
as it was and returns another.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from domain.persons import Erasure, PersonErased
from domain.tournament.lifecycle.effects import entries, fixtures, matches, phases
from domain.tournament.lifecycle.effects.changes import Effects
from domain.tournament.lifecycle.events import TournamentEvent
from domain.tournament.lifecycle.fees import stamped
from domain.tournament.lifecycle.state import TournamentState


def _erased(state: TournamentState, event: PersonErased) -> TournamentState:
    return Erasure(person=event.person, name=event.name).knowing(state).of(state)


EFFECTS: Effects = {
    **phases.EFFECTS,
    **entries.EFFECTS,
    **fixtures.EFFECTS,
    **matches.EFFECTS,
    PersonErased: _erased,
}


def initial() -> TournamentState:
    """A tournament of which nothing is known."""
    return TournamentState()


def evolve(state: TournamentState, event: TournamentEvent) -> TournamentState:
    """The state after one more event."""
    return stamped(state, replace(EFFECTS[type(event)](state, event), version=state.version + 1))


def fold(events: Iterable[TournamentEvent], state: TournamentState | None = None) -> TournamentState:
    """The state after ``events``."""
    return reduce(evolve, events, state or initial())
