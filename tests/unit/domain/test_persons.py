"""A name goes wherever it stands, and nothing else changes."""

from dataclasses import replace
from datetime import date

import pytest

from domain.match import events as m
from domain.match.card import scorecard
from domain.match.commands import Player, Team
from domain.match.delivery import Fielder
from domain.match.evolve import evolve, fold
from domain.persons import Erasure, PersonErased, names_of
from domain.session.commands import Official
from domain.tournament.lifecycle.commands import SquadPlayer
from tests.unit.domain.match.game import started

GONE = Erasure(person="kohli", name="Player 1", texts=frozenset({"Virat Kohli", "vk@example.org"}))


@pytest.mark.parametrize(
    ("value", "after"),
    [
        (Player(id="kohli", name="Virat Kohli"), Player(id="kohli", name="Player 1")),
        (
            SquadPlayer(id="kohli", name="V Kohli", born=date(1988, 11, 5)),
            SquadPlayer(id="kohli", name="Player 1"),
        ),
        (
            Official(person="kohli", name="VK", role="umpire"),
            Official(person="kohli", name="Player 1", role="umpire"),
        ),
        (Fielder(player="kohli", name="Virat"), Fielder(player="kohli", name="Player 1")),
        (Fielder(name="Virat Kohli", substitute=True), Fielder(name="Player 1", substitute=True)),
    ],
)
def test_what_calls_the_person_by_name_calls_them_otherwise(value: object, after: object) -> None:
    assert GONE.of(value) == after
    assert GONE.of((value, {"one": [value]})) == (after, {"one": [after]})


@pytest.mark.parametrize(
    "value",
    [
        Player(id="sharma", name="Virat Kohli"),  # another person of the same name
        Team(id="kohli", name="Kohli's Eleven"),
        Fielder(player="sharma", name="Virat Kohli"),
        m.TossMade(winner="kohli", decision="bat"),
    ],
)
def test_what_does_not_call_them_is_left_as_it_is(value: object) -> None:
    assert GONE.of(value) is value


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ("VIRAT KOHLI is hurt; ask vk@example.org", "Player 1 is hurt; ask Player 1"),
        ("Virat Kohlis are many", "Virat Kohlis are many"),
        ("kohli", "kohli"),
    ],
)
def test_sentences_are_searched_for_whole_names(said: str, after: str) -> None:
    replaced = m.MatchAbandoned(reason=said)
    assert GONE.of(replaced) == m.MatchAbandoned(reason=after)


def test_single_words_are_not_searched_for() -> None:
    erasure = Erasure(person="may", name="Player 1", texts=frozenset({"May"}))
    said = m.MatchAbandoned(reason="rain in May")
    assert erasure.of(said) is said


def test_the_names_are_found_where_they_stand() -> None:
    line_up = m.LineUpNamed(
        team="rcb", players=(Player(id="kohli", name="V Kohli"), Player(id="x", name="X"))
    )
    assert set(names_of([line_up, Official(person="kohli", name="Virat", role="umpire")], "kohli")) == {
        "V Kohli",
        "Virat",
    }
    assert GONE.knowing(line_up).texts == GONE.texts | {"V Kohli"}
    assert GONE.knowing((Player(id="kohli", name="Player 1"),)) is GONE


def test_a_match_goes_on_as_if_they_had_always_been_called_otherwise() -> None:
    game = started()
    game.over(1, 4)
    erasure = Erasure(person="a1", name="Player 1")
    state, other = fold(game.events), fold(erasure.of(game.events))
    evolve(state, PersonErased(person="a1", name="Player 1"))
    for _ in range(2):
        assert (state.players, state.facts) == (other.players, other.facts)
        assert replace(scorecard(state), version=0) == replace(scorecard(other), version=0)
        ball = next(version for version, fact in other.facts if isinstance(fact, m.BallRecorded))
        for kept in (state, other):
            evolve(kept, m.BallRemoved(ball=ball, reason="never bowled"))
    assert "A 1" not in {player.name for player in state.players.values()}
