"""Events written in an older form are read by all who read events, as if they were written today."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from contracts import codec
from contracts.upcasting import UPCASTERS, MissingUpcaster, Upcasting
from domain.match import commands as m
from domain.match.conditions import T20
from handlers.match import MatchHandler
from tests.older_toss import OlderToss
from tests.workflows.memory import MemoryStore

TENANT, MATCH = UUID(int=1), UUID(int=2)
CREATE = m.CreateMatch(teams=(m.Team(id="a", name="A"), m.Team(id="b", name="B")), conditions=T20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """Its third form. At first it said feet, then metres without a place."""

    metres: float
    place: str


def to_metres(old: dict[str, Any]) -> dict[str, Any]:
    return {"metres": old["feet"] * 0.3048}


def to_a_place(old: dict[str, Any]) -> dict[str, Any]:
    return {**old, "place": "unknown"}


STEPS = {("Landed", 1): to_metres, ("Landed", 2): to_a_place}
EVENTS = codec.EventCodec({"Landed": Landed}, STEPS)


@pytest.mark.parametrize(
    ("version", "data", "event"),
    [
        (1, '{"feet": 10}', Landed(metres=3.048, place="unknown")),
        (2, '{"metres": 3.5}', Landed(metres=3.5, place="unknown")),
        (3, '{"metres": 3.5, "place": "sea"}', Landed(metres=3.5, place="sea")),
    ],
)
def test_every_form_is_read(version: int, data: str, event: Landed) -> None:
    assert EVENTS.schema_versions == {"Landed": 3}
    assert EVENTS.decode("Landed", data, version) == event
    assert EVENTS.decode("Landed", data.encode(), version) == event


@pytest.mark.parametrize(
    ("version", "data", "said"),
    [
        (4, '{"metres": 3.5, "place": "sea"}', "reads up to 3"),
        (0, '{"feet": 10}', "never had a version 0"),
        (1, '{"miles": 10}', "does not fit its schema"),
        (1, '{"feet": ', "does not fit its schema"),
        (2, "[]", "does not fit its schema"),
    ],
)
def test_what_no_form_says_cannot_be_read(version: int, data: str, said: str) -> None:
    with pytest.raises(codec.UnreadableEvent, match=said):
        EVENTS.decode("Landed", data, version)


def test_no_step_is_left_out() -> None:
    with pytest.raises(MissingUpcaster, match=r"from the versions \[1, 3\]"):
        Upcasting(["Landed"], {("Landed", 1): to_metres, ("Landed", 3): to_a_place})


def test_there_are_upcasters_for_events_that_exist_only() -> None:
    for kind, table in UPCASTERS.items():
        assert {name for name, _ in table} <= codec.EVENT_TYPES_OF[kind].keys()


async def test_a_match_with_an_event_of_an_older_form_is_read_by_the_write_side(
    older_toss: OlderToss,
) -> None:
    store = MemoryStore()
    now = datetime(2026, 4, 1, tzinfo=UTC)
    await MatchHandler(store).create(TENANT, CREATE, idempotency_key="1", match_id=MATCH, now=now)
    stored = store.events[0]
    data = json.dumps(older_toss.data)
    store.events.append(replace(stored, version=2, event_id=UUID(int=9), type="TossMade", data=data))
    toss = await MatchHandler(store).read(
        TENANT, MATCH, lambda state: (state.version, state.toss_winner, state.toss_decision)
    )
    assert toss == (2, "a", "field")
