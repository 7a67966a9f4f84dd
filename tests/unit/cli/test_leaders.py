"""`pavilion leaders`: what it prints."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from cli.leaders import leaders
from tests.unit.cli.files import write_match


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command()(leaders)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def league(tmp_path: Path) -> Path:
    write_match(tmp_path, "1", "Kites", "Herons", (30, 20), on="2024-05-01")
    write_match(tmp_path, "final", "Kites", "Swifts", (26, 2), on="2024-05-09", stage="Final")
    return tmp_path


def test_both_lists_as_one_object_playoffs_included(league: Path) -> None:
    found = json.loads(run(league, "--json").stdout)
    assert found["batting"][0] == {
        "player": "Kites 1",
        "team": "Kites",
        "matches": 2,
        "innings": 2,
        "not_outs": 2,
        "runs": 128,
        "balls": 120,
        "highest": "72*",
        "average": None,
        "strike_rate": 106.67,
        "hundreds": 0,
        "fifties": 2,
        "fours": 32,
        "sixes": 0,
    }
    kites = next(bowler for bowler in found["bowling"] if bowler["player"] == "Kites 7")
    assert kites == {
        "player": "Kites 7",
        "team": "Kites",
        "matches": 2,
        "innings": 2,
        "overs": "8",
        "balls": 48,
        "maidens": 6,
        "runs": 32,
        "wickets": 0,
        "best": "0/8",
        "average": None,
        "economy": 4.0,
        "strike_rate": None,
        "four_wickets": 0,
        "five_wickets": 0,
        "dots": 40,
    }


def test_for_a_person_there_are_two_tables(league: Path) -> None:
    shown = run(league, "--top", "1").stdout
    assert "Batting" in shown
    assert "Bowling" in shown
    assert "Kites 1" in shown
    assert "Herons 1 " not in shown


def test_a_bad_file_is_named_and_the_others_still_count(league: Path) -> None:
    (league / "broken.json").write_text("[]")
    result = run(league, "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["batting"]
    assert "broken.json" in result.stderr


def test_a_folder_without_matches_is_an_error(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "no match files" in result.stderr
