"""Formats laid out for a number of teams."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import (
    DoubleElimination,
    Format,
    Knockout,
    League,
    LoserOf,
    Node,
    OnlyIf,
    Rank,
    Seed,
    Structure,
    Swiss,
    WinnerOf,
)
from domain.tournament.format.presets import double_elimination, round_robin, single_elimination


def only(stage: League | Swiss | Knockout | DoubleElimination, teams: int) -> Structure:
    return lay_out(Format(name="One stage", stages=(stage,)), teams)


def by_id(structure: Structure) -> dict[str, Node]:
    return {node.id: node for node in structure.nodes}


def places(structure: Structure, id: str) -> tuple[object, object]:
    node = by_id(structure)[id]
    return node.home, node.away


@given(st.integers(2, 20), st.integers(1, 3))
def test_in_a_league_each_pair_of_seeds_meets_once_a_leg(teams: int, legs: int) -> None:
    structure = only(League(name="League", legs=legs), teams)
    met = Counter(frozenset((node.home, node.away)) for node in structure.nodes)
    everybody = [frozenset(map(Seed, pair)) for pair in combinations(range(1, teams + 1), 2)]
    assert met == dict.fromkeys(everybody, legs)


def test_a_league_has_one_table_whose_first_is_champion() -> None:
    structure = only(League(name="Premier League"), 4)
    assert [(table.id, table.name) for table in structure.tables] == [("premier-league", "Premier League")]
    assert structure.champion == Rank("premier-league", 1)
    assert structure.final is None


def test_matches_are_named_by_table_round_and_number() -> None:
    structure = only(League(name="League"), 4)
    assert [node.id for node in structure.nodes][:3] == ["league-R1-1", "league-R1-2", "league-R2-1"]
    assert structure.nodes[2].name == "League round 2, match 1"
    assert {node.table for node in structure.nodes} == {"league"}


def test_seeds_are_dealt_into_groups_like_a_snake() -> None:
    structure = lay_out(
        Format(
            name="Groups", stages=(League(name="Group", groups=3), Knockout(name="Cup", entrants=_firsts(3)))
        ),
        9,
    )
    assert [list(table.members) for table in structure.tables] == [
        [Seed(1), Seed(6), Seed(7)],
        [Seed(2), Seed(5), Seed(8)],
        [Seed(3), Seed(4), Seed(9)],
    ]


def _firsts(groups: int) -> tuple[Rank, ...]:
    return tuple(Rank(f"group-{letter}", 1) for letter in "ABCDEFGHIJ"[:groups])


@given(st.integers(2, 10), st.integers(4, 60))
def test_groups_differ_in_size_by_one_at_most(groups: int, teams: int) -> None:
    teams = max(teams, 2 * groups)
    knockout = Knockout(name="Cup", entrants=_firsts(groups))
    structure = lay_out(Format(name="Groups", stages=(League(name="Group", groups=groups), knockout)), teams)
    sizes = [len(table.members) for table in structure.tables]
    assert len(sizes) == groups
    assert sum(sizes) == teams
    assert max(sizes) - min(sizes) <= 1


def test_groups_beyond_the_alphabet_go_on_with_two_letters() -> None:
    entrants = tuple((Seed(2 * index + 1), Seed(2 * index + 2)) for index in range(28))
    cup = Knockout(name="Cup", entrants=tuple(Rank(f"group-{name}", 1) for name in ("A", "Z", "AA", "AB")))
    structure = lay_out(Format(name="Groups", stages=(League(name="Group", entrants=entrants), cup)), 56)
    assert [table.id for table in structure.tables][25:] == ["group-Z", "group-AA", "group-AB"]


def test_groups_can_have_names_of_their_own() -> None:
    cup = Knockout(name="Cup", entrants=(Rank("pool-north", 1), Rank("pool-south", 1)))
    pools = League(name="Pool", groups=2, group_names=("north", "south"))
    structure = lay_out(Format(name="Pools", stages=(pools, cup)), 4)
    assert [(table.id, table.name) for table in structure.tables] == [
        ("pool-north", "Pool north"),
        ("pool-south", "Pool south"),
    ]


def test_given_meetings_stand_instead_of_everybody_against_everybody() -> None:
    structure = only(League(name="League", meetings=((1, 2), (3, 1), (2, 3), (2, 1))), 3)
    assert [(node.home, node.away, node.round) for node in structure.nodes] == [
        (Seed(1), Seed(2), 1),
        (Seed(3), Seed(1), 2),
        (Seed(2), Seed(3), 3),
        (Seed(2), Seed(1), 4),
    ]


def test_carried_over_results_are_not_played_again() -> None:
    members = tuple(Rank(group, place) for group in ("group-A", "group-B") for place in (1, 2))
    structure = lay_out(
        Format(
            name="Super Four",
            stages=(
                League(name="Group", groups=2),
                League(name="Super Four", entrants=(members,), carry_over=True),
            ),
        ),
        8,
    )
    table = structure.tables[-1]
    assert table.carried == ("group-A", "group-B")
    met = {frozenset((node.home, node.away)) for node in structure.nodes if node.table == "super-four"}
    assert met == {
        frozenset((Rank("group-A", one), Rank("group-B", other))) for one in (1, 2) for other in (1, 2)
    }


def test_the_first_stage_takes_the_seeds_no_later_stage_names() -> None:
    structure = lay_out(
        Format(
            name="Qualifying",
            stages=(
                League(name="Qualifying"),
                Knockout(
                    name="Cup", entrants=(Seed(1), Seed(2), Rank("qualifying", 1), Rank("qualifying", 2))
                ),
            ),
        ),
        6,
    )
    assert structure.tables[0].members == (Seed(3), Seed(4), Seed(5), Seed(6))


def test_swiss_pairs_are_left_open() -> None:
    structure = only(Swiss(name="Swiss", rounds=3), 7)
    assert Counter(node.round for node in structure.nodes) == {1: 3, 2: 3, 3: 3}
    assert structure.champion == Rank("swiss", 1)


# --- knockouts ---------------------------------------------------------------------------------------------


def test_in_a_knockout_the_first_two_seeds_can_meet_in_the_final_only() -> None:
    structure = lay_out(single_elimination(), 8)
    quarters = [(node.home, node.away) for node in structure.nodes if node.round == 1]
    assert quarters == [
        (Seed(1), Seed(8)),
        (Seed(4), Seed(5)),
        (Seed(2), Seed(7)),
        (Seed(3), Seed(6)),
    ]
    assert places(structure, "knockout-semi-final-1") == (
        WinnerOf("knockout-quarter-final-1"),
        WinnerOf("knockout-quarter-final-2"),
    )
    assert structure.final == "knockout-final"


def test_the_best_seeds_have_the_byes() -> None:
    structure = lay_out(single_elimination(), 5)
    assert [(node.id, node.home, node.away) for node in structure.nodes] == [
        ("knockout-quarter-final-1", Seed(4), Seed(5)),
        ("knockout-semi-final-1", Seed(1), WinnerOf("knockout-quarter-final-1")),
        ("knockout-semi-final-2", Seed(2), Seed(3)),
        ("knockout-final", WinnerOf("knockout-semi-final-1"), WinnerOf("knockout-semi-final-2")),
    ]


@given(st.integers(2, 300))
def test_a_knockout_of_any_size_has_one_match_less_than_teams(teams: int) -> None:
    structure = lay_out(single_elimination(), teams)
    assert len(structure.nodes) == teams - 1
    rounds = (teams - 1).bit_length()
    byes = 2**rounds - teams
    late = {
        source.number
        for node in structure.nodes
        for source in (node.home, node.away)
        if node.round == 2 and isinstance(source, Seed)
    }
    assert late == set(range(1, byes + 1))


def test_a_third_place_match_is_between_the_losers_of_the_semi_finals() -> None:
    structure = lay_out(single_elimination(third_place=True), 4)
    third = by_id(structure)["knockout-third-place"]
    assert (third.home, third.away) == (LoserOf("knockout-semi-final-1"), LoserOf("knockout-semi-final-2"))
    assert third.decides == 3
    assert structure.final == "knockout-final"


def test_two_teams_leave_nobody_for_a_third_place() -> None:
    assert [node.id for node in lay_out(single_elimination(third_place=True), 2).nodes] == ["knockout-final"]
    assert len(lay_out(single_elimination(third_place=True), 3).nodes) == 2


def test_double_elimination_of_four() -> None:
    structure = only(DoubleElimination(name="D"), 4)
    assert [(node.id, node.home, node.away) for node in structure.nodes] == [
        ("d-W1-1", Seed(1), Seed(4)),
        ("d-W1-2", Seed(2), Seed(3)),
        ("d-W2-1", WinnerOf("d-W1-1"), WinnerOf("d-W1-2")),
        ("d-L1-1", LoserOf("d-W1-1"), LoserOf("d-W1-2")),
        ("d-L2-1", LoserOf("d-W2-1"), WinnerOf("d-L1-1")),
        ("d-final", WinnerOf("d-W2-1"), WinnerOf("d-L2-1")),
        ("d-second-final", WinnerOf("d-final"), LoserOf("d-final")),
    ]
    assert structure.nodes[-1].only_if == OnlyIf("d-final", 2)
    assert structure.final == "d-second-final"


@given(st.integers(2, 200))
def test_double_elimination_has_two_matches_a_team_less_two_and_a_second_final(teams: int) -> None:
    assert len(lay_out(double_elimination(), teams).nodes) == 2 * teams - 1


@given(st.integers(2, 130))
def test_rounds_of_double_elimination_follow_what_they_take_from(teams: int) -> None:
    structure = lay_out(double_elimination(), teams)
    nodes = by_id(structure)
    for node in structure.nodes:
        for source in (node.home, node.away):
            if isinstance(source, WinnerOf | LoserOf):
                assert nodes[source.node].round < node.round


# --- speed -------------------------------------------------------------------------------------------------


@pytest.mark.timeout(60)
def test_three_hundred_teams_are_laid_out_at_once() -> None:
    structure = lay_out(round_robin(legs=2), 300)
    assert len(structure.nodes) == 300 * 299
