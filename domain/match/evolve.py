"""The fold: what each event does to the state of a match.

``evolve`` trusts its events: ``decide`` checked them before they were stored.
"""

from collections.abc import Iterable
from dataclasses import fields

from domain.match import events as e
from domain.match.effective import effective_facts, fit
from domain.match.facts import apply_fact
from domain.match.state import MatchState
from domain.persons import Erasure, PersonErased

_OWN = {"version", "announced_result", "announced_closed", "scorer"}
_DERIVED = tuple(field.name for field in fields(MatchState) if field.name not in _OWN)


def initial() -> MatchState:
    """A match of which nothing is known."""
    return MatchState()


def evolve(state: MatchState, event: e.MatchEvent) -> MatchState:
    """Fold one event into ``state``, which is changed and returned."""
    state.version += 1
    kind = type(event)
    if kind in e.FACT_TYPES:
        apply_fact(state, state.version, event)  # type: ignore[arg-type]
    elif kind in e.ANNOUNCEMENT_TYPES:
        _note(state, event)  # type: ignore[arg-type]
    elif isinstance(event, e.ScorerAppointed):
        state.scorer = event.scorer
    elif isinstance(event, PersonErased):
        erasure = Erasure(person=event.person, name=event.name).knowing(state.facts)
        _refold(state, erasure.of(state.facts))
    else:
        _refold(state, effective_facts(state.facts, event, state.version))  # type: ignore[arg-type]
    return state


def _refold(state: MatchState, facts: Iterable[tuple[int, e.Fact]]) -> None:
    """Have the state follow from other facts."""
    other = fold_facts(facts)
    for name in _DERIVED:
        setattr(state, name, getattr(other, name))


def fold(events: Iterable[e.MatchEvent]) -> MatchState:
    """The state after ``events``."""
    state = initial()
    for event in events:
        evolve(state, event)
    return state


def fold_facts(facts: Iterable[tuple[int, e.Fact]]) -> MatchState:
    """The state that effective facts give, each keeping the version that names it."""
    state = initial()
    for version, fact in facts:
        apply_fact(state, version, fit(state, fact))
    return state


def clone(state: MatchState) -> MatchState:
    """A state of its own with the same content, to look ahead with."""
    copy = fold_facts(state.facts)
    copy.version = state.version
    copy.announced_result, copy.scorer = state.announced_result, state.scorer
    copy.announced_closed = dict(state.announced_closed)
    return copy


def _note(state: MatchState, event: e.Announcement) -> None:
    match event:
        case e.InningsClosed():
            state.announced_closed[event.innings] = event
        case e.InningsReopened():
            state.announced_closed.pop(event.innings, None)
        case e.ResultReached():
            state.announced_result = event.result
        case e.ResultWithdrawn():
            state.announced_result = None
