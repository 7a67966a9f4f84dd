"""Laws 25 and 30 to 40: how batters get out, off what, and who has the credit."""

import pytest

from domain.match.commands import DismissBatter, MarkAbsent, RecordBall, SendInBatter
from domain.match.delivery import DismissalKind, Wicket
from tests.unit.domain.match.game import Game, started

K = DismissalKind


def out(kind: DismissalKind, player: str = "a1") -> tuple[Wicket, ...]:
    return (Wicket(player=player, kind=kind),)


def ready() -> Game:
    game = started()
    game.ball()
    return game


@pytest.mark.parametrize("kind", [K.BOWLED, K.CAUGHT, K.CAUGHT_AND_BOWLED, K.LBW, K.STUMPED, K.HIT_WICKET])
def test_the_bowler_has_the_credit(kind: DismissalKind) -> None:
    game = ready()
    game.ball(wickets=out(kind))
    assert game.innings.bowlers["b7"].wickets == 1


@pytest.mark.parametrize(
    "kind", [K.RUN_OUT, K.OBSTRUCTING_THE_FIELD, K.HIT_THE_BALL_TWICE, K.HANDLED_THE_BALL]
)
def test_the_bowler_has_no_credit(kind: DismissalKind) -> None:
    game = ready()
    game.ball(wickets=out(kind))
    assert game.innings.bowlers["b7"].wickets == 0
    assert game.innings.wickets == 1


@pytest.mark.parametrize("kind", [K.BOWLED, K.CAUGHT, K.LBW, K.STUMPED, K.HIT_WICKET])
def test_off_a_no_ball_and_a_free_hit_nobody_is_out_so(kind: DismissalKind) -> None:
    """Law 21.18, playing condition 21.19."""
    game = ready()
    assert game.refusal(RecordBall(no_balls=1, wickets=out(kind))) == "not_out_off_no_ball"
    game.ball(no_balls=1)
    assert game.refusal(RecordBall(wickets=out(kind))) == "not_out_off_free_hit"


@pytest.mark.parametrize("kind", [K.RUN_OUT, K.OBSTRUCTING_THE_FIELD, K.HIT_THE_BALL_TWICE])
def test_off_a_no_ball_and_a_free_hit_one_may_be_out_so(kind: DismissalKind) -> None:
    game = ready()
    game.ball(no_balls=1, wickets=out(kind))
    assert game.innings.wickets == 1


@pytest.mark.parametrize("kind", [K.RUN_OUT, K.STUMPED, K.HIT_WICKET, K.OBSTRUCTING_THE_FIELD])
def test_off_a_wide_one_may_be_out_so(kind: DismissalKind) -> None:
    """Law 22.9."""
    game = ready()
    game.ball(wides=1, wickets=out(kind))
    assert game.innings.wickets == 1
    assert game.innings.batters["a1"].balls == 1


@pytest.mark.parametrize("kind", [K.BOWLED, K.CAUGHT, K.LBW, K.HIT_THE_BALL_TWICE])
def test_off_a_wide_nobody_is_out_so(kind: DismissalKind) -> None:
    assert ready().refusal(RecordBall(wides=1, wickets=out(kind))) == "not_out_off_wide"


def test_a_free_hit_that_is_a_wide_is_taken_again() -> None:
    game = ready()
    game.ball(no_balls=1)
    game.ball(wides=1)
    assert game.innings.free_hit
    game.ball()
    assert not game.innings.free_hit


def test_only_the_striker_is_bowled() -> None:
    assert ready().refusal(RecordBall(wickets=out(K.BOWLED, "a2"))) == "not_the_striker"


def test_the_non_striker_may_be_run_out() -> None:
    game = ready()
    game.ball(wickets=out(K.RUN_OUT, "a2"))
    assert game.innings.batters["a2"].out is not None


def test_who_is_not_in_cannot_be_run_out() -> None:
    assert ready().refusal(RecordBall(wickets=out(K.RUN_OUT, "a5"))) == "batter_not_at_crease"


def test_runs_do_not_count_when_caught() -> None:
    """Law 33.4."""
    assert ready().refusal(RecordBall(bat_runs=1, wickets=out(K.CAUGHT))) == "runs_with_dismissal"


def test_who_is_out_does_not_bat_again() -> None:
    game = ready()
    game.ball(wickets=out(K.BOWLED))
    assert game.refusal(RecordBall(striker="a1", non_striker="a2")) == "batter_out"


def test_retired_hurt_is_no_wicket_and_the_batter_may_come_back() -> None:
    """Law 25.4.2."""
    game = ready()
    game.ball(bat_runs=4)
    game.do(DismissBatter(player="a1", kind=K.RETIRED_HURT))
    assert game.innings.wickets == 0
    game.ball(striker="a3", non_striker="a2", wickets=out(K.BOWLED, "a3"))
    game.ball(striker="a1", non_striker="a2", bat_runs=4)
    line = game.innings.batters["a1"]
    assert (line.runs, line.out) == (8, None)


def test_retired_out_is_a_wicket_of_nobody() -> None:
    game = ready()
    game.do(DismissBatter(player="a1", kind=K.RETIRED_OUT))
    assert game.innings.wickets == 1
    assert game.innings.bowlers["b7"].wickets == 0
    assert game.refusal(SendInBatter(player="a1")) == "batter_out"


def test_timed_out_is_for_one_who_is_not_in() -> None:
    """Law 40."""
    game = ready()
    game.ball(wickets=out(K.BOWLED))
    assert game.refusal(DismissBatter(player="a2", kind=K.TIMED_OUT)) == "already_at_crease"
    game.do(DismissBatter(player="a3", kind=K.TIMED_OUT))
    assert game.innings.wickets == 2
    assert game.innings.batters["a3"].balls == 0


def test_timed_out_may_be_noted_on_the_ball_before() -> None:
    game = ready()
    both = (*out(K.BOWLED), Wicket(player="a3", kind=K.TIMED_OUT))
    game.ball(wickets=both)
    assert game.innings.wickets == 2
    assert [fall.player for fall in game.innings.falls] == ["a1", "a3"]


def test_the_non_striker_is_run_out_before_the_ball() -> None:
    """Law 38.3."""
    game = ready()
    assert game.refusal(DismissBatter(player="a1", kind=K.RUN_OUT)) == "not_the_non_striker"
    game.do(DismissBatter(player="a2", kind=K.RUN_OUT))
    assert game.ends == ("a1", None)
    assert game.innings.legal_balls == 1


def test_bowled_needs_a_ball() -> None:
    assert ready().refusal(DismissBatter(player="a1", kind=K.BOWLED)) == "dismissal_needs_ball"


def test_the_innings_closes_when_those_left_cannot_bat() -> None:
    game = started(players=4)
    game.ball()
    game.do(MarkAbsent(player="a4"))
    game.wicket()
    assert game.innings.closed is None
    game.wicket()
    assert game.innings.closed == "all out"


def test_the_incoming_batter_is_named_when_there_is_a_vacancy() -> None:
    game = ready()
    game.ball(wickets=out(K.BOWLED))
    assert game.refusal(RecordBall()) == "batter_missing"
    game.do(SendInBatter(player="a3"))
    game.ball()
    assert game.innings.batters["a3"].balls == 1
    assert game.refusal(SendInBatter(player="a4")) == "no_vacancy"
