"""Batting and bowling lines of five IPL seasons against the cards that ESPN printed.

The cards name a match by its teams only, so the lines of all matches between two teams are held together.
Names are spelled differently ("HH Pandya", "Hardik Pandya"): one word in common is enough, given that the
figures are the same.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from tests.cricsheet import data, given

SEASONS = (2019, 2020, 2021, 2022, 2023)
SHORT = {
    "Chennai Super Kings": "CSK",
    "Delhi Capitals": "DC",
    "Gujarat Titans": "GT",
    "Kings XI Punjab": "PBKS",
    "Kolkata Knight Riders": "KKR",
    "Lucknow Super Giants": "LSG",
    "Mumbai Indians": "MI",
    "Punjab Kings": "PBKS",
    "Rajasthan Royals": "RR",
    "Royal Challengers Bangalore": "RCB",
    "Sunrisers Hyderabad": "SRH",
}
FORMER = {"KXIP": "PBKS"}
KNOWN_AS = {"PWH de Silva": "Wanindu Hasaranga"}

Teams = frozenset[str]
Figures = tuple[object, ...]


@pytest.mark.parametrize("season", SEASONS)
@pytest.mark.parametrize("kind", ["batting", "bowling"])
def test_every_line_equals_the_printed_card(season: int, kind: str) -> None:
    printed, ours = _printed(season, kind), _scored(season, kind)
    assert printed.keys() == ours.keys()
    for teams in printed:
        assert Counter(line for _, line in ours[teams]) == Counter(line for _, line in printed[teams]), teams


@pytest.mark.parametrize("season", SEASONS)
@pytest.mark.parametrize("kind", ["batting", "bowling"])
def test_every_line_belongs_to_the_player_the_card_names(season: int, kind: str) -> None:
    printed = _printed(season, kind)
    strangers = [
        (name, line)
        for teams, lines in _scored(season, kind).items()
        for name, line in lines
        if not any(line == other and _words(name) & _words(full) for full, other in printed[teams])
    ]
    assert strangers == []


def _words(name: str) -> set[str]:
    return {word for word in re.split(r"[^a-z]+", KNOWN_AS.get(name, name).lower()) if len(word) > 1}


def _scored(season: int, kind: str) -> dict[Teams, list[tuple[str, Figures]]]:
    lines: dict[Teams, list[tuple[str, Figures]]] = defaultdict(list)
    for path in given.files(f"ipl-{season}"):
        match = given.scored(path).line
        teams = frozenset(SHORT[team] for team in match["teams"])
        for innings in match["innings"]:
            if not innings["super_over"]:
                lines[teams].extend((line["player"], _figures(line)) for line in innings[kind])
    return lines


def _figures(line: dict) -> Figures:
    if "balls" in line:
        return line["runs"], line["balls"]
    return line["overs"].removesuffix(".0"), line["runs"], line["wickets"]


def _printed(season: int, kind: str) -> dict[Teams, list[tuple[str, Figures]]]:
    lines: dict[Teams, list[tuple[str, Figures]]] = defaultdict(list)
    for teams, row in _rows(season, kind):
        if kind == "bowling":
            figures: Figures = (row["overs"], int(row["conceded"]), int(row["wickets"]))
        elif row["ballsFaced"]:
            figures = (int(row["runs"]), int(row["ballsFaced"]))
        else:
            continue  # absent hurt: on the card, but without an innings
        lines[teams].append((row["fullName"], figures))
    return lines


def _rows(season: int, kind: str) -> Iterator[tuple[Teams, dict[str, str]]]:
    for row in data.official(f"espn-card-ipl-{season}-{kind}.csv"):
        yield frozenset(FORMER.get(team, team) for team in row["match_name"].split(" v ")), row
