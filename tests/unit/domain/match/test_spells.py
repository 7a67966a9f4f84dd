"""Bowling spells."""

from domain.match.commands import ReplaceBowler
from domain.match.conditions import HUNDRED, T20
from domain.match.spells import Spell, spells
from tests.unit.domain.match.game import Game, started


def over_by(game: Game, bowler: str, *runs: int) -> None:
    balls = game.state.rules.balls_per_over
    for n in range(balls):
        game.ball(bat_runs=runs[n] if n < len(runs) else 0, **({"bowler": bowler} if n == 0 else {}))


def of(game: Game, bowler: str) -> list[tuple[int, int, str]]:
    return [
        (one.first_over, one.last_over, one.overs) for one in spells(game.innings, game.state.rules)[bowler]
    ]


def test_alternate_overs_are_one_spell() -> None:
    game = started()
    for bowler in ("b7", "b8", "b7", "b8", "b7"):
        over_by(game, bowler)
    assert of(game, "b7") == [(1, 5, "3")]
    assert of(game, "b8") == [(2, 4, "2")]


def test_a_rest_or_a_change_of_ends_begins_another() -> None:
    game = started()
    for bowler in ("b7", "b8", "b9", "b7", "b8", "b9", "b10", "b7"):
        over_by(game, bowler)
    assert of(game, "b7") == [(1, 1, "1"), (4, 4, "1"), (8, 8, "1")]


def test_a_spell_has_its_figures() -> None:
    game = started()
    over_by(game, "b7")
    over_by(game, "b8", 1)
    game.ball(bowler="b7", wides=1)
    game.wicket()
    game.ball(leg_byes=1)
    assert spells(game.innings, T20)["b7"] == [
        Spell(bowler="b7", first_over=1, last_over=3, overs="1.2", maidens=1, runs=1, wickets=1)
    ]


def test_a_shared_over_is_a_part_of_both_spells() -> None:
    game = started()
    game.ball(bowler="b7")
    game.ball()
    game.do(ReplaceBowler(bowler="b8", reason="injury"))
    for _ in range(4):
        game.ball()
    assert of(game, "b7") == [(1, 1, "0.2")]
    assert of(game, "b8") == [(1, 1, "0.4")]


def test_in_the_hundred_two_sets_on_end_are_one_spell() -> None:
    game = started(HUNDRED)
    for bowler in ("b7", "b7", "b8", "b9", "b7"):
        over_by(game, bowler)
    assert of(game, "b7") == [(1, 5, "3")]
