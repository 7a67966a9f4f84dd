"""`pavilion replay --season`: a tournament made of files comes to the table and the champion it had."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stack.stack import Stack
from tests.cricsheet import data
from tests.cricsheet.test_season import CHAMPIONS
from tests.cricsheet.test_standings import COMPETITIONS, compare
from tests.cricsheet.test_standings import run as standings
from tests.e2e.conftest import Pavilion, report_of
from tests.e2e.little_season import ABANDONED, BALLS_A_MATCH, CLUBS, MATCHES, write_little_season
from tests.e2e.store import query

COUNTED = ("matches", "balls", "seconds")
FIELDS = ("standings", "champion", "matches", "balls", "seconds", "mismatches")
DAY_SECONDS = 0.4
YEARS = os.environ.get("PAVILION_SEASONS", "2023").split()
"""The seasons of the IPL that are played whole; `make seasons` plays all five."""
SEASON_SECONDS = 900
FINALISTS = {
    "2019": {"Mumbai Indians", "Chennai Super Kings"},
    "2020": {"Mumbai Indians", "Delhi Capitals"},
    "2021": {"Chennai Super Kings", "Kolkata Knight Riders"},
    "2022": {"Gujarat Titans", "Rajasthan Royals"},
    "2023": {"Chennai Super Kings", "Gujarat Titans"},
}


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_little_season(tmp_path_factory.mktemp("season"))


@pytest.fixture(scope="module")
def played(pavilion: Pavilion, little: Path) -> dict[str, Any]:
    """The report of the little season."""
    done = pavilion(
        *("replay", little, "--season", "--json", "--abandoned", ABANDONED, "--day-seconds", DAY_SECONDS)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return report_of(done)


@pytest.fixture(scope="module")
def whole_seasons() -> Iterator[list[dict[str, Any]]]:
    """The reports of the seasons that were played whole; in the end, what they come to in all."""
    reports: list[dict[str, Any]] = []
    yield reports
    print(f"\n{len(reports)} of {len(YEARS)} seasons: {counts(reports)}", file=sys.stderr)


def counts(reports: list[dict[str, Any]]) -> str:
    """What was played, and in which time."""
    matches, balls, seconds = (sum(report[name] for report in reports) for name in COUNTED)
    return f"{matches} matches and {balls:,} balls in {seconds:.1f} s"


def test_the_tournament_comes_to_the_table_of_the_files(played: dict[str, Any]) -> None:
    assert [row["team"] for row in played["standings"]] == list(CLUBS)
    counts = {row["team"]: (row["played"], row["won"], row["no_result"]) for row in played["standings"]}
    assert counts == {"Kites": (4, 3, 1), "Herons": (3, 2, 0), "Swifts": (3, 1, 0), "Terns": (4, 0, 1)}
    assert played["mismatches"] == []


def test_the_bracket_leads_to_the_champion(played: dict[str, Any]) -> None:
    final = played["bracket"][-1]
    assert (final["name"], {final["home"], final["away"]}) == ("Final", {"Kites", "Swifts"})
    assert played["champion"] == final["winner"] == "Swifts"


def test_the_report_counts_every_match_and_ball(played: dict[str, Any]) -> None:
    assert set(FIELDS) <= played.keys()
    assert (played["matches"], played["balls"]) == (MATCHES, (MATCHES - 1) * BALLS_A_MATCH)
    assert played["seconds"] > 0


async def test_every_match_was_a_session_that_ended_with_an_official_result(
    played: dict[str, Any], stack: Stack
) -> None:
    counted = await query(
        stack,
        "select type, count(*), count(distinct stream_id) from event where stream_kind = 'session'"
        " and type in ('SessionOpened', 'ResultMadeOfficial') and stream_id in (select stream_id from event"
        " where type = 'SessionOpened' and data->>'tournament' = $1) group by type order by type",
        played["tournament"],
    )
    assert counted == [("ResultMadeOfficial", MATCHES, MATCHES), ("SessionOpened", MATCHES, MATCHES)]


def test_a_whole_tournament_is_shown_to_read(pavilion: Pavilion, little: Path) -> None:
    done = pavilion("replay", little, "--season", "--day-seconds", DAY_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    for words in ("A League 2024", "1 Kites", "Semi Final 1", "Final", "Champion: Swifts"):
        assert words in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--abandoned", "Cranes v Owls"], "pavilion: Cranes v Owls: neither team plays in these matches"),
        (["--abandoned", "Kites"], 'pavilion: --abandoned "Kites": write it as "A v B"'),
    ],
)
def test_what_makes_no_season_is_said_in_one_line(
    pavilion: Pavilion, little: Path, arguments: list[str], said: str
) -> None:
    done = pavilion("replay", little, "--season", *arguments)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (2, "", said)


def test_a_season_needs_one_folder(pavilion: Pavilion, little: Path) -> None:
    done = pavilion("replay", little / "1.json", "--season")
    assert (done.returncode, done.stderr.strip()) == (
        2,
        "pavilion: --season takes one folder of Cricsheet files",
    )


@pytest.mark.cricsheet
@pytest.mark.timeout(SEASON_SECONDS + 30)
@pytest.mark.parametrize("year", YEARS)
def test_a_season_of_the_ipl_comes_to_the_official_table_the_finalists_and_the_champion(
    pavilion: Pavilion, year: str, whole_seasons: list[dict[str, Any]]
) -> None:
    folder = f"ipl-{year}"
    print(f"\nIPL {year}", file=sys.stderr)
    done = pavilion("replay", data.folder(folder), "--season", "--json", seconds=SEASON_SECONDS, shown=True)
    assert done.returncode == 0, done.stdout
    report = report_of(done)
    whole_seasons.append(report)
    print(f"IPL {year}: champion {report['champion']}; {counts([report])}", file=sys.stderr)

    (official,) = [competition for competition in COMPETITIONS if competition.folder == folder]
    compare(report["standings"], official)
    assert report["standings"] == standings(folder)
    assert {report["bracket"][-1]["home"], report["bracket"][-1]["away"]} == FINALISTS[year]
    assert report["champion"] == CHAMPIONS[folder]
    assert (report["matches"], report["mismatches"]) == (len(list(data.folder(folder).glob("*.json"))), [])
