"""`pavilion standings`: what it prints and how it says what is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from cli.standings import standings
from tests.unit.cli.files import write_match


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command()(standings)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def rows(*arguments: str | Path) -> list[dict[str, Any]]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def league(tmp_path: Path) -> Path:
    write_match(tmp_path, "1", "Kites", "Herons", (30, 20), on="2024-05-01", match_number=1)
    write_match(tmp_path, "2", "Herons", "Swifts", (25, 24), on="2024-05-02", match_number=2)
    write_match(tmp_path, "final", "Herons", "Kites", (40, 1), on="2024-05-09", stage="Final")
    return tmp_path


def test_one_object_a_team_in_table_order_without_the_playoffs(league: Path) -> None:
    assert rows(league) == [
        {
            "team": "Kites",
            "played": 1,
            "won": 1,
            "lost": 0,
            "tied": 0,
            "no_result": 0,
            "points": 2,
            "net_run_rate": 2.0,
            "for": "120/20",
            "against": "80/20",
        },
        {
            "team": "Herons",
            "played": 2,
            "won": 1,
            "lost": 1,
            "tied": 0,
            "no_result": 0,
            "points": 2,
            "net_run_rate": -0.9,
            "for": "180/40",
            "against": "216/40",
        },
        {
            "team": "Swifts",
            "played": 1,
            "won": 0,
            "lost": 1,
            "tied": 0,
            "no_result": 0,
            "points": 0,
            "net_run_rate": -0.2,
            "for": "96/20",
            "against": "100/20",
        },
    ]


def test_for_a_person_there_is_a_table_that_explains_itself(league: Path) -> None:
    shown = run(league).stdout
    assert "Kites" in shown
    assert "Kites above Herons: net run rate: +2.000 to -0.900" in shown


def test_a_match_without_a_file_is_added_as_abandoned(league: Path) -> None:
    table = {row["team"]: row for row in rows(league, "--abandoned", "kites v Swifts")}
    assert (table["Kites"]["no_result"], table["Kites"]["points"]) == (1, 3)
    assert (table["Swifts"]["played"], table["Swifts"]["points"]) == (2, 1)


def test_a_team_whose_only_match_was_abandoned_is_listed(league: Path) -> None:
    table = {row["team"]: row for row in rows(league, "--abandoned", "Kites v Terns")}
    assert (table["Terns"]["played"], table["Terns"]["points"], table["Terns"]["for"]) == (1, 1, "0/0")


def test_an_excluded_match_does_not_count(league: Path) -> None:
    assert [row["team"] for row in rows(league, "--exclude", "1")] == ["Herons", "Swifts"]


def test_points_follow_the_named_conditions(league: Path) -> None:
    assert rows(league, "--conditions", "icc-super-league")[0]["points"] == 10


def test_with_groups_each_row_names_its_group(tmp_path: Path) -> None:
    write_match(tmp_path, "1", "Kites", "Herons", (30, 20), on="2024-05-02", group="A")
    write_match(tmp_path, "2", "Swifts", "Terns", (25, 24), on="2024-05-01", group="B")
    listed = [(row["group"], row["team"]) for row in rows(tmp_path)]
    assert listed == [("B", "Swifts"), ("B", "Terns"), ("A", "Kites"), ("A", "Herons")]
    assert [row["team"] for row in rows(tmp_path, "--group", "a")] == ["Kites", "Herons"]


def test_a_renamed_franchise_is_one_team_under_its_latest_name(tmp_path: Path) -> None:
    write_match(tmp_path, "1", "Delhi Daredevils", "Herons", (30, 20), on="2018-05-02")
    write_match(tmp_path, "2", "Delhi Capitals", "Herons", (30, 20), on="2019-05-02")
    assert [(row["team"], row["won"]) for row in rows(tmp_path)] == [("Delhi Capitals", 2), ("Herons", 0)]
    assert rows(tmp_path, "--abandoned", "Delhi Daredevils v Herons")[0]["played"] == 3


def test_a_franchise_keeps_the_name_it_had_then(tmp_path: Path) -> None:
    write_match(tmp_path, "1", "Kings XI Punjab", "Herons", (30, 20), on="2019-05-02")
    assert rows(tmp_path)[0]["team"] == "Kings XI Punjab"
    assert rows(tmp_path, "--abandoned", "Punjab Kings v Herons")[0]["played"] == 2


def test_a_bad_file_is_named_and_the_others_still_count(league: Path) -> None:
    (league / "broken.json").write_text("{")
    result = run(league, "--json")
    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 3
    assert "broken.json" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--exclude", "9"), "--exclude 9: no such match"),
        (("--group", "C"), "--group C: there are no groups"),
        (("--conditions", "street"), "no conditions named 'street'"),
        (("--abandoned", "Kites"), 'write it as "A v B"'),
        (("--abandoned", "Gulls v Terns"), "neither team plays in these matches"),
    ],
)
def test_what_cannot_be_done_is_one_line_on_stderr(
    league: Path, options: tuple[str, str], complaint: str
) -> None:
    result = run(league, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_folder_without_matches_is_an_error(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "no league match" in result.stderr
