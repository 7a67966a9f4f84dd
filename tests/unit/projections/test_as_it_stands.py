"""A match in play counts as if it were called off at this ball."""

from copy import deepcopy
from dataclasses import replace

from domain.match.commands import EndMatch, StartInnings
from domain.match.conditions import T20, TEST
from projections.as_it_stands import as_it_stands
from projections.summary import summarise_match
from tests.unit.domain.match.game import Game, short, started


def chasing() -> Game:
    """Avon have made 120 in their twenty overs, Barrow are about to begin."""
    game = started(replace(T20, rain_rule="D/L Standard Edition"))
    for _ in range(20):
        game.over(6)
    game.do(StartInnings())
    return game


def called_off(game: Game) -> Game:
    other = Game.__new__(Game)
    other.state, other.events = deepcopy(game.state), []
    other.do(EndMatch(reason="as it stands"))
    return other


def test_it_is_what_calling_the_match_off_would_make_of_it_at_every_over() -> None:
    game = chasing()
    decided = 0
    for over in range(12):
        game.over(6, 4) if over % 3 else game.over()
        off = called_off(game).state
        assert off.result is not None
        expected = None if off.result.outcome == "no result" else summarise_match(off, "m")
        assert as_it_stands(game.state, "m") == expected
        decided += expected is not None
    assert decided == 8, "from the fifth over on there would be a result"


def test_the_match_goes_on_untouched() -> None:
    game = chasing()
    for _ in range(6):
        game.over(6, 6)
    as_it_stands(game.state, "m")
    assert (game.state.ended, game.state.result) == (None, None)
    assert game.innings.closed is None


def test_in_the_first_innings_and_between_the_innings_there_is_nothing_to_count() -> None:
    game = started()
    for _ in range(19):
        game.over(6)
        assert as_it_stands(game.state, "m") is None
    game.over(6)
    assert as_it_stands(game.state, "m") is None


def test_before_the_toss_there_is_nothing_to_count() -> None:
    assert as_it_stands(Game().state, "m") is None


def test_without_a_rain_rule_there_is_no_par_to_go_by() -> None:
    game = started(replace(T20, rain_rule=None))
    for _ in range(20):
        game.over(6)
    game.do(StartInnings())
    for _ in range(10):
        game.over(6, 6)
    assert as_it_stands(game.state, "m") is None


def test_while_a_super_over_is_due_it_is_a_tie() -> None:
    game = started(short(2))
    game.innings_of(20)
    game.do(StartInnings())
    game.innings_of(20)
    summary = as_it_stands(game.state, "m")
    assert summary is not None
    assert (summary.result.outcome, summary.result.winner) == ("tie", None)


def test_a_match_of_two_innings_a_side_does_not_count_before_its_end() -> None:
    game = started(TEST)
    game.innings_of(30)
    assert as_it_stands(game.state, "m") is None


def test_with_a_result_it_is_that_result() -> None:
    game = started(short(2))
    game.innings_of(20)
    game.do(StartInnings())
    game.innings_of(10)
    assert as_it_stands(game.state, "m") == summarise_match(game.state, "m")
