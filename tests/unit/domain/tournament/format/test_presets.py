"""Known competitions, as their rules tell them."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import LoserOf, Rank, Seed, WinnerOf
from domain.tournament.format.places import champion, resolve
from domain.tournament.format.presets import (
    PRESETS,
    big_bash,
    groups_and_semi_finals,
    ipl,
    ipl_of_ten,
    super_six,
    swiss,
    t20_world_cup_2022,
    t20_world_cup_2024,
    world_cup_2019,
)
from domain.tournament.format.ranking import ranking
from tests.unit.domain.tournament.format.given import Season, any_result, better_seed, played_through

ENOUGH = {"t20-world-cup-2022": 16, "t20-world-cup-2024": 20, "super-six": 12}


def league_over(count: int, format_name: str) -> Season:
    """The league is played, the better seed always winning: the table is the order of the seeds."""
    season = Season(lay_out(PRESETS[format_name], count), count)
    for node in season.structure.nodes:
        if node.table:
            home, away = resolve(season.structure, season.known)[node.id]
            season.win(node.id, better_seed(str(home), str(away)))
    season.finish_tables()
    return season


# --- the IPL's play-offs -----------------------------------------------------------------------------------


@pytest.fixture
def playoffs() -> Season:
    """T1 to T4 are the first four of the table."""
    return league_over(8, "page-playoff")


def fixture(season: Season, id: str) -> tuple[str | None, str | None]:
    return resolve(season.structure, season.known)[id]


def test_qualifier_1_is_the_first_against_the_second(playoffs: Season) -> None:
    assert fixture(playoffs, "qualifier-1") == ("T1", "T2")


def test_the_eliminator_is_the_third_against_the_fourth(playoffs: Season) -> None:
    assert fixture(playoffs, "eliminator") == ("T3", "T4")


def test_the_winner_of_qualifier_1_is_in_the_final(playoffs: Season) -> None:
    playoffs.win("qualifier-1", "T2")
    assert fixture(playoffs, "final") == ("T2", None)


def test_the_loser_of_qualifier_1_meets_the_winner_of_the_eliminator(playoffs: Season) -> None:
    playoffs.win("qualifier-1", "T1")
    assert fixture(playoffs, "qualifier-2") == ("T2", None)
    playoffs.win("eliminator", "T4")
    assert fixture(playoffs, "qualifier-2") == ("T2", "T4")


def test_the_winner_of_qualifier_2_is_the_other_finalist(playoffs: Season) -> None:
    playoffs.win("qualifier-1", "T1")
    playoffs.win("eliminator", "T3")
    playoffs.win("qualifier-2", "T3")
    assert fixture(playoffs, "final") == ("T1", "T3")
    assert champion(playoffs.structure, playoffs.known) is None


def test_the_winner_of_the_final_is_champion(playoffs: Season) -> None:
    for match, winner in (
        ("qualifier-1", "T1"),
        ("eliminator", "T4"),
        ("qualifier-2", "T2"),
        ("final", "T2"),
    ):
        playoffs.win(match, winner)
    assert champion(playoffs.structure, playoffs.known) == "T2"
    assert [team for _, team in ranking(playoffs.structure, playoffs.known)] == [
        *("T2", "T1", "T4", "T3"),
        *("T5", "T6", "T7", "T8"),
    ]


# --- five-team finals --------------------------------------------------------------------------------------


@pytest.fixture
def finals() -> Season:
    return league_over(8, "five-team-finals")


def test_the_fourth_and_fifth_begin_and_the_loser_is_out(finals: Season) -> None:
    assert fixture(finals, "eliminator") == ("T4", "T5")


def test_the_first_two_play_the_qualifier_for_a_place_in_the_final(finals: Season) -> None:
    assert fixture(finals, "qualifier") == ("T1", "T2")
    finals.win("qualifier", "T2")
    assert fixture(finals, "final") == ("T2", None)


def test_the_third_meets_the_winner_of_the_eliminator_in_the_knockout(finals: Season) -> None:
    finals.win("eliminator", "T5")
    assert fixture(finals, "knockout") == ("T3", "T5")


def test_the_loser_of_the_qualifier_meets_the_winner_of_the_knockout_in_the_challenger(
    finals: Season,
) -> None:
    finals.win("qualifier", "T1")
    finals.win("eliminator", "T4")
    finals.win("knockout", "T4")
    assert fixture(finals, "challenger") == ("T2", "T4")


def test_the_fifth_can_still_be_champion(finals: Season) -> None:
    finals.win("qualifier", "T1")
    for match in ("eliminator", "knockout", "challenger", "final"):
        finals.win(match, "T5")
    assert champion(finals.structure, finals.known) == "T5"
    assert [team for _, team in ranking(finals.structure, finals.known)][:5] == ["T5", "T1", "T2", "T3", "T4"]


# --- leagues -----------------------------------------------------------------------------------------------


def test_the_ipl_of_eight_has_fourteen_matches_a_team_and_sixty_in_all() -> None:
    structure = lay_out(ipl(), 8)
    assert len(structure.nodes) == 60
    appearances = Counter(place for node in structure.nodes for place in (node.home, node.away))
    assert {appearances[Seed(seed)] for seed in range(1, 9)} == {14}


def test_the_ipl_of_ten_has_fourteen_matches_a_team_seven_at_home_and_seventy_four_in_all() -> None:
    structure = lay_out(ipl_of_ten(), 10)
    league = [node for node in structure.nodes if node.table]
    assert (len(league), len(structure.nodes)) == (70, 74)
    assert Counter(node.home for node in league) == {Seed(seed): 7 for seed in range(1, 11)}
    assert Counter(node.away for node in league) == {Seed(seed): 7 for seed in range(1, 11)}


def test_in_the_ipl_of_ten_a_team_meets_its_group_and_its_row_twice_and_four_others_once() -> None:
    league = [node for node in lay_out(ipl_of_ten(), 10).nodes if node.table]
    met = Counter(frozenset((node.home, node.away)) for node in league)
    of_the_first = {seed: met[frozenset((Seed(1), Seed(seed)))] for seed in range(2, 11)}
    assert of_the_first == {3: 2, 5: 2, 7: 2, 9: 2, 2: 2, 4: 1, 6: 1, 8: 1, 10: 1}


def test_the_world_cup_2019_has_forty_five_league_matches_and_three_more() -> None:
    structure = lay_out(world_cup_2019(), 10)
    assert len(structure.nodes) == 48
    semis = {node.id: (node.home, node.away) for node in structure.nodes if not node.table}
    assert semis["semi-final-1"] == (Rank("league", 1), Rank("league", 4))
    assert semis["semi-final-2"] == (Rank("league", 2), Rank("league", 3))


def test_the_t20_world_cup_2022_has_a_first_round_and_a_super_12() -> None:
    structure = lay_out(t20_world_cup_2022(), 16)
    matches = Counter(node.stage for node in structure.nodes)
    assert matches == {"First Round": 12, "Super 12": 30, "Knockout": 3}
    sizes = {table.id: len(table.members) for table in structure.tables}
    assert sizes == {"first-round-A": 4, "first-round-B": 4, "super-12-1": 6, "super-12-2": 6}


def test_the_semi_finals_of_the_t20_world_cup_cross_the_groups() -> None:
    structure = lay_out(t20_world_cup_2022(), 16)
    nodes = {node.id: node for node in structure.nodes}
    assert (nodes["semi-final-1"].home, nodes["semi-final-1"].away) == (
        Rank("super-12-1", 1),
        Rank("super-12-2", 2),
    )
    assert (nodes["semi-final-2"].home, nodes["semi-final-2"].away) == (
        Rank("super-12-2", 1),
        Rank("super-12-1", 2),
    )


def test_the_t20_world_cup_2024_has_fifty_five_matches() -> None:
    structure = lay_out(t20_world_cup_2024(), 20)
    assert Counter(node.stage for node in structure.nodes) == {"Group": 40, "Super Eight": 12, "Knockout": 3}


def test_in_the_super_six_only_those_of_the_other_group_are_met() -> None:
    structure = lay_out(super_six(), 12)
    assert Counter(node.stage for node in structure.nodes) == {"Group": 30, "Super Six": 9, "Knockout": 3}
    assert structure.tables[-1].carried == ("group-A", "group-B")


def test_results_among_those_who_went_on_count_in_the_super_six() -> None:
    season = played_through(super_six(), 12, better_seed)
    assert season.wins("super-six") == {"T1": 5, "T2": 4, "T3": 3, "T4": 2, "T5": 1}


def test_groups_can_be_followed_by_a_third_place_match() -> None:
    structure = lay_out(groups_and_semi_finals(third_place=True), 8)
    third = next(node for node in structure.nodes if node.id == "third-place")
    assert (third.home, third.away, third.decides) == (LoserOf("semi-final-1"), LoserOf("semi-final-2"), 3)
    assert structure.champion == WinnerOf("final")


def test_the_best_of_a_swiss_can_play_a_knockout() -> None:
    structure = lay_out(swiss(rounds=4, qualify=4), 12)
    assert len(structure.nodes) == 24 + 3
    assert structure.nodes[-3].home == Rank("swiss", 1)


# --- all of them -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_every_preset_ends_in_one_champion_whatever_the_results(name: str, data: st.DataObject) -> None:
    count = (
        10 if name == "ipl-of-ten" else data.draw(st.integers(ENOUGH.get(name, 8), ENOUGH.get(name, 8) + 4))
    )
    season = played_through(PRESETS[name], count, any_result(data.draw(st.randoms())))
    assert champion(season.structure, season.known) is not None
    order = [team for _, team in ranking(season.structure, season.known)]
    assert sorted(order) == sorted(season.known.seeds.values())
    assert order[0] == champion(season.structure, season.known)


@pytest.mark.parametrize("name", PRESETS)
def test_when_the_better_seed_always_wins_the_first_seed_is_champion(name: str) -> None:
    season = played_through(PRESETS[name], ENOUGH.get(name, 10), better_seed)
    assert champion(season.structure, season.known) == "T1"


def test_the_big_bash_has_sixty_one_matches() -> None:
    assert len(lay_out(big_bash(), 8).nodes) == 61
