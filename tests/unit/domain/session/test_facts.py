"""What a session reads off its match, from real play."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.clock import Clock
from domain.match import commands as m
from domain.match import initial
from domain.match.conditions import T20, TEST
from domain.session import commands as c
from domain.session.facts import facts_of
from tests.unit.domain.session.day import SHORT, TWO_O_CLOCK, Day, at


def facts(day: Day) -> c.MatchFacts:
    return facts_of(day.match)


def test_of_a_match_that_does_not_exist_nothing_is_known() -> None:
    assert facts_of(initial()) == c.NOTHING_KNOWN


def test_before_play() -> None:
    day = Day()
    assert (facts(day).line_ups, facts(day).toss_made, facts(day).planned) == ((), False, 12)
    known = facts(day.toss())
    assert (known.line_ups, known.toss_made, known.innings, known.active_at) == (("A", "B"), True, (), None)


def test_an_innings_in_progress_and_closed() -> None:
    day = Day().started().balls(1, 4)
    assert facts(day).innings == (c.InningsFacts(batting="A", length=12, bowled=2, score="Avon 5/0 (0.2)"),)
    assert (facts(day).in_progress, facts(day).active_at, facts(day).chase) == (True, at(1), 12)
    day.innings_of(12)
    assert facts(day).innings[0] == c.InningsFacts(
        batting="A", length=12, bowled=12, score="Avon 12/0 (2)", closed=True
    )
    assert not facts(day).in_progress


def test_an_innings_ended_by_a_decision_was_cut_short() -> None:
    day = Day().started().balls(1)
    day.ground(m.EndInnings(reason="weather"))
    assert facts(day).innings[0].cut_short
    assert facts(day).target_due == day.match.version - 1
    day.ground(m.ReviseTarget())
    assert (facts(day).target_due, facts(day).target_method) == (0, "D/L Standard Edition")


def test_a_declared_or_conceded_innings_ran_its_course() -> None:
    day = Day(TEST).started().balls(1)
    day.ground(m.DeclareInnings())
    assert not facts(day).innings[0].cut_short
    day = Day().started().balls(1)
    day.ground(m.EndInnings(reason="conceded"))
    assert not facts(day).innings[0].cut_short


def test_a_result_with_its_words() -> None:
    known = facts(Day().played(12, 6))
    assert (known.over, known.outcome, known.winner, known.result_text) == (
        True,
        "win",
        "A",
        "Avon won by 6 runs",
    )
    assert not known.decided_if_ended


def test_level_until_a_super_over_has_begun() -> None:
    day = Day().played(12, 12)
    assert (facts(day).level, facts(day).over) == (True, False)
    day.ground(m.StartInnings(super_over=True))
    assert not facts(day).level
    day.balls(1, 0, 0, 0, 0, 0)
    assert not facts(day).level
    day.ground(m.StartInnings(super_over=True))
    day.balls(1, 0, 0, 0, 0, 0)
    assert facts(day).level
    assert [innings.super_over for innings in facts(day).innings] == [False, False, True, True]


def test_whether_enough_was_played() -> None:
    day = Day().started().innings_of(12)
    assert not facts(day).decided_if_ended
    day.ground(m.StartInnings())
    day.balls(6, 0, 0, 0, 0)
    assert not facts(day).decided_if_ended
    day.balls(0)
    assert facts(day).decided_if_ended
    assert day.match.ended is None


def test_where_sides_bat_twice_a_draw_is_a_result() -> None:
    assert facts(Day(TEST).started().balls(1)).decided_if_ended


def test_an_interruption_in_an_innings() -> None:
    day = Day().started().balls(1)
    day.to(5).ground(m.InterruptPlay(reason="rain"))
    version = day.match.version
    stop = c.Interruption(version=version, since=at(5), reason="rain", innings=1, after=at(0.5))
    assert facts(day).interruptions == (stop,)
    assert facts(day).interrupted
    day.to(20).ground(m.ResumePlay())
    assert facts(day).interruptions == (replace(stop, until=at(20)),)
    assert not facts(day).interrupted


def test_an_interruption_between_the_innings() -> None:
    day = Day().started().innings_of(12)
    over = day.now
    day.to(20).ground(m.InterruptPlay(reason="rain"))
    (stop,) = facts(day).interruptions
    assert (stop.innings, stop.between, stop.after) == (1, True, over)


def test_an_innings_that_goes_on_after_rain_was_not_between() -> None:
    """Told late, when the innings is closed already, it still lies in the innings."""
    day = Day().started().balls(1)
    day.ground(m.InterruptPlay(reason="rain"), m.ResumePlay())
    day.innings_of(12)
    assert not facts(day).interruptions[0].between


def test_an_innings_ended_in_the_rain_was_not_between() -> None:
    day = Day().started().balls(1)
    day.ground(m.InterruptPlay(reason="rain"), m.EndInnings(reason="weather"))
    assert not facts(day).interruptions[0].between
    day.ground(m.ResumePlay(), m.InterruptPlay(reason="rain"))
    assert [stop.between for stop in facts(day).interruptions] == [False, True]


def test_overs_stated_afterwards_settle_the_interruption_before() -> None:
    day = Day(T20).started().balls(1)
    day.ground(m.InterruptPlay(reason="rain"), m.ResumePlay())
    day.ground(m.InterruptPlay(reason="rain"), m.ResumePlay(overs=15))
    assert [stop.settled for stop in facts(day).interruptions] == [False, True]


def test_overs_lost_by_one_side_alone_ask_for_a_target() -> None:
    day = Day(T20).started().balls(1)
    day.ground(m.ReduceOvers(overs=10))
    cause = day.match.version
    assert facts(day).target_due == 0, "the first innings is in progress"
    day.innings_of(60)
    assert facts(day).target_due == cause
    day.ground(m.ReviseTarget())
    assert facts(day).target_due == 0
    day.ground(m.ReduceOvers(overs=8, innings=2))
    assert facts(day).target_due == day.match.version


def test_after_the_match_no_target_is_due() -> None:
    day = Day(SHORT).started().balls(1)
    day.ground(m.ReduceOvers(overs=1))
    day.innings_of(6)
    day.ground(m.StartInnings())
    day.innings_of(3)
    assert (facts(day).over, facts(day).target_due) == (True, 0)


@pytest.mark.parametrize("speed", [1.0, 1000.0])
def test_times_are_the_tournaments(speed: float) -> None:
    day = Day().started().balls(1)
    began = datetime(2026, 11, 1, tzinfo=UTC)
    clock = Clock(started_at=TWO_O_CLOCK, shows=began, speed=speed)
    assert facts_of(day.match, clock).active_at == began + timedelta(seconds=30 * speed)


def test_a_target_not_known_yet_leaves_the_sides_neither_level_nor_apart() -> None:
    day = Day(SHORT).started().innings_of(12)
    day.ground(m.ReviseTarget(method="DLS"), m.StartInnings())
    day.innings_of(6)
    assert (facts(day).level, facts(day).over, facts(day).target_method) == (False, False, "DLS")
    day.ground(m.EndMatch(reason="no target"))
    assert (facts(day).over, facts(day).outcome) == (True, "no result")
