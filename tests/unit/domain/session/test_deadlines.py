"""Every deadline of a match day, met and missed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from domain.match import commands as m
from domain.match.conditions import TieBreak
from domain.session import commands as c
from domain.session import events as e
from domain.session.agenda import NAMES, agenda
from domain.session.deadlines import DEADLINES
from domain.session.settings import SessionSettings
from domain.session.state import Phase
from tests.unit.domain.session.day import REFEREE, SHORT, Day, Step, at, names

UMPIRE = c.Official(person="una", name="U. Umpire", role="umpire")


def interval() -> Day:
    """Avon are out at 14:06 or so; the second innings is to begin."""
    return Day().started().innings_of(12)


def level() -> Day:
    """Both made twelve: a Super Over decides."""
    return Day().played(12, 12)


def disputed() -> Day:
    day = Day().played()
    day.do(c.RaiseDispute(person="bea", team="B", reason="the last ball was a wide"))
    return day


def without_umpire() -> Day:
    return Day(settings=SessionSettings(officials_required=("umpire",)), officials=(REFEREE, UMPIRE))


def minutes_after(day: Day, minutes: float) -> float:
    """Minutes from the start to so long after now."""
    return (day.now - at(0)).total_seconds() / 60 + minutes


@dataclass(frozen=True)
class Deadline:
    """``until`` it is due, so many minutes from the start; ``met`` does what was to be done."""

    what: str
    given: Callable[[], Day]
    until: float
    met: Step


CONFIRMED = (REFEREE, c.Official(person="una", name="U. Umpire", role="umpire", confirmed=True))
BEFORE_START = [
    Deadline("line-ups", Day, -60, lambda day: day.line_ups()),
    Deadline("toss", Day, -30, lambda day: day.toss()),
    Deadline("officials", without_umpire, -30, lambda day: day.do(c.NameOfficials(officials=CONFIRMED))),
    Deadline("start", lambda: Day().toss(), 10, lambda day: day.ground(m.StartInnings())),
]
LATER = [
    Deadline("innings break", interval, 20, lambda day: day.ground(m.StartInnings())),
    Deadline("super over", level, 60, lambda day: day.ground(m.StartInnings(super_over=True))),
    Deadline(
        "dispute answer",
        disputed,
        1440,
        lambda day: day.do(c.AnswerDispute(person="ann", team="A", answer="it was not")),
    ),
]
EACH = pytest.mark.parametrize("deadline", [*BEFORE_START, *LATER], ids=lambda one: one.what)


def test_every_deadline_stands_here() -> None:
    assert {one.what for one in (*BEFORE_START, *LATER)} == NAMES.keys() == DEADLINES.keys() - {"cut-off"}


@pytest.mark.parametrize("deadline", BEFORE_START, ids=lambda one: one.what)
def test_it_is_due_by_the_scheduled_start(deadline: Deadline) -> None:
    assert deadline.given().minutes_of(NAMES[deadline.what]) == deadline.until  # type: ignore[index]


@pytest.mark.parametrize("deadline", LATER, ids=lambda one: one.what)
def test_it_is_due_so_long_after_what_it_follows(deadline: Deadline) -> None:
    day = deadline.given()
    assert day.minutes_of(NAMES[deadline.what]) == minutes_after(day, deadline.until)  # type: ignore[index]


@EACH
def test_met_in_time_it_is_no_longer_due(deadline: Deadline) -> None:
    day = deadline.given()
    deadline.met(day)
    assert day.due(NAMES[deadline.what]) is None  # type: ignore[index]
    day.now += timedelta(days=10)
    assert day.do(c.NoteOverdue(what=deadline.what)) == []  # type: ignore[arg-type]


@EACH
def test_missed_it_is_noted_once(deadline: Deadline) -> None:
    day = deadline.given()
    due = day.due(NAMES[deadline.what])  # type: ignore[index]
    assert due is not None
    missed = day.comes_due(NAMES[deadline.what])[0]  # type: ignore[index]
    assert missed == e.DeadlineMissed(what=deadline.what, due_at=due.at)
    assert day.due(NAMES[deadline.what]) is None  # type: ignore[index]
    assert day.do(due.command) == []


@EACH
def test_before_its_time_it_is_not_noted(deadline: Deadline) -> None:
    day = deadline.given()
    due = day.due(NAMES[deadline.what])  # type: ignore[index]
    assert due is not None
    day.now = due.at - timedelta(seconds=1)
    assert day.do(due.command) == []


@pytest.mark.parametrize("deadline", BEFORE_START, ids=lambda one: one.what)
def test_a_moved_match_moves_its_deadlines_and_forgets_those_missed(deadline: Deadline) -> None:
    day = deadline.given()
    day.comes_due(NAMES[deadline.what])  # type: ignore[index]
    day.do(c.RescheduleSession(starts_at=at(240)))
    assert day.minutes_of(NAMES[deadline.what]) == 240 + deadline.until  # type: ignore[index]


def test_dues_come_in_order_of_time() -> None:
    day = without_umpire()
    day.do(c.TakeLease(scorer="sam"))
    dues = [due.name for due in agenda(day.session)]
    assert dues == ["lease expires", "line-ups due", "toss due", "officials due", "start due", "cut-off"]


def test_rain_stops_the_start_from_being_late() -> None:
    day = Day().toss()
    day.ground(m.InterruptPlay(reason="rain"))
    assert day.due("start due") is None
    assert day.due("cut-off") is not None


def test_an_official_required_must_have_confirmed() -> None:
    day = Day(settings=SessionSettings(officials_required=("umpire", "referee")), officials=(REFEREE,))
    assert day.due("officials due") is not None
    assert day.do(c.NameOfficials(officials=(REFEREE,))) == []
    day.do(c.NameOfficials(officials=(REFEREE, UMPIRE)))
    assert day.due("officials due") is not None
    day.do(c.NameOfficials(officials=CONFIRMED))
    assert day.due("officials due") is None


def test_a_super_over_that_does_not_begin_in_time_is_not_played() -> None:
    day = level()
    assert names(day.comes_due("super over due")) == ["DeadlineMissed", "PlayCalledOff"]
    assert day.phase is Phase.ENDING
    assert day.carry_out() == ["EndMatch"]
    assert day.session.proposal is not None
    assert (day.session.proposal.outcome, day.session.proposal.winner) == ("tie", None)


def test_a_super_over_in_time_settles_the_tie() -> None:
    day = level()
    day.ground(m.StartInnings(super_over=True))
    day.balls(1, 1, 1, 1, 1, 1)
    assert (day.phase, day.due("super over due")) == (Phase.INNINGS_BREAK, None)
    day.ground(m.StartInnings(super_over=True))
    day.balls(6, 6)
    assert day.session.proposal is not None
    assert day.session.proposal.winner == "A"


def test_where_ties_stand_no_super_over_is_due() -> None:
    day = Day(replace(SHORT, tie_breaks=(TieBreak.TIE_STANDS,))).played(12, 12)
    assert day.phase is Phase.RESULT_PROPOSED
    assert day.due("super over due") is None


# --- cut-off -----------------------------------------------------------------------------------------------


def test_the_cut_off_is_due_until_there_is_a_result() -> None:
    day = Day()
    assert day.minutes_of("cut-off") == 300
    day.played()
    assert day.due("cut-off") is None


def test_without_a_ball_bowled_by_the_cut_off_the_match_is_abandoned() -> None:
    day = Day().toss()
    assert names(day.comes_due("cut-off")) == ["PlayCalledOff"]
    assert day.carry_out() == ["AbandonMatch"]
    assert day.session.proposal is not None
    assert day.session.proposal.text == "Match abandoned without a ball bowled"


def test_play_by_the_cut_off_is_settled_by_the_playing_conditions() -> None:
    """Barrow need 13 off two overs and are 12 without loss after one: ahead of par."""
    day = Day().started().innings_of(12)
    day.ground(m.StartInnings())
    day.balls(6, 6, 0, 0, 0, 0)
    day.ground(m.InterruptPlay(reason="rain"))
    day.comes_due("cut-off")
    assert day.carry_out() == ["EndMatch"]
    assert day.session.proposal is not None
    assert day.session.proposal.winner == "B"
    assert "D/L" in day.session.proposal.text


def test_what_the_match_will_not_end_is_not_ended_again_and_again() -> None:
    """The match is not there to be told; the refusal is noted, and the clock leaves it at that."""
    day = Day()
    day.comes_due("cut-off")
    day.do(c.NoteOrder(order=day.session.orders[0], refused="match_not_found"))
    assert (day.phase, day.due("cut-off")) == (Phase.AWAITING_LINE_UPS, None)
    day.do(c.RescheduleSession(starts_at=at(1440)))
    assert day.due("cut-off") is not None


def test_with_a_reserve_day_the_match_goes_there() -> None:
    day = Day(reserve_starts_at=at(1440)).toss()
    day.ground(m.InterruptPlay(reason="rain"))
    assert day.comes_due("cut-off") == [e.MatchPostponed(to=at(1440), reason="no result by the cut-off time")]
    assert (day.phase, day.session.start) == (Phase.POSTPONED, at(1440))
    assert day.session.orders == ()
    assert day.minutes_of("start due") == 1450
    day.to(1440).ground(m.ResumePlay(), m.StartInnings())
    assert day.phase is Phase.IN_PLAY


def test_a_match_goes_to_its_reserve_day_once() -> None:
    day = Day(reserve_starts_at=at(1440)).toss()
    day.comes_due("cut-off")
    assert names(day.comes_due("cut-off")) == ["PlayCalledOff"]
    assert day.now == at(1440 + 300)


def test_enough_play_for_a_result_needs_no_reserve_day() -> None:
    day = Day(reserve_starts_at=at(1440)).started().innings_of(12)
    day.ground(m.StartInnings())
    day.balls(6, 0, 0, 0, 0, 0)
    assert names(day.comes_due("cut-off")) == ["PlayCalledOff"]


def test_too_little_play_for_a_result_goes_to_the_reserve_day() -> None:
    day = Day(reserve_starts_at=at(1440)).started().innings_of(12)
    day.ground(m.StartInnings())
    day.balls(6, 0)
    assert names(day.comes_due("cut-off")) == ["MatchPostponed"]
    assert day.phase is Phase.POSTPONED


def test_what_is_stopped_on_the_day_is_postponed_until_it_goes_on() -> None:
    day = Day(reserve_starts_at=at(1440)).started().balls(1)
    day.ground(m.InterruptPlay(reason="rain"))
    day.comes_due("cut-off")
    assert day.phase is Phase.POSTPONED
    day.to(1440).ground(m.ResumePlay())
    assert day.phase is Phase.IN_PLAY
    day.ground(m.InterruptPlay(reason="rain"))
    assert day.phase is Phase.INTERRUPTED
