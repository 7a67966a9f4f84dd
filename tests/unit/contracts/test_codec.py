"""Events survive being stored."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from fractions import Fraction
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from contracts import codec
from domain.match.commands import MatchCommand
from domain.match.events import EVENT_TYPES, BallRecorded
from domain.money.money import Money
from domain.payment.commands import PaymentCommand
from domain.session.commands import SessionCommand
from domain.tournament.fixtures.model import FixtureRules, StartTime
from domain.tournament.format.model import (
    Bye,
    DoubleElimination,
    Format,
    Knockout,
    League,
    LoserOf,
    PlayoffMatch,
    Playoffs,
    Rank,
    Seed,
    Swiss,
    WinnerOf,
)
from domain.tournament.lifecycle.commands import CreateTournament, TournamentCommand
from domain.tournament.lifecycle.events import TournamentCreated
from domain.tournament.lifecycle.settings import Deadline, TournamentSettings
from domain.tournament.points import PointsRules, RunRateBonus
from domain.tournament.table_rules import Criterion, TableRules
from tests.event_schemas import faults

EXAMPLES: dict[Any, Any] = {
    str: "Dhoni — “Thala” 🏏",
    int: 7,
    bool: True,
    float: 12.5,
    datetime: datetime(2026, 4, 1, 14, 0, 0, 123456, tzinfo=UTC),
    date: date(2026, 4, 1),
    time: time(19, 30),
    Fraction: Fraction(5, 4),
    UUID: UUID(int=7),
}


def example(hint: Any, *, full: bool) -> Any:
    """A value of a type; ``full`` gives every optional field one, otherwise they keep their defaults."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return example(next(arm for arm in get_args(hint) if arm is not type(None)), full=full)
    if origin is Literal:
        return get_args(hint)[0]
    if origin is Literal:
        return get_args(hint)[0]
    if origin in (dict, Mapping):
        key, value = get_args(hint)
        return {example(key, full=full): example(value, full=full)} if full else {}
    if origin is tuple:
        arms = get_args(hint)
        if arms[-1] is Ellipsis:
            return (example(arms[0], full=full),) * 2
        return tuple(example(arm, full=full) for arm in arms)
    if hint is Money:
        return Money(1_250, "kwd")
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
    return EXAMPLES[hint]


@pytest.mark.parametrize("full", [False, True], ids=["bare", "full"])
@pytest.mark.parametrize("name", EVENT_TYPES)
def test_every_event_comes_back_as_it_was(name: str, full: bool) -> None:
    event = example(EVENT_TYPES[name], full=full)
    assert codec.type_name(event) == name
    assert codec.decode(name, codec.encode(event), codec.SCHEMA_VERSIONS[name]) == event
    assert codec.decode(name, codec.encode(event).decode()) == event


OTHER_CODECS = {
    codec.TOURNAMENT: codec.TOURNAMENT_EVENTS,
    codec.SESSION: codec.SESSION_EVENTS,
    codec.PAYMENT: codec.PAYMENT_EVENTS,
}
OTHER_EVENTS = [(kind, name) for kind, events in OTHER_CODECS.items() for name in events.event_types]


@pytest.mark.parametrize("full", [False, True], ids=["bare", "full"])
@pytest.mark.parametrize(("kind", "name"), OTHER_EVENTS)
def test_every_event_of_other_streams_comes_back_as_it_was(kind: str, name: str, full: bool) -> None:
    events = OTHER_CODECS[kind]
    event = example(events.event_types[name], full=full)
    assert codec.decode_of(kind, name, events.encode(event), events.schema_versions[name]) == event


COMMANDS = [
    (kind, command)
    for kind, union in (
        (codec.MATCH, MatchCommand),
        (codec.TOURNAMENT, TournamentCommand),
        (codec.SESSION, SessionCommand),
        (codec.PAYMENT, PaymentCommand),
    )
    for command in get_args(union)
]


@pytest.mark.parametrize("full", [False, True], ids=["bare", "full"])
@pytest.mark.parametrize(("kind", "command"), COMMANDS, ids=lambda one: getattr(one, "__name__", one))
def test_every_command_comes_back_as_it_was(kind: str, command: type[Any], full: bool) -> None:
    asked = example(command, full=full)
    data = msgspec.json.decode(msgspec.json.encode(codec.plain_command(kind, asked)))
    assert codec.decode_command(kind, command.__name__, data) == asked


