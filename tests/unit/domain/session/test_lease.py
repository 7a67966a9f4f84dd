"""The scorer's lease: one holder, who keeps it, hands it on, is relieved of it or falls silent."""

from datetime import timedelta

from domain.match import commands as m
from domain.session import commands as c
from domain.session import events as e
from domain.session.settings import SessionSettings
from tests.unit.domain.session.day import Day, at, names

TEN_MINUTES = SessionSettings(lease_seconds=600)


def scoring(day: Day | None = None) -> Day:
    """Sam is scoring."""
    day = day or Day(settings=TEN_MINUTES).started()
    day.do(c.TakeLease(scorer="sam"))
    day.carry_out()
    return day


def test_who_takes_the_pad_is_appointed_in_the_match() -> None:
    day = Day(settings=TEN_MINUTES)
    day.do(c.TakeLease(scorer="sam"))
    assert day.carry_out() == ["AppointScorer"]
    assert day.match.scorer == "sam"


def test_only_one_scores() -> None:
    assert scoring().refusal(c.TakeLease(scorer="tim")) == "lease_held"


def test_taken_again_by_its_holder_it_is_renewed() -> None:
    day = scoring().to(9)
    assert day.do(c.TakeLease(scorer="sam")) == [e.LeaseRenewed(scorer="sam", at=at(9))]
    assert day.session.orders == ()
    assert day.minutes_of("lease expires") == 19


def test_its_holder_hands_it_over() -> None:
    day = scoring()
    day.do(c.HandOverLease(scorer="sam", to="tim"))
    day.carry_out()
    assert day.match.scorer == "tim"
    assert day.refusal(c.HandOverLease(scorer="sam", to="tim")) == "lease_not_held"


def test_handed_to_oneself_it_is_renewed() -> None:
    assert names(scoring().do(c.HandOverLease(scorer="sam", to="sam"))) == ["LeaseRenewed"]


def test_it_is_taken_over_with_a_reason() -> None:
    day = scoring()
    assert day.refusal(c.TakeOverLease(scorer="tim", reason=" ")) == "reason_missing"
    taken = day.do(c.TakeOverLease(scorer="tim", reason="sam is ill"))
    assert taken == [e.LeaseTakenOver(scorer="tim", holder="sam", reason="sam is ill", at=day.now)]
    day.carry_out()
    assert day.match.scorer == "tim"


def test_taken_over_from_nobody_it_is_taken() -> None:
    assert names(Day().do(c.TakeOverLease(scorer="tim", reason="nobody there"))) == ["LeaseTaken"]


def test_released_anybody_may_score() -> None:
    day = scoring()
    assert day.refusal(c.ReleaseLease(scorer="tim")) == "lease_not_held"
    day.do(c.ReleaseLease(scorer="sam"))
    day.carry_out()
    assert day.match.scorer is None
    assert day.refusal(c.ReleaseLease(scorer="sam")) == "lease_not_held"


def test_a_silent_scorer_loses_it() -> None:
    day = scoring().balls(1)
    heard = day.now
    assert day.comes_due("lease expires") == [e.LeaseExpired(scorer="sam", silent_since=heard)]
    assert day.now == heard + timedelta(minutes=10)
    day.carry_out()
    assert day.match.scorer is None
    assert day.due("lease expires") is None


def test_a_scorer_who_scores_keeps_it() -> None:
    day = scoring()
    due = day.due("lease expires")
    assert due is not None
    day.balls(*[1] * 6, minutes=2)
    day.now = due.at
    assert day.do(due.command) == []
    assert day.minutes_of("lease expires") == 22


def test_nobody_need_score_in_the_rain_or_in_the_break() -> None:
    day = scoring().balls(1)
    day.ground(m.InterruptPlay(reason="rain"))
    assert day.due("lease expires") is None
    day.to(60).ground(m.ResumePlay())
    assert day.minutes_of("lease expires") == 70
    day.innings_of(12)
    assert day.due("lease expires") is None
    day.to(100).ground(m.StartInnings())
    assert day.minutes_of("lease expires") == 110


def test_it_ends_with_the_session() -> None:
    day = scoring(Day(settings=TEN_MINUTES).played())
    assert names(day.comes_due("result official")) == ["LeaseReleased", "ResultMadeOfficial"]
    assert not day.session.finished
    day.carry_out()
    assert day.session.finished
    assert day.match.scorer is None


def test_a_cancelled_session_lets_the_scorer_go() -> None:
    day = scoring()
    day.do(c.CancelSession(reason="ground flooded"))
    assert day.carry_out() == ["AppointScorer", "AbandonMatch"]
    assert day.session.finished
