"""The whole structure in words before it starts."""

import pytest

from domain.tournament.format.presets import (
    PRESETS,
    double_elimination,
    ipl,
    single_elimination,
    super_six,
    swiss,
)
from domain.tournament.format.preview import MatchPreview, ordinal, preview, text


def test_playoffs_are_told_by_where_their_teams_come_from() -> None:
    playoffs = preview(ipl(), 8).stages[1]
    assert [match for round in playoffs.rounds for match in round.matches] == [
        MatchPreview(id="qualifier-1", name="Qualifier 1", home="1st of League", away="2nd of League"),
        MatchPreview(id="eliminator", name="Eliminator", home="3rd of League", away="4th of League"),
        MatchPreview(
            id="qualifier-2", name="Qualifier 2", home="Loser of Qualifier 1", away="Winner of Eliminator"
        ),
        MatchPreview(id="final", name="Final", home="Winner of Qualifier 1", away="Winner of Qualifier 2"),
    ]


def test_matches_are_counted_by_stage() -> None:
    whole = preview(ipl(), 8)
    assert (whole.matches, whole.certain) == (60, 60)
    assert [(stage.name, stage.kind, stage.matches) for stage in whole.stages] == [
        ("League", "league", 56),
        ("Playoffs", "playoffs", 4),
    ]


def test_a_second_final_may_not_be_needed() -> None:
    whole = preview(double_elimination(), 4)
    assert (whole.certain, whole.matches) == (6, 7)
    assert whole.stages[0].rounds[-1].matches[0].only_if == "only if the away side wins Final"


def test_byes_are_named() -> None:
    assert preview(single_elimination(), 5).stages[0].byes == ("Seed 1", "Seed 2", "Seed 3")
    assert preview(single_elimination(), 8).stages[0].byes == ()


def test_seeds_have_their_names_once_they_are_drawn() -> None:
    names = {1: "Mumbai", 2: "Chennai"}
    final = preview(single_elimination(), 2, names).stages[0].rounds[0].matches[0]
    assert (final.home, final.away) == ("Mumbai", "Chennai")


def test_tables_say_whose_results_they_carry_over() -> None:
    table = preview(super_six(), 12).stages[1].tables[0]
    assert table.members[0] == "1st of Group A"
    assert table.carried == ("Group A", "Group B")


def test_places_are_told_down_to_the_last() -> None:
    places = preview(single_elimination(), 4).places
    assert [(place.first, place.last, place.teams) for place in places] == [
        (1, 1, ("Winner of Final",)),
        (2, 2, ("Loser of Final",)),
        (3, 4, ("Loser of Semi-final 1", "Loser of Semi-final 2")),
    ]


def test_swiss_pairs_are_open() -> None:
    match = preview(swiss(rounds=1), 2).stages[0].rounds[0].matches[0]
    assert (match.home, match.away) == ("Pair 1 of round 1, home", "Pair 1 of round 1, away")


def test_as_text() -> None:
    assert (
        text(preview(single_elimination(third_place=True), 5))
        == """\
Single elimination: 5 teams, 5 matches

Knockout (knockout), 5 matches
  Byes: Seed 1, Seed 2, Seed 3
  Round 1
    Quarter-final 1: Seed 4 v Seed 5
  Round 2
    Semi-final 1: Seed 1 v Winner of Quarter-final 1
    Semi-final 2: Seed 2 v Seed 3
  Round 3
    Third-place match: Loser of Semi-final 1 v Loser of Semi-final 2
    Final: Winner of Semi-final 1 v Winner of Semi-final 2

Champion: Winner of Final"""
    )


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_previewed(name: str) -> None:
    teams = {"t20-world-cup-2024": 20, "t20-world-cup-2022": 16, "super-six": 12}.get(name, 10)
    whole = preview(PRESETS[name], teams)
    assert sum(len(round.matches) for stage in whole.stages for round in stage.rounds) == whole.matches
    assert whole.places[-1].last == teams
    assert whole.champion in text(whole)


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st")],
)
def test_ordinals(number: int, word: str) -> None:
    assert ordinal(number) == word
