"""A folder of files as a tournament: what is refused, and what the files leave open."""

from datetime import time
from pathlib import Path

import pytest

from adapters.cricsheet.season import NoSeason, SeasonPlan, plan_season, read_season
from domain.tournament.format.model import LoserOf, Playoffs, Rank, WinnerOf
from tests.unit.cli.files import write_match


@pytest.fixture
def league(tmp_path: Path) -> Path:
    write_match(tmp_path, "1", "Kites", "Herons", (30, 20), on="2024-05-01", match_number=1)
    write_match(tmp_path, "2", "Herons", "Swifts", (25, 24), on="2024-05-02", match_number=2)
    write_match(tmp_path, "3", "Kites", "Swifts", (25, 24), on="2024-05-02", match_number=3)
    return tmp_path


def plan(folder: Path, *abandoned: tuple[str, str]) -> SeasonPlan:
    return plan_season(read_season(folder), abandoned)


def test_a_table_alone_makes_the_champion(league: Path) -> None:
    assert plan(league).champion == "Kites"
    assert [stage.name for stage in plan(league).format.stages] == ["League"]


def test_two_meetings_on_the_same_terms_are_two_matches_in_their_order(league: Path) -> None:
    write_match(league, "4", "Kites", "Herons", (31, 20), on="2024-05-03", match_number=4)
    found = plan(league)
    nodes = [node.id for node in found.structure.nodes]
    again = {node: match.name for node, match in found.files.items() if match.name in ("1", "4")}
    assert [again[node] for node in nodes if node in again] == ["1", "4"]


def test_a_team_comes_into_a_knockout_by_its_place_or_from_the_knockout_before(league: Path) -> None:
    write_match(league, "5", "Swifts", "Herons", (9, 8), on="2024-05-08", stage="Eliminator")
    write_match(league, "6", "Kites", "Swifts", (9, 8), on="2024-05-09", stage="Final")
    *_, playoffs = plan(league).format.stages
    assert isinstance(playoffs, Playoffs)
    eliminator, final = playoffs.matches
    assert (eliminator.home, eliminator.away) == (Rank("league", 3), Rank("league", 2))
    assert (final.home, final.away) == (Rank("league", 1), WinnerOf("eliminator"))


def test_the_losers_of_semi_finals_can_play_for_the_third_place(league: Path) -> None:
    write_match(league, "0", "Swifts", "Terns", (25, 24), on="2024-05-01")
    write_match(league, "4", "Kites", "Terns", (9, 8), on="2024-05-08", stage="Semi Final")
    write_match(league, "5", "Herons", "Swifts", (9, 8), on="2024-05-08", stage="Semi Final")
    write_match(league, "6", "Terns", "Swifts", (9, 8), on="2024-05-09", stage="3rd Place Play-Off")
    write_match(league, "7", "Kites", "Herons", (9, 8), on="2024-05-10", stage="Final")
    *_, playoffs = plan(league).format.stages
    assert isinstance(playoffs, Playoffs)
    assert [match.name for match in playoffs.matches] == [
        *("Semi Final 1", "Semi Final 2", "3rd Place Play-Off", "Final")
    ]
    third = playoffs.matches[2]
    assert (third.home, third.away) == (LoserOf("semi-final-1"), LoserOf("semi-final-2"))
    assert third.decides == 3


def test_matches_of_one_day_start_at_the_usual_times_the_last_in_the_evening(league: Path) -> None:
    found = plan(league)
    node_of = {match.name: node for node, match in found.files.items()}
    starts = {placement.node: placement.starts_at.time() for placement in found.placements}
    assert [starts[node_of[name]] for name in ("1", "2", "3")] == [time(19, 30), time(15, 30), time(19, 30)]


def test_a_fixture_without_a_file_is_placed_on_a_day_free_for_both_teams(league: Path) -> None:
    found = plan(league, ("herons", "Kites"))
    (node,) = {node.id for node in found.structure.nodes} - set(found.files)
    (placement,) = [placement for placement in found.placements if placement.node == node]
    assert placement.starts_at.date().isoformat() == "2024-05-03"
    (table,) = found.tables
    assert {row.team: row.tally.no_result for row in table.rows} == {"Kites": 1, "Herons": 1, "Swifts": 0}


def test_a_team_that_changed_its_name_is_one_team_by_its_latest_name(tmp_path: Path) -> None:
    write_match(tmp_path, "1", "Kings XI Punjab", "Herons", (30, 20), on="2021-05-01")
    write_match(tmp_path, "2", "Herons", "Punjab Kings", (25, 24), on="2021-05-02")
    found = plan(tmp_path, ("kings xi punjab", "Herons"))
    assert sorted(found.seeds) == ["Herons", "Punjab Kings"]
    assert [match.summary.result.winner for match in found.files.values()] == ["Punjab Kings", "Herons"]
    assert len(found.structure.nodes) == 3


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("Kites", "Cranes"), None),
        (("Cranes", "Terns"), "Cranes v Terns: neither team plays in these matches"),
    ],
)
def test_a_fixture_without_a_file_may_bring_a_new_team_but_not_two(
    league: Path, pair: tuple[str, str], said: str | None
) -> None:
    if said is None:
        assert "Cranes" in plan(league, pair).seeds
        return
    with pytest.raises(NoSeason) as refused:
        plan(league, pair)
    assert str(refused.value) == said


def test_a_folder_of_several_competitions_is_refused(league: Path) -> None:
    write_match(league, "9", "Kites", "Terns", (9, 8), on="2025-05-08")
    with pytest.raises(NoSeason, match="several competitions: A League 2024 and A League 2025"):
        read_season(league)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoSeason, match="no Cricsheet file in"):
        read_season(tmp_path)


def test_semi_finals_without_a_final_are_refused(league: Path) -> None:
    write_match(league, "0", "Swifts", "Terns", (25, 24), on="2024-05-01")
    write_match(league, "4", "Kites", "Terns", (9, 8), on="2024-05-08", stage="Semi Final")
    write_match(league, "5", "Herons", "Swifts", (9, 8), on="2024-05-08", stage="Semi Final")
    with pytest.raises(NoSeason, match="no whole tournament: Playoffs must end in one match"):
        plan(league)


def test_knockouts_alone_are_refused(tmp_path: Path) -> None:
    write_match(tmp_path, "1", "Kites", "Herons", (30, 20), on="2024-05-01", stage="Final")
    with pytest.raises(NoSeason, match="no match of a league"):
        plan(tmp_path)
