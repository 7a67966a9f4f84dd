"""What the engine makes of every match equals what the files say, as far as tables and lists need it."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from adapters.cricsheet.play import play_file
from domain.tournament.leaders import leaders
from domain.tournament.match_summary import BattingLine, BowlingLine, MatchSummary
from domain.tournament.net_run_rate import Rate, credits
from projections.summary import summarise_match
from tests.cricsheet import data, given
from tests.cricsheet import summary_oracle as oracle

pytestmark = pytest.mark.cricsheet

FOLDERS = [
    *(f"ipl-{year}" for year in range(2019, 2024)),
    "odiwc-men-2019",
    "t20wc-men-2007",
    "t20wc-men-2022",
    "wpl-2023",
    "hundred-men-2024",
    "t20-rare",
    "oneday-rare",
    "tests-rare",
    "firstclass-rare",
]


def decided(folder: str) -> list[Path]:
    """The matches whose result can be found."""
    files = sorted(data.folder(folder).glob("*.json"))
    return [path for path in files if f"{folder}/{path.stem}" != given.WITHOUT_ITS_TARGET]


@cache
def summaries(folder: str) -> list[MatchSummary]:
    return [
        summarise_match(play_file(path).state, path.stem, lambda team: team.name) for path in decided(folder)
    ]


def by_name(match: MatchSummary) -> list[tuple[set[BattingLine], set[BowlingLine]]]:
    """Batting and bowling lines of each innings, without what the files do not have: ids and dots."""
    return [
        (
            {replace(line, player="") for line in innings.batters},
            {replace(line, player="", dots=None) for line in innings.bowlers},
        )
        for innings in match.innings
    ]


@pytest.mark.parametrize("folder", FOLDERS)
def test_summaries_equal_the_files(folder: str) -> None:
    files = [oracle.summary(path) for path in decided(folder)]
    assert len(files) == len(summaries(folder)) > 0
    for ours, theirs in zip(summaries(folder), files, strict=True):
        assert (ours.id, ours.teams, ours.played_on) == (theirs.id, theirs.teams, theirs.played_on)
        assert (ours.stage, ours.group, ours.match_number) == (
            theirs.stage,
            theirs.group,
            theirs.match_number,
        )
        assert (ours.result.outcome, ours.result.winner) == (theirs.result.outcome, theirs.result.winner)
        assert by_name(ours) == by_name(theirs), ours.id
        if f"{folder}/{ours.id}" == given.BY_THE_STANDARD_EDITION:
            chase = theirs.innings[1]
            to_tie = Rate(chase.runs + (theirs.result.by_runs or 0), chase.balls)
            assert [credit.rate for credit in credits(ours)] == [to_tie, Rate(chase.runs, chase.balls)]
        else:
            assert credits(ours) == credits(theirs), ours.id


CAPS = {
    "ipl-2019": (("DA Warner", 692), ("Imran Tahir", 26)),
    "ipl-2020": (("KL Rahul", 670), ("K Rabada", 30)),
    "ipl-2021": (("RD Gaikwad", 635), ("HV Patel", 32)),
    "ipl-2022": (("JC Buttler", 863), ("YS Chahal", 27)),
    "ipl-2023": (("Shubman Gill", 890), ("Mohammed Shami", 28)),
}


@pytest.mark.parametrize("folder", CAPS)
def test_orange_and_purple_cap(folder: str) -> None:
    found = leaders(summaries(folder))
    batter, bowler = found.batting[0], found.bowling[0]
    assert ((batter.name, batter.runs), (bowler.name, bowler.wickets)) == CAPS[folder]


@pytest.mark.parametrize("folder", CAPS)
def test_season_runs_and_wickets_equal_the_published_cards(folder: str) -> None:
    """Names differ between the sources, so the sorted sums of all players are compared."""
    found = leaders(summaries(folder))
    runs: dict[str, int] = {}
    for row in data.official(f"espn-card-{folder}-batting.csv"):
        runs[row["fullName"]] = runs.get(row["fullName"], 0) + int(row["runs"])
    wickets: dict[str, int] = {}
    for row in data.official(f"espn-card-{folder}-bowling.csv"):
        wickets[row["fullName"]] = wickets.get(row["fullName"], 0) + int(row["wickets"])
    assert [record.runs for record in found.batting] == sorted(runs.values(), reverse=True)
    assert [record.wickets for record in found.bowling] == sorted(wickets.values(), reverse=True)
