"""The interruption clock: minutes lost to overs lost, and what is asked of the match for them."""

from dataclasses import replace

import pytest

from domain.match import commands as m
from domain.match.conditions import HUNDRED, T20, TEST, PlayingConditions
from domain.session import commands as c
from domain.session import events as e
from domain.session.interruptions import Lengths, lengths, overs_lost
from domain.session.settings import SessionSettings
from domain.session.state import TimeLost
from tests.unit.domain.session.day import Day, at, names

FOUR = SessionSettings(minutes_per_over=4.0)
BY_HAND = replace(T20, rain_rule=None)
SIXES = (6, 0, 0, 0, 0, 0)


def innings(length: int, bowled: int, *, closed: bool = False, cut_short: bool = False) -> c.InningsFacts:
    return c.InningsFacts(
        batting="A", length=length, bowled=bowled, score="", closed=closed, cut_short=cut_short
    )


def after(
    first: float = 0.0,
    second: float = 0.0,
    played: tuple[c.InningsFacts, ...] = (),
    rules: PlayingConditions = T20,
    grace: float = 0.0,
) -> Lengths:
    """Lengths after so many minutes lost before, and after, the end of the first innings."""
    settings = replace(FOUR, grace_minutes=grace)
    lost = TimeLost(first=first, second=second)
    return lengths(rules, settings, lost, c.MatchFacts(innings=played))


@pytest.mark.parametrize(("minutes", "overs"), [(0, 0), (4.2, 0), (4.25, 1), (30, 7), (85, 20), (-5, 0)])
def test_parts_of_an_over_lost_are_ignored(minutes: float, overs: int) -> None:
    assert overs_lost(minutes, 4.25) == overs


def test_before_the_start_both_sides_lose_the_same() -> None:
    assert after(first=40) == Lengths(15 * 6, 15 * 6)


def test_an_odd_over_lost_is_given_back_so_that_both_have_the_same() -> None:
    assert after(first=28) == Lengths(17 * 6, 17 * 6)
    assert after(first=32) == Lengths(16 * 6, 16 * 6)


def test_in_the_first_innings_both_sides_lose_the_same() -> None:
    assert after(first=40, played=(innings(120, 50),)) == Lengths(90, 90)


def test_a_first_innings_already_longer_ends_where_it_is() -> None:
    """15 overs each, but 15.3 were bowled: 14 whole overs of the 30 are left for the chase."""
    assert after(first=40, played=(innings(120, 93),)) == Lengths(93, 14 * 6)


def test_in_the_second_innings_the_chase_alone_loses() -> None:
    played = (innings(120, 120, closed=True), innings(120, 30))
    assert after(second=20, played=played) == Lengths(120, 15 * 6)


def test_what_both_lost_before_is_not_lost_again() -> None:
    played = (innings(102, 102, closed=True),)
    assert after(first=28, second=8, played=played) == Lengths(102, 15 * 6)


def test_stoppages_of_one_innings_add_up_before_they_are_counted() -> None:
    assert after(first=3 + 5) == Lengths(19 * 6, 19 * 6)


def test_grace_is_given_once_for_the_match() -> None:
    assert after(first=40, grace=40) == Lengths(120, 120)
    played = (innings(120, 120, closed=True),)
    assert after(first=30, second=30, played=played, grace=40) == Lengths(120, 15 * 6)


def test_all_out_early_leaves_the_chase_its_full_length() -> None:
    assert after(second=8, played=(innings(120, 60, closed=True),)) == Lengths(120, 18 * 6)


def test_a_first_innings_cut_short_is_the_most_the_chase_can_have() -> None:
    played = (innings(120, 92, closed=True, cut_short=True),)
    assert after(first=20, played=played) == Lengths(92, 15 * 6)
    assert after(first=72, played=played) == Lengths(92, 6 * 6)


def test_no_innings_becomes_too_short_for_a_result() -> None:
    assert after(first=400) == Lengths(5 * 6, 5 * 6)
    played = (innings(120, 120, closed=True),)
    assert after(second=400, played=played) == Lengths(120, 5 * 6)


def test_five_ball_overs_count_as_overs() -> None:
    assert after(first=40, rules=HUNDRED) == Lengths(75, 75)


# --- in the match ------------------------------------------------------------------------------------------


def rained_on(day: Day, since: float, until: float) -> list[e.SessionEvent]:
    """Rain from one minute to another; what the session makes of it when play goes on."""
    day.to(since).ground(m.InterruptPlay(reason="rain"))
    return day.to(until).ground(m.ResumePlay())


def test_rain_before_the_start_shortens_both_innings() -> None:
    day = Day(T20, FOUR).toss()
    told = rained_on(day, -20, 40)
    assert e.PlayTimeLost(interruption=5, minutes=40.0, in_first=True) in told
    assert told[-1] == e.OversCut(innings=1, overs=15)
    assert day.carry_out() == ["ReduceOvers"]
    day.ground(m.StartInnings())
    assert [one.length for one in day.session.facts.innings] == [90]
    assert day.session.facts.chase == 90


