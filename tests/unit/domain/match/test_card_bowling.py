"""Bowling and extras on the scorecard."""

from decimal import Decimal

from domain.match.commands import (
    AwardPenaltyRuns,
    ReplaceBowler,
)
from tests.unit.domain.match.game import card_of, started


def test_extras_by_kind() -> None:
    game = started()
    game.ball(byes=1)
    game.ball(leg_byes=4)
    game.ball(wides=5)
    game.ball(no_balls=1, byes=2)
    game.do(AwardPenaltyRuns(team="A", reason="ball hit the helmet"))
    extras = card_of(game).extras
    assert (extras.byes, extras.leg_byes, extras.wides, extras.no_balls, extras.penalty) == (3, 4, 5, 1, 5)
    assert extras.total == card_of(game).runs == 18
    assert str(extras) == "(b 3, lb 4, w 5, nb 1, p 5)"


def test_no_extras_print_as_nothing() -> None:
    game = started()
    game.ball()
    assert str(card_of(game).extras) == ""


def test_a_bowling_line() -> None:
    game = started()
    game.over()
    game.over(6, 4, 0, 0, 0, 0)
    game.ball(wides=2, bowler="b7")
    game.ball(no_balls=1, bat_runs=1)
    game.ball(byes=4)
    game.wicket()
    card = card_of(game)
    line = card.bowling[0]
    assert (line.player.id, line.overs, line.balls) == ("b7", "1.2", 8)
    assert (line.maidens, line.runs, line.wickets) == (1, 4, 1)
    assert line.economy == Decimal("3.00")
    assert (line.dots, line.wides, line.no_balls) == (8, 2, 1)
    assert [(spell.first_over, spell.last_over) for spell in line.spells] == [(1, 3)]
    assert (card.bowling[1].fours, card.bowling[1].sixes, card.bowling[1].economy) == (1, 1, Decimal("10.00"))


def test_shared_overs_add_up_in_the_overs_of_a_bowler() -> None:
    game = started()
    for finisher in ("b8", "b9"):
        for n in range(4):
            game.ball(**({"bowler": "b7"} if n == 0 else {}))
        game.do(ReplaceBowler(bowler=finisher, reason="injury"))
        game.ball()
        game.ball()
        game.ball(bowler="b10")
        for _ in range(5):
            game.ball()
    assert next(line.overs for line in card_of(game).bowling if line.player.id == "b7") == "1.2"


def test_a_bowler_with_only_a_wide_has_no_economy() -> None:
    game = started()
    game.ball(wides=1)
    line = card_of(game).bowling[0]
    assert (line.overs, line.economy) == ("0", None)


def test_batting_extras_and_bowling_add_up() -> None:
    game = started()
    for _ in range(4):
        game.over(1, 4, 6, 0, 2)
        game.ball(wides=1)
        game.ball(no_balls=1, byes=2)
        game.ball(leg_byes=1)
        game.wicket()
        for _ in range(4):
            game.ball()
    card = card_of(game)
    assert sum(line.runs for line in card.batting) + card.extras.total == card.runs
    not_charged = card.extras.byes + card.extras.leg_byes + card.extras.penalty
    assert sum(line.runs for line in card.bowling) + not_charged == card.runs
    assert sum(over.runs for over in card.overs_bowled) == card.runs
