"""docs/session.md says what the code does."""

import re
from collections.abc import Callable
from dataclasses import fields

import pytest

from domain.match import commands as m
from domain.session import commands as c
from domain.session.agenda import NAMES
from domain.session.settings import SessionSettings
from domain.session.state import FINAL, Phase
from tests.unit.docs.pages import PROJECT, blocks
from tests.unit.domain.session.day import Day, at

PAGE = PROJECT / "docs/session.md"
DISPUTE = c.RaiseDispute(person="bea", team="B", reason="a wide")


def _rule(how: str, to: str | None = None) -> c.RuleDispute:
    return c.RuleDispute(person="ref", ruling=how, reason="as seen", to=to)  # type: ignore[arg-type]


def _do(*commands: c.SessionCommand) -> Callable[[Day], object]:
    return lambda day: [day.do(command) for command in commands]


def _ground(*commands: m.MatchCommand) -> Callable[[Day], object]:
    return lambda day: day.ground(*commands)


def line_ups() -> Day:
    return Day().line_ups()


def ready() -> Day:
    return Day().toss()


def in_play() -> Day:
    return Day(reserve_starts_at=at(1440)).started().balls(1)


def interrupted() -> Day:
    day = in_play()
    day.ground(m.InterruptPlay(reason="rain"))
    return day


def interval() -> Day:
    return Day().started().innings_of(12)


def last_over() -> Day:
    day = interval()
    day.ground(m.StartInnings())
    return day


def postponed() -> Day:
    day = interrupted()
    day.comes_due("cut-off")
    return day.to(1440)


def conceded() -> Day:
    day = in_play()
    day.do(c.ConcedeMatch(team="A"))
    return day


def proposed() -> Day:
    return Day().played()


def disputed() -> Day:
    day = proposed()
    day.do(DISPUTE)
    return day


def awarded_by_ruling() -> Day:
    day = disputed()
    day.do(_rule("awarded", "B"))
    return day


EDGES: dict[tuple[str, str], tuple[Callable[[], Day], Callable[[Day], object]]] = {
    ("[*]", "awaiting line-ups"): (Day, lambda day: day),
    ("awaiting line-ups", "awaiting toss"): (Day, lambda day: day.line_ups()),
    ("awaiting toss", "ready"): (line_ups, _ground(m.RecordToss(winner="A", decision="bat"))),
    ("ready", "in play"): (ready, _ground(m.StartInnings())),
    ("in play", "interrupted"): (in_play, _ground(m.InterruptPlay(reason="rain"))),
    ("interrupted", "in play"): (interrupted, _ground(m.ResumePlay())),
    ("in play", "innings break"): (in_play, lambda day: day.innings_of(6)),
    ("innings break", "in play"): (interval, _ground(m.StartInnings())),
    ("in play", "result proposed"): (last_over, lambda day: day.innings_of(6)),
    ("in play", "postponed"): (in_play, lambda day: day.comes_due("cut-off")),
    ("postponed", "in play"): (postponed, _ground(m.ResumePlay())),
    ("in play", "ending"): (in_play, _do(c.ConcedeMatch(team="A"))),
    ("ending", "result proposed"): (conceded, lambda day: day.carry_out()),
    ("ending", "official"): (awarded_by_ruling, lambda day: day.carry_out()),
    ("result proposed", "in play"): (proposed, _ground(m.Undo())),
    ("result proposed", "ending"): (proposed, _do(c.AwardMatch(to="B", reason="unregistered player"))),
    ("result proposed", "disputed"): (proposed, _do(DISPUTE)),
    ("result proposed", "official"): (proposed, _do(c.ConfirmResult(person="ref"))),
    ("disputed", "official"): (disputed, _do(_rule("stands"))),
    ("disputed", "ending"): (disputed, _do(_rule("no result"))),
    ("disputed", "replay ordered"): (disputed, _do(_rule("replay"))),
    ("in play", "cancelled"): (in_play, _do(c.CancelSession(reason="flood"))),
}


def drawn() -> set[tuple[str, str]]:
    (diagram,) = blocks(PAGE, "mermaid")
    edges = re.findall(r"^ +(\S+) --> ([^:\s]+)", diagram, re.MULTILINE)
    named = {alias: name for name, alias in re.findall(r'state "(.+)" as (\S+)', diagram)}

    def phase(id_: str) -> str:
        return named.get(id_, id_.replace("_", " "))

    return {(phase(one), phase(other)) for one, other in edges}


def test_the_diagram_has_every_phase_and_these_ways_between_them() -> None:
    ends = {(phase.value, "[*]") for phase in FINAL}
    assert drawn() == EDGES.keys() | ends
    phases = {phase for edge in drawn() for phase in edge}
    assert phases == {phase.value for phase in Phase} - {"not opened"} | {"[*]"}


@pytest.mark.parametrize("edge", EDGES, ids=" to ".join)
def test_a_way_leads_where_it_is_drawn(edge: tuple[str, str]) -> None:
    given, step = EDGES[edge]
    day = given()
    assert edge[0] in ("[*]", day.phase.value)
    step(day)
    assert day.phase.value == edge[1]


def rows() -> dict[str, str]:
    """Each due of the page, and when it says it is."""
    table = re.findall(r"^\| ([a-z -]+) \| (`?.+) \| .+ \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: when for name, when in table if name != "due"}


def test_the_page_names_every_due() -> None:
    assert rows().keys() == {*NAMES.values(), "cut-off", "lease expires", "result official"}


def test_the_page_names_settings_that_exist() -> None:
    known = {each.name for each in fields(SessionSettings)}
    told = {name for when in rows().values() for name in re.findall(r"`(\w+)`", when)}
    assert told <= known
    assert known - told == {"opens_hours_before", "minutes_per_over", "grace_minutes"}