SOURCES = st.one_of(
    st.builds(Seed, st.integers(1, 20)),
    st.builds(Rank, st.text(), st.integers(1, 9)),
    st.builds(WinnerOf, st.text()),
    st.builds(LoserOf, st.text()),
    st.builds(Bye),
)
STAGES = st.one_of(
    st.builds(League, name=st.text(), entrants=st.lists(st.lists(SOURCES).map(tuple)).map(tuple)),
    st.builds(Swiss, name=st.text(), rounds=st.integers(1, 9), entrants=st.lists(SOURCES).map(tuple)),
    st.builds(Knockout, name=st.text(), entrants=st.lists(SOURCES).map(tuple)),
    st.builds(DoubleElimination, name=st.text(), entrants=st.lists(SOURCES).map(tuple)),
    st.builds(
        Playoffs,
        name=st.text(),
        matches=st.lists(
            st.builds(
                PlayoffMatch, id=st.text(), name=st.text(), home=SOURCES, away=SOURCES, decides=st.none()
            )
        ).map(tuple),
    ),
)
SETTINGS = st.builds(
    TournamentSettings,
    format=st.builds(Format, name=st.text(), stages=st.lists(STAGES).map(tuple)),
    table_rules=st.builds(
        TableRules,
        name=st.text(),
        points=st.builds(PointsRules, bonus=st.none() | st.builds(RunRateBonus, st.fractions())),
        order=st.lists(st.sampled_from(Criterion)).map(tuple),
    ),
    deadlines=st.dictionaries(
        st.sampled_from(Deadline), st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC))
    ),
    fixtures=st.builds(
        FixtureRules,
        first_day=st.none() | st.dates(),
        start_times=st.lists(st.builds(StartTime, at=st.times())).map(tuple),
    ),
)


@given(SETTINGS)
def test_any_settings_come_back_as_they_were(settings: TournamentSettings) -> None:
    created = TournamentCreated(name="Cup", settings=settings)
    events = codec.TOURNAMENT_EVENTS
    assert events.decode("TournamentCreated", events.encode(created)) == created
    asked = CreateTournament(name="Cup", settings=settings)
    assert codec.decode_command(codec.TOURNAMENT, "CreateTournament", plain(asked)) == asked


@given(SETTINGS)
@given_settings(max_examples=15)
def test_any_settings_fit_the_schema(settings: TournamentSettings) -> None:
    created = TournamentCreated(name="Cup", settings=settings)
    assert faults(codec.TOURNAMENT, "TournamentCreated", codec.TOURNAMENT_EVENTS.encode(created)) == []


def plain(command: CreateTournament) -> dict[str, Any]:
    return msgspec.json.decode(msgspec.json.encode(codec.plain_command(codec.TOURNAMENT, command)))


@pytest.mark.parametrize(
    ("type_name", "data", "said"),
    [
        ("EatBall", {}, "type: no command of a tournament is called 'EatBall'"),
        ("CheckIn", {}, "team: is missing"),
        ("CheckIn", {"team": "a", "at": 1}, "at: there is no such field"),
        ("CheckIn", {"team": 7}, "team: Expected `str`, got `int`"),
        ("DrawTournament", {"pots": [["a"], [7]]}, "pots[1][0]: Expected `str`, got `int`"),
        ("MoveDeadline", {"deadline": "lunch", "at": None}, "deadline: Invalid enum value 'lunch'"),
    ],
)
def test_a_command_that_cannot_be_read_names_the_field(
    type_name: str, data: dict[str, Any], said: str
) -> None:
    with pytest.raises(codec.MalformedCommand) as found:
        codec.decode_command(codec.TOURNAMENT, type_name, data)
    assert str(found.value) == said


def test_an_event_of_a_kind_nobody_knows_cannot_be_read() -> None:
    with pytest.raises(codec.UnreadableEvent, match="no kind of stream is called 'moon'"):
        codec.decode_of("moon", "Landed", b"{}")


@pytest.mark.parametrize(
    ("name", "data", "version", "said"),
    [
        ("Landed", b"{}", 1, "no event type is called 'Landed'"),
        ("EntryConfirmed", b'{"team":"a"}', 2, "reads up to 1"),
        ("EntryConfirmed", b'{"team":7}', 1, "does not fit its schema"),
        ("TournamentCreated", b'{"name":"x"}', 1, "settings: is missing"),
    ],
)
def test_a_tournaments_event_that_cannot_be_read(name: str, data: bytes, version: int, said: str) -> None:
    with pytest.raises(codec.UnreadableEvent, match=said):
        codec.decode_of(codec.TOURNAMENT, name, data, version)


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