def test_no_target_is_revised_where_both_lost_the_same_before_the_start() -> None:
    day = Day(T20, FOUR).toss()
    rained_on(day, 0, 40)
    day.carry_out()
    day.ground(m.StartInnings())
    day.innings_of(60)
    assert day.session.facts.target_due == 0
    assert "RevisedTargetAsked" not in names(day.events)


def test_rain_in_the_first_innings_revises_the_target_when_it_is_over() -> None:
    day = Day(T20, FOUR).started().balls(*SIXES, *SIXES)
    rained_on(day, 10, 50)
    assert day.carry_out() == ["ReduceOvers"]
    assert day.innings_of(60).session.facts.innings[0].bowled == 90
    assert day.events[-1] == e.RevisedTargetAsked(cause=day.session.target_asked, computed=True)
    assert day.carry_out() == ["ReviseTarget"]
    day.ground(m.StartInnings())
    target = day.match.innings[1].target
    assert target is not None
    assert (target.method, day.match.innings[1].length) == ("D/L Standard Edition", 90)
    assert day.carry_out() == []


def test_rain_in_the_chase_shortens_it_and_revises_its_target_in_one() -> None:
    day = Day(T20, FOUR).started().innings_of(120)
    day.ground(m.StartInnings())
    day.balls(*SIXES, *SIXES)
    start = (day.now - at(0)).total_seconds() / 60
    told = rained_on(day, start, start + 20)
    assert names(told) == ["MatchFollowed", "PlayTimeLost", "RevisedTargetAsked"]
    assert day.carry_out() == ["ReviseTarget"]
    chase = day.match.innings[1]
    assert chase.length == 15 * 6
    assert chase.target is not None
    assert chase.target.runs < 121
    assert day.carry_out() == []


def test_rain_in_the_break_counts_only_beyond_the_break() -> None:
    day = Day(T20, FOUR).started().innings_of(120)
    start = (day.now - at(0)).total_seconds() / 60
    told = rained_on(day, start + 5, start + 40)
    assert isinstance(told[1], e.PlayTimeLost)
    assert (told[1].minutes, told[1].in_first) == (20.0, False)
    assert day.carry_out() == ["ReviseTarget"]
    day.ground(m.StartInnings())
    assert day.match.innings[1].length == 15 * 6


def test_without_a_computed_method_the_target_is_asked_of_people() -> None:
    day = Day(BY_HAND, FOUR).started().innings_of(120)
    day.ground(m.StartInnings())
    day.balls(*SIXES)
    start = (day.now - at(0)).total_seconds() / 60
    told = rained_on(day, start, start + 20)
    asked = told[-1]
    assert isinstance(asked, e.RevisedTargetAsked)
    assert (asked.computed, asked.overs) == (False, 15)
    assert day.carry_out() == []


def test_a_target_entered_by_hand_is_left_alone() -> None:
    day = Day(T20, FOUR).started().innings_of(120)
    day.ground(m.StartInnings())
    day.balls(*SIXES)
    day.ground(m.InterruptPlay(reason="rain"))
    day.now += at(20) - at(0)
    told = day.ground(m.ResumePlay(), m.ReviseTarget(runs=90, method="DLS", overs=14))
    assert names(told) == ["MatchFollowed", "PlayTimeLost"]
    assert day.carry_out() == []


def test_overs_stated_by_the_umpires_stand() -> None:
    day = Day(T20, FOUR).toss()
    day.to(0).ground(m.InterruptPlay(reason="rain"))
    told = day.to(40).ground(m.ResumePlay(), m.ReduceOvers(overs=12))
    assert names(told) == ["MatchFollowed", "PlayTimeLost"]


def test_a_short_stop_costs_nothing() -> None:
    day = Day(T20, FOUR).started().balls(1)
    told = rained_on(day, 1, 4)
    assert names(told) == ["MatchFollowed", "PlayTimeLost"]


def test_an_interruption_is_counted_once() -> None:
    day = Day(T20, FOUR).started().balls(1)
    rained_on(day, 1, 41)
    day.carry_out()
    day.balls(1, 1)
    assert names(day.events).count("PlayTimeLost") == 1
    assert day.session.time_lost.first == 40.0


def test_a_night_before_the_reserve_day_is_no_time_lost() -> None:
    day = Day(T20, FOUR, reserve_starts_at=at(1440)).started().balls(1)
    day.to(10).ground(m.InterruptPlay(reason="rain"))
    day.comes_due("cut-off")
    told = day.to(1440).ground(m.ResumePlay())
    assert e.PlayTimeLost(interruption=day.match.version - 1, minutes=0.0, in_first=True) in told


def test_where_innings_have_no_limit_nothing_is_cut() -> None:
    day = Day(TEST, FOUR).started().balls(1)
    assert names(rained_on(day, 1, 200)) == ["MatchFollowed"]


def test_two_stops_in_one_message_are_counted_together() -> None:
    day = Day(T20, FOUR).started().balls(1)
    for since, until in ((1, 4), (10, 15)):
        day.to(since)
        day._play(m.InterruptPlay(reason="rain"))
        day.to(until)
        day._play(m.ResumePlay())
    assert names(day.follow()) == ["MatchFollowed", "PlayTimeLost", "PlayTimeLost", "OversCut"]
    assert day.session.orders == (day.session.version,)
