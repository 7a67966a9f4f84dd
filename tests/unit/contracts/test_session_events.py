"""A session's events survive being stored: each type, bare and with every field, and those of a real day."""

import pytest

from contracts.codec import SESSION_EVENTS
from domain.match import commands as m
from domain.session import commands as c
from domain.session.events import EVENT_TYPES
from tests.unit.contracts.test_codec import example
from tests.unit.domain.session.day import Day, at


@pytest.mark.parametrize("full", [False, True], ids=["bare", "full"])
@pytest.mark.parametrize("name", EVENT_TYPES)
def test_every_event_comes_back_as_it_was(name: str, full: bool) -> None:
    event = example(EVENT_TYPES[name], full=full)
    assert SESSION_EVENTS.decode(name, SESSION_EVENTS.encode(event)) == event


def test_the_events_of_a_day_come_back_as_they_were() -> None:
    day = Day(reserve_starts_at=at(1440)).started().balls(1)
    day.ground(m.InterruptPlay(reason="rain"))
    day.comes_due("cut-off")
    day.do(c.AwardMatch(to="A", reason="no ground"))
    day.carry_out()
    day.do(c.RaiseDispute(person="bea", team="B", reason="unfair"))
    day.do(c.RuleDispute(person="ref", ruling="stands", reason="as said"))
    for event in day.events:
        name = type(event).__name__
        assert SESSION_EVENTS.decode(name, SESSION_EVENTS.encode(event)) == event
