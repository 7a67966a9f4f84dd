"""Minutes at the crease."""

from datetime import datetime, timedelta

from domain.match import events as e
from domain.match.delivery import Delivery, DismissalKind, Wicket
from domain.match.minutes import Clock
from domain.match.state import Ball, Batter, Innings, MatchState

START = datetime(2024, 6, 1, 14, 0)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def state_of(*facts: e.Fact) -> MatchState:
    state = MatchState()
    state.facts = list(enumerate(facts, start=1))
    return state


def innings(latest: datetime | None = None) -> Innings:
    ball = Ball(1, 0, 1, Delivery(striker="x", non_striker="y", bowler="z"), True, 0, 0, latest)
    return Innings(number=1, batting="a", bowling="b", balls=[ball])


def out(arrived: datetime | None, left: datetime | None) -> Batter:
    wicket = Wicket(player="x", kind=DismissalKind.BOWLED)
    return Batter("x", out=wicket, arrived_at=arrived, left_at=left)


def test_from_arrival_to_dismissal() -> None:
    assert Clock(state_of()).minutes(innings(), out(at(0), at(42))) == 42


def test_of_a_batter_who_is_still_in_to_the_latest_ball() -> None:
    assert Clock(state_of()).minutes(innings(at(10)), Batter("x", arrived_at=at(3))) == 7


def test_unknown_without_times() -> None:
    clock = Clock(state_of())
    assert clock.minutes(innings(at(10)), out(None, at(4))) is None
    assert clock.minutes(innings(at(10)), out(at(0), None)) is None


def test_without_the_time_that_play_was_stopped() -> None:
    clock = Clock(
        state_of(
            e.PlayInterrupted(reason="rain", at=at(10)), e.PlayResumed(at=at(40)), e.PlayResumed(at=at(50))
        )
    )
    assert clock.minutes(innings(), out(at(0), at(60))) == 30
    assert clock.minutes(innings(), out(at(20), at(60))) == 20
    assert clock.minutes(innings(), out(at(45), at(60))) == 15


def test_an_interval_within_a_stoppage_is_taken_off_once() -> None:
    clock = Clock(
        state_of(
            e.PlayInterrupted(reason="rain", at=at(10)),
            e.PlayInterrupted(reason="tea", at=at(20)),
            e.PlayResumed(at=at(40)),
        )
    )
    assert clock.minutes(innings(), out(at(0), at(60))) == 30


def test_without_the_time_away_hurt() -> None:
    delivery = Delivery(striker="x", non_striker="y", bowler="z")
    hurt = Wicket(player="x", kind=DismissalKind.RETIRED_HURT)
    retired = Delivery(striker="x", non_striker="y", bowler="z", wickets=(hurt,))
    clock = Clock(
        state_of(
            e.BallRecorded(innings=1, over=0, position=1, delivery=retired, at=at(10)),
            e.BallRecorded(innings=1, over=5, position=1, delivery=delivery, at=at(30)),
            e.BatterDismissed(innings=1, player="x", kind=DismissalKind.RETIRED_NOT_OUT, at=at(40)),
            e.BatterSentIn(innings=1, player="x", as_striker=True, at=at(45)),
        )
    )
    assert clock.minutes(innings(), out(at(0), at(60))) == 35
