"""Events survive being stored."""

import types
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from contracts import codec
from domain.match.events import EVENT_TYPES, BallRecorded


def example(hint: Any, *, full: bool) -> Any:
    """A value of a type; ``full`` gives every optional field one, otherwise they keep their defaults."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return example(next(arm for arm in get_args(hint) if arm is not type(None)), full=full)
    if origin is Literal:
        return get_args(hint)[0]
    if origin is tuple:
        arms = get_args(hint)
        if arms[-1] is Ellipsis:
            return (example(arms[0], full=full),) * 2
        return tuple(example(arm, full=full) for arm in arms)
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(  # type: ignore[operator]
            **{
                each.name: example(hints[each.name], full=full)
                for each in fields(hint)
                if full or (each.default is MISSING and each.default_factory is MISSING)
            }
        )
    if issubclass(hint, Enum):
        return list(hint)[-1]
    if hint is datetime:
        return datetime(2026, 4, 1, 14, 0, 0, 123456, tzinfo=UTC)
    return {str: "Dhoni — “Thala” 🏏", int: 7, bool: True, float: 12.5}[hint]


@pytest.mark.parametrize("full", [False, True], ids=["bare", "full"])
@pytest.mark.parametrize("name", EVENT_TYPES)
def test_every_event_comes_back_as_it_was(name: str, full: bool) -> None:
    event = example(EVENT_TYPES[name], full=full)
    assert codec.type_name(event) == name
    assert codec.decode(name, codec.encode(event), codec.SCHEMA_VERSIONS[name]) == event
    assert codec.decode(name, codec.encode(event).decode()) == event


def test_a_type_nobody_knows_cannot_be_read() -> None:
    with pytest.raises(codec.UnreadableEvent, match="no event type is called 'BallEaten'"):
        codec.decode("BallEaten", b"{}")


def test_a_newer_schema_cannot_be_read() -> None:
    with pytest.raises(codec.UnreadableEvent, match="reads up to 1"):
        codec.decode("MatchEnded", b'{"reason":"rain"}', 2)


def test_data_that_does_not_fit_cannot_be_read() -> None:
    with pytest.raises(codec.UnreadableEvent, match="does not fit its schema"):
        codec.decode("MatchEnded", b'{"reason":7}')


def test_a_field_added_later_is_ignored() -> None:
    event = example(BallRecorded, full=False)
    data = codec.encode(event).replace(b'"innings":', b'"moon":"full","innings":', 1)
    assert codec.decode("BallRecorded", data) == event
