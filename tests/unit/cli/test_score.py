"""`pavilion score`: its output is an interface that scripts read."""

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from tests.unit.adapters.cricsheet.files import Batting, Json, match


def score(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["score", *map(str, arguments)])


def write(path: Path, document: Json) -> Path:
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(msgspec.json.encode(document))
    return path


@pytest.fixture
def good(tmp_path: Path) -> Path:
    home = Batting("Home").over("1 4 W 2wd . 6 1").done()
    away = Batting("Away").over("1nb 4b . W . . 1").done(target={"runs": 16, "overs": 1})
    won = {"winner": "Home", "by": {"runs": 8}}
    return write(tmp_path / "42.json", match(home, away, overs=1, outcome=won))


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    batting = Batting("Home").over(". . .")
    batting.overs[0]["deliveries"][2]["batter"] = "Nobody"
    return write(tmp_path / "bad.json", match(batting.done()))


def test_a_match_is_one_json_object_on_one_line(good: Path) -> None:
    result = score(good, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    (line,) = result.stdout.splitlines()
    shown = json.loads(line)
    assert list(shown) == ["match", "teams", "innings", "result"]
    assert (shown["match"], shown["teams"]) == ("42", ["Home", "Away"])
    assert shown["result"] == {
        "outcome": "win",
        "winner": "Home",
        "by": {"runs": 8},
        "method": None,
        "decided_by": None,
    }
    first = shown["innings"][0]
    assert {key: first[key] for key in list(first)[:11]} == {
        "team": "Home",
        "super_over": False,
        "runs": 15,
        "wickets": 1,
        "overs": "1.0",
        "balls": 6,
        "extras": {"wides": 3, "noballs": 0, "byes": 0, "legbyes": 0, "penalty": 0},
        "all_out": False,
        "declared": False,
        "forfeited": False,
        "batting": [
            {"player": "H1", "runs": 1, "balls": 1, "fours": 0, "sixes": 0, "out": None},
            {"player": "H2", "runs": 4, "balls": 2, "fours": 1, "sixes": 0, "out": "bowled"},
            {"player": "H3", "runs": 7, "balls": 3, "fours": 0, "sixes": 1, "out": None},
        ],
    }
    assert first["bowling"] == [
        {"player": "A11", "overs": "1.0", "maidens": 0, "runs": 15, "wickets": 1, "wides": 3, "noballs": 0}
    ]
    assert first["fall_of_wickets"] == [{"wicket": 1, "runs": 5, "player": "H2", "over": "0.3"}]
    assert [(pair["batters"], pair["runs"], pair["unbroken"]) for pair in first["partnerships"]] == [
        (["H1", "H2"], 5, False),
        (["H3", "H1"], 10, True),
    ]


def test_without_json_it_is_a_card_to_read(good: Path) -> None:
    result = score(good)
    assert result.exit_code == 0
    assert "Home innings" in result.stdout
    assert "Home won by 8 runs" in result.stdout


def test_a_bad_file_is_one_line_on_stderr_and_the_others_are_scored(good: Path, bad: Path) -> None:
    result = score(bad, good, "--json")
    assert result.exit_code == 2
    assert [json.loads(line)["match"] for line in result.stdout.splitlines()] == ["42"]
    assert result.stderr == (
        f"{bad}: innings 1, over 0, ball 3: unknown player 'Nobody': not in the side of Home\n"
    )


def test_a_path_that_is_not_there_is_a_problem_of_its_own(good: Path, tmp_path: Path) -> None:
    result = score(tmp_path / "nowhere", good, "--json")
    assert result.exit_code == 2
    assert result.stderr == f"{tmp_path / 'nowhere'}: no such file or folder\n"
    assert len(result.stdout.splitlines()) == 1


def test_a_folder_stands_for_its_files_in_order(tmp_path: Path) -> None:
    for name in ("b/2", "b/1", "a/3"):
        write(tmp_path / f"{name}.json", match(Batting("Home").over().done()))
    result = score(tmp_path / "b", tmp_path / "a", "--json")
    assert [json.loads(line)["match"] for line in result.stdout.splitlines()] == ["1", "2", "3"]


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    result = score(tmp_path, "--json")
    assert (result.exit_code, result.stderr) == (2, f"{tmp_path}: no .json file in this folder\n")


def test_errors_of_the_source_are_told_and_umpires_only_on_demand(tmp_path: Path) -> None:
    document = match(Batting("Home").over(bowler="A11").over(bowler="A11").done())
    document["info"]["colour"] = "red"
    path = write(tmp_path / "odd.json", document)
    told = f"{path}: note: unknown key 'info.colour'\n"
    allowed = f"{path}: note: innings 1, over 1, ball 1: A11 bowled in the previous over\n"
    assert (score(path, "--json").exit_code, score(path, "--json").stderr) == (0, told)
    assert score(path, "--json", "--verbose").stderr == told + allowed


def test_many_files_are_shared_out_and_come_back_in_order(tmp_path: Path) -> None:
    for number in range(45):
        write(tmp_path / f"{number:02}.json", match(Batting("Home").over().done()))
    result = score(tmp_path, "--json")
    assert [json.loads(line)["match"] for line in result.stdout.splitlines()] == [
        f"{n:02}" for n in range(45)
    ]
