"""What a match has to tell those who follow it."""

from domain.match.commands import CorrectBall, RecordBall, StartInnings
from domain.match.conditions import TieBreak
from domain.match.delivery import DismissalKind, Wicket
from domain.notification.match_notices import MatchNotices
from domain.notification.notice import Kind, Notice
from tests.unit.domain.match.game import Game, short, started


def told(game: Game) -> list[Notice]:
    """All that whoever follows the match from its beginning is told."""
    match = MatchNotices("m1", "t1")
    return [notice for event in game.events for notice in match.apply(event)]


def kinds(game: Game) -> list[str]:
    return [notice.kind for notice in told(game)]


def correct(game: Game, ball: int, **what: object) -> None:
    version = game.innings.balls[ball].version
    game.do(CorrectBall(ball=version, delivery=RecordBall(**what), reason="video"))  # type: ignore[arg-type]


def test_a_wicket_says_who_is_out_and_how_it_stands() -> None:
    game = started()
    game.ball(bat_runs=4)
    game.wicket()
    (notice,) = told(game)
    assert notice.kind is Kind.WICKET
    assert notice.words["player"] == "A 1"
    assert notice.words["runs"] == "4"
    assert notice.words["score"] == "4/1"
    assert {"team:A", "team:B", "player:a1", "player:b7", "match:m1", "tournament:t1"} <= set(notice.about)


def test_who_retires_hurt_is_not_out() -> None:
    game = started()
    game.wicket("retired hurt")
    assert kinds(game) == []


def test_a_run_out_is_not_the_bowlers() -> None:
    game = started()
    game.wicket("run out", crossed=False)
    (notice,) = told(game)
    assert "player:b7" not in notice.about


def fifty(game: Game) -> None:
    """A 1 has 54 after nine balls of six, never off strike but by overs of their end."""
    while game.innings.batters.get("a1") is None or game.innings.batters["a1"].runs < 50:
        game.ball(bat_runs=6 if game.innings.striker in ("a1", None) else 1)


def test_a_fifty_is_told_when_it_is_reached_and_once() -> None:
    game = started()
    fifty(game)
    game.ball(bat_runs=0)
    (notice,) = told(game)
    assert notice.kind is Kind.FIFTY
    assert notice.words["player"] == "A 1"


def test_fifty_and_hundred_are_two() -> None:
    game = started()
    while game.innings.batters.get("a1") is None or game.innings.batters["a1"].runs < 100:
        game.ball(bat_runs=6 if game.innings.striker in ("a1", None) else 1)
    assert kinds(game) == ["fifty", "hundred"]


def test_a_fifty_taken_back_and_reached_again_is_not_told_again() -> None:
    game = started()
    fifty(game)
    last = len(game.innings.balls) - 1
    correct(game, last, bat_runs=0)
    assert game.innings.batters["a1"].runs < 50
    correct(game, last, bat_runs=6)
    assert game.innings.batters["a1"].runs >= 50
    assert kinds(game) == ["fifty"]


def test_a_correction_that_makes_a_wicket_tells_of_it() -> None:
    game = started()
    game.over()
    correct(game, 5, wickets=(Wicket(player="a1", kind=DismissalKind.BOWLED),))
    assert kinds(game) == ["wicket"]


def test_three_wickets_with_successive_balls_are_a_hat_trick() -> None:
    game = started()
    game.bowl_out_side(3)
    assert kinds(game) == ["wicket", "wicket", "wicket", "hat_trick"]


def test_a_ball_between_them_or_a_run_out_is_no_hat_trick() -> None:
    apart, run_out = started(), started()
    game = apart
    game.bowl_out_side(2)
    game.ball(bat_runs=0)
    game.wicket()
    game = run_out
    game.bowl_out_side(2)
    game.wicket("run out", crossed=False)
    assert "hat_trick" not in kinds(apart) + kinds(run_out)


def test_a_hat_trick_goes_on_in_the_bowlers_next_over() -> None:
    game = started()
    for _ in range(4):
        game.ball(bat_runs=0)
    game.bowl_out_side(2)
    while game.bowler(game.innings.overs) != "b7" or game.innings.over_balls:
        game.ball(bat_runs=0)
    game.wicket()
    assert kinds(game)[-1] == "hat_trick"


def test_five_wickets_are_told_with_the_fifth() -> None:
    game = started()
    game.bowl_out_side(5)
    assert kinds(game).count("five_wickets") == 1
    assert kinds(game)[-1] == "five_wickets"


def test_the_result_is_told_and_told_anew_if_it_becomes_another() -> None:
    game = started(short(1))
    game.over(1)
    game.do(StartInnings())
    game.over()
    correct(game, 5, bat_runs=4)
    results = [notice for notice in told(game) if notice.category == "results"]
    assert [notice.kind for notice in results] == ["result", "result_revised"]
    assert results[0].words["result"].startswith("Avon won by 1 run")
    assert results[1].words["result"].startswith("Barrow won")
    assert len({notice.subject for notice in results}) == 2


def test_a_margin_corrected_is_not_worth_another_word() -> None:
    game = started(short(1))
    game.over(4)
    game.do(StartInnings())
    game.over()
    correct(game, 0, bat_runs=1)
    assert kinds(game) == ["result"]


def test_a_super_over_is_told_once() -> None:
    game = started(short(1, tie_breaks=(TieBreak.SUPER_OVER,)))
    for _ in range(3):
        game.over()
        game.do(StartInnings())
    game.over()
    assert kinds(game).count("super_over") == 1
