"""Who may score a match."""

import pytest

from domain.match import CommandRefused, clone, fold
from domain.match.commands import AppointScorer, NameLineUp, Player, RecordBall, RecordToss, Undo
from domain.match.scoring import refuse_other_scorers
from tests.unit.domain.match.game import Game, started


def test_a_scorer_is_appointed_and_let_go() -> None:
    game = started()
    game.do(AppointScorer(scorer="sam"))
    assert game.state.scorer == "sam"
    game.do(AppointScorer())
    assert game.state.scorer is None


def test_only_the_appointed_one_scores() -> None:
    game = started()
    ball = [RecordBall(bat_runs=1)]
    refuse_other_scorers(game.state, ball, "tim")
    game.do(AppointScorer(scorer="sam"))
    refuse_other_scorers(game.state, ball, "sam")
    for other in ("tim", None):
        with pytest.raises(CommandRefused) as refused:
            refuse_other_scorers(game.state, ball, other)
        assert (refused.value.code, refused.value.detail) == ("not_the_scorer", {"scorer": "sam"})


def test_captains_name_their_sides_all_the_same() -> None:
    game = Game()
    game.do(AppointScorer(scorer="sam"))
    side = NameLineUp(team="A", players=(Player(id="a1", name="A 1"), Player(id="a2", name="A 2")))
    refuse_other_scorers(game.state, [side], "ann")
    with pytest.raises(CommandRefused):
        refuse_other_scorers(game.state, [side, RecordToss(winner="A", decision="bat")], "ann")


def test_an_appointment_is_no_fact_of_play() -> None:
    """Corrections leave it alone, and undo takes back what was scored before it."""
    game = started()
    game.ball(bat_runs=4)
    game.do(AppointScorer(scorer="sam"))
    game.do(Undo())
    assert (game.state.scorer, game.innings.runs) == ("sam", 0)
    assert clone(game.state) == game.state == fold(game.events)


def test_a_match_that_does_not_exist_has_no_scorer() -> None:
    game = Game()
    game.state = type(game.state)()
    assert game.refusal(AppointScorer(scorer="sam")) == "match_not_found"
