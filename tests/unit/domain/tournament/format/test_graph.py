"""What depends on what."""

import pytest

from domain.tournament.format.graph import dependents, possible_teams, prerequisites
from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import Format, Known, Rank, Swiss
from domain.tournament.format.presets import (
    double_elimination,
    ipl,
    single_elimination,
    super_six,
    swiss,
    t20_world_cup_2022,
)
from tests.unit.domain.tournament.format.given import Season, better_seed, drawn

PLAYOFFS = ("qualifier-1", "eliminator", "qualifier-2", "final")


def test_a_league_match_can_move_all_playoffs() -> None:
    structure = lay_out(ipl(), 4)
    assert dependents(structure, "league-R1-1") == PLAYOFFS
    assert dependents(structure, "league") == PLAYOFFS


def test_a_playoff_moves_what_comes_after_it() -> None:
    structure = lay_out(ipl(), 4)
    assert dependents(structure, "eliminator") == ("qualifier-2", "final")
    assert dependents(structure, "qualifier-1") == ("qualifier-2", "final")
    assert dependents(structure, "final") == ()


def test_a_group_match_moves_only_the_second_groups_its_group_leads_to() -> None:
    structure = lay_out(t20_world_cup_2022(), 16)
    moved = dependents(structure, "super-12-1-R1-1")
    assert moved == ("semi-final-1", "semi-final-2", "final")
    from_first_round = dependents(structure, "first-round-A-R1-1")
    assert {node.table for node in structure.nodes if node.id in from_first_round} == {
        "super-12-1",
        "super-12-2",
        None,
    }


def test_a_carried_result_moves_what_follows_the_second_table() -> None:
    structure = lay_out(super_six(), 12)
    assert set(dependents(structure, "group-A-R1-1")) >= {"semi-final-1", "semi-final-2", "final"}
    assert dependents(structure, "super-six-R1-1") == ("semi-final-1", "semi-final-2", "final")


def test_a_swiss_result_moves_the_rounds_after_it() -> None:
    structure = lay_out(swiss(rounds=3), 4)
    assert dependents(structure, "swiss-R1-1") == ("swiss-R2-1", "swiss-R2-2", "swiss-R3-1", "swiss-R3-2")
    assert dependents(structure, "swiss-R2-2") == ("swiss-R3-1", "swiss-R3-2")


def test_a_swiss_of_those_who_qualified_depends_on_their_table() -> None:
    entrants = tuple(Rank("league", place) for place in (1, 2, 3, 4))
    stages = (*ipl().stages[:1], Swiss(name="Swiss", rounds=1, entrants=entrants))
    structure = lay_out(Format(name="League and Swiss", stages=stages), 5)
    assert dependents(structure, "league-R1-1") == ("swiss-R1-1", "swiss-R1-2")
    assert dependents(structure, "league") == ("swiss-R1-1", "swiss-R1-2")
    assert len(prerequisites(structure)["swiss-R1-1"]) == 20


def test_a_second_final_depends_on_the_first() -> None:
    structure = lay_out(double_elimination(), 2)
    assert prerequisites(structure)["double-elimination-second-final"] == ("double-elimination-final",)


def test_what_is_not_there_moves_nothing() -> None:
    with pytest.raises(KeyError):
        dependents(lay_out(ipl(), 4), "semi-final-1")


def test_prerequisites_are_the_matches_a_place_comes_from() -> None:
    before = prerequisites(lay_out(ipl(), 4))
    assert before["league-R1-1"] == ()
    assert before["final"] == ("qualifier-1", "qualifier-2")
    assert set(before["eliminator"]) == {id for id in before if id.startswith("league")}


def test_carried_tables_are_over_before_the_next_stage() -> None:
    before = prerequisites(lay_out(super_six(), 12))
    assert {id.split("-R")[0] for id in before["semi-final-1"]} == {"super-six", "group-A", "group-B"}


def test_possible_teams_become_fewer() -> None:
    season = Season(lay_out(single_elimination(), 4), 4)
    assert possible_teams(season.structure, season.known)["knockout-final"] == {"T1", "T2", "T3", "T4"}
    season.win("knockout-semi-final-1", "T4")
    assert possible_teams(season.structure, season.known)["knockout-final"] == {"T4", "T2", "T3"}
    season.play_all(better_seed)
    assert possible_teams(season.structure, season.known)["knockout-final"] == {"T4", "T2"}


def test_any_team_of_a_table_may_take_a_rank() -> None:
    possible = possible_teams(lay_out(ipl(), 5), drawn(5))
    assert possible["final"] == {"T1", "T2", "T3", "T4", "T5"}
    assert possible["league-R1-2"] == {"T1", "T2", "T3", "T4", "T5"} & possible["league-R1-2"]
    assert len(possible["league-R1-2"]) == 2


def test_any_team_may_be_paired() -> None:
    assert possible_teams(lay_out(swiss(rounds=2), 4), drawn(4))["swiss-R2-1"] == {"T1", "T2", "T3", "T4"}


def test_before_the_draw_nobody_is_possible_yet() -> None:
    assert set(possible_teams(lay_out(ipl(), 4), Known()).values()) == {frozenset()}
