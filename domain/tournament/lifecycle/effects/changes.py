"""Ways to change a part of a tournament's state: each leaves what it is given as it was."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from domain.tournament.lifecycle.events import TournamentEvent
from domain.tournament.lifecycle.state import TournamentState

Key = TypeVar("Key")
Value = TypeVar("Value")

Effect = Callable[[TournamentState, Any], TournamentState]
"""What one kind of event does: the state before and the event, to the state after."""

Effects = dict[type[TournamentEvent], Effect]


def with_(mapping: Mapping[Key, Value], key: Key, value: Value) -> dict[Key, Value]:
    """The mapping with one more or another value."""
    return {**mapping, key: value}


def without(mapping: Mapping[Key, Value], key: Key) -> dict[Key, Value]:
    """The mapping without one key, if it had it."""
    return {one: value for one, value in mapping.items() if one != key}


def change_entry(state: TournamentState, team: str, **changes: Any) -> TournamentState:
    """The state with other fields in one entry."""
    return replace(state, entries=with_(state.entries, team, replace(state.entries[team], **changes)))


def change_match(state: TournamentState, node: str, **changes: Any) -> TournamentState:
    """The state with other fields in one match."""
    return replace(state, matches=with_(state.matches, node, replace(state.matches[node], **changes)))
