"""The draw can be repeated by anybody from its seed."""

from hashlib import sha256
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tournament.format.draw import by_hand, draw
from domain.tournament.format.errors import FormatInvalid

TEAMS = ("Mumbai", "Chennai", "Kolkata", "Delhi")
NAMES = st.lists(st.text(min_size=1), min_size=1, max_size=20, unique=True)


def test_teams_are_ordered_by_the_hash_of_seed_and_team() -> None:
    lots = {team: sha256(f"2024-03-22/{team}".encode()).hexdigest() for team in TEAMS}
    assert list(draw(TEAMS, "2024-03-22")) == sorted(TEAMS, key=lambda team: lots[team], reverse=True)


def test_a_known_draw() -> None:
    assert draw(TEAMS, "2024-03-22") == ("Chennai", "Kolkata", "Delhi", "Mumbai")


@given(NAMES, st.text(min_size=1), st.randoms())
def test_the_order_of_entry_does_not_matter(teams: list[str], seed: str, random: Random) -> None:
    shuffled = random.sample(teams, len(teams))
    assert draw(shuffled, seed) == draw(teams, seed)


@given(NAMES, st.text(min_size=1))
def test_everybody_is_drawn_once(teams: list[str], seed: str) -> None:
    assert sorted(draw(teams, seed)) == sorted(teams)


def test_other_seeds_draw_otherwise() -> None:
    assert len({draw(TEAMS, str(seed)) for seed in range(200)}) == 24


def test_the_first_pot_has_the_first_seeds() -> None:
    pots = (("Delhi", "Mumbai"), ("Chennai", "Kolkata"))
    for seed in range(20):
        drawn = draw(TEAMS, str(seed), pots)
        assert {*drawn[:2]} == {"Delhi", "Mumbai"}
        assert {*drawn[2:]} == {"Chennai", "Kolkata"}


def test_seeds_by_hand_stay() -> None:
    assert by_hand(TEAMS, TEAMS[::-1]) == TEAMS[::-1]


@pytest.mark.parametrize(
    ("pots", "code"),
    [
        ((("Mumbai", "Chennai"), ("Kolkata",)), "draw_team_missing"),
        ((TEAMS, ("Pune",)), "draw_team_unknown"),
        ((TEAMS, ("Delhi",)), "draw_team_twice"),
    ],
)
def test_pots_hold_each_team_once(pots: tuple[tuple[str, ...], ...], code: str) -> None:
    with pytest.raises(FormatInvalid) as refused:
        draw(TEAMS, "seed", pots)
    assert refused.value.code == code


def test_a_team_entered_twice_is_refused() -> None:
    with pytest.raises(FormatInvalid) as refused:
        draw((*TEAMS, "Delhi"), "seed")
    assert refused.value.detail == {"teams": ["Delhi"]}


def test_a_draw_needs_a_seed() -> None:
    with pytest.raises(FormatInvalid) as refused:
        draw(TEAMS, "")
    assert refused.value.code == "draw_seed_missing"
