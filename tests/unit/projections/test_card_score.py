"""A card says the same as the score of its match, and what does not is named."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from cli.simulator import simulate
from domain.match import decide, dls, evolve, initial
from domain.match.card import scorecard
from domain.match.card_lines import Card
from domain.match.commands import EndMatch, StartInnings
from domain.match.conditions import T20
from domain.match.state import MatchState
from projections.card_score import Difference, card_score, differences
from projections.score import score_line
from tests.unit.domain.match.game import started


@pytest.fixture(scope="module")
def state() -> MatchState:
    """A whole simulated match."""
    state = initial()
    for command in simulate(1):
        for event in decide(state, command, None):
            evolve(state, event)
    return state


@pytest.fixture
def score(state: MatchState) -> dict[str, Any]:
    return score_line(state, "m")


def test_a_card_that_was_json_says_what_the_state_says(state: MatchState, score: dict[str, Any]) -> None:
    card = msgspec.json.decode(msgspec.json.encode(scorecard(state)), type=Card)
    assert card_score(card, "m") == score


def test_a_card_calls_the_method_of_a_result_as_the_score_does() -> None:
    game = started(replace(T20, rain_rule=dls.METHOD))
    for _ in range(20):
        game.over(6)
    game.do(StartInnings())
    for _ in range(6):
        game.over(6, 6)
    game.do(EndMatch(reason="weather"))
    score = score_line(game.state, "m")
    assert score["result"]["method"] == "D/L"
    assert card_score(scorecard(game.state), "m") == score


def test_scores_that_are_the_same_have_no_difference(score: dict[str, Any]) -> None:
    assert list(differences(score, deepcopy(score))) == []


def test_a_difference_is_named_by_innings_player_and_figure(score: dict[str, Any]) -> None:
    other = deepcopy(score)
    line = other["innings"][1]["bowling"][0]
    line["wickets"] += 1

    assert list(differences(score, other)) == [
        Difference(f"innings 2 bowling {line['player']} wickets", line["wickets"] - 1, line["wickets"])
    ]


def test_a_line_that_is_missing_is_a_difference(score: dict[str, Any]) -> None:
    other = deepcopy(score)
    missing = other["innings"][0]["batting"].pop()

    assert list(differences(score, other)) == [
        Difference(f"innings 1 batting {missing['player']}", missing, "nothing")
    ]
