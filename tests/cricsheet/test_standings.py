"""The official tables, twice: the arithmetic alone, and the whole way through the engine and the command."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.standings import row_fields, standings
from domain.tournament.league import add_abandoned, tables
from domain.tournament.standings import standings as order_table
from domain.tournament.table_rules import ICC_WORLD_CUP, IPL, TableRules
from tests.cricsheet import data
from tests.cricsheet import summary_oracle as oracle

pytestmark = pytest.mark.cricsheet

SHORT_NAMES = {
    "CSK": "Chennai Super Kings",
    "DC": "Delhi Capitals",
    "GT": "Gujarat Titans",
    "KKR": "Kolkata Knight Riders",
    "LSG": "Lucknow Super Giants",
    "MI": "Mumbai Indians",
    "PBKS": "Punjab Kings",
    "RCB": "Royal Challengers Bangalore",
    "RR": "Rajasthan Royals",
    "SRH": "Sunrisers Hyderabad",
}
NAMES_THEN = {"ipl-2019": {"PBKS": "Kings XI Punjab"}, "ipl-2020": {"PBKS": "Kings XI Punjab"}}
"""What the official tables call by its later name."""


@dataclass(frozen=True)
class Competition:
    """A folder with its official table. ``missing``: why it has rows that cannot be held against it."""

    folder: str
    table: str
    rules: TableRules = IPL
    group: str | None = None
    abandoned: tuple[tuple[str, str], ...] = ()
    checkable: frozenset[str] | None = None
    whole: bool = True
    """Does the official table list every team?"""


COMPETITIONS = [
    *(Competition(f"ipl-{year}", f"ipl-{year}-points.csv") for year in range(2019, 2024)),
    Competition(
        "odiwc-men-2019",
        "odiwc-2019-points-final-7of10.csv",
        ICC_WORLD_CUP,
        abandoned=(("Pakistan", "Sri Lanka"), ("Bangladesh", "Sri Lanka"), ("India", "New Zealand")),
        whole=False,
    ),
    # Afghanistan's matches have no file, so only those who lost nothing but an abandoned match to it are whole.
    Competition(
        "t20wc-men-2022",
        "t20wc-2022-super12-points.csv",
        ICC_WORLD_CUP,
        group="1",
        abandoned=(("New Zealand", "Afghanistan"), ("Ireland", "Afghanistan"), ("England", "Australia")),
        checkable=frozenset({"New Zealand", "Ireland"}),
        whole=False,
    ),
    Competition("t20wc-men-2022", "t20wc-2022-super12-points.csv", ICC_WORLD_CUP, group="2", whole=False),
]
COUNTS = ("played", "won", "lost", "tied", "no_result", "points")


def official_rows(competition: Competition) -> list[dict[str, Any]]:
    """The official table in the fields of ``pavilion standings``; columns it leaves empty are left out."""
    names = SHORT_NAMES | NAMES_THEN.get(competition.folder, {})
    found = []
    for row in data.official(competition.table):
        if competition.group is not None and row["group"] != competition.group:
            continue
        fields: dict[str, Any] = {"team": names.get(row["team"], row["team"])}
        fields |= {name: int(row[name] or 0) for name in COUNTS}
        fields["net_run_rate"] = float(row.get("net_run_rate") or row["nrr"])
        fields |= {name: row[name].removesuffix(".0") for name in ("for", "against") if row[name]}
        found.append(fields)
    return found


def compare(rows: list[dict[str, Any]], competition: Competition) -> None:
    official = official_rows(competition)
    if competition.checkable is not None:
        official = [row for row in official if row["team"] in competition.checkable]
    assert official
    by_team = {row["team"]: row for row in rows}
    for row in official:
        assert {name: by_team[row["team"]][name] for name in row} == row
    listed = [row["team"] for row in official]
    assert [row["team"] for row in rows if row["team"] in listed] == listed
    if competition.whole:
        assert len(rows) == len(official)


competitions = pytest.mark.parametrize(
    "competition", COMPETITIONS, ids=lambda c: f"{c.folder}{'-group-' + c.group if c.group else ''}"
)


@competitions
def test_the_arithmetic_gives_the_official_table(competition: Competition) -> None:
    by_table = tables(oracle.season(data.folder(competition.folder)))
    add_abandoned(by_table, competition.abandoned, competition.group)
    rows = order_table(by_table[competition.group], competition.rules)
    compare([row_fields(row, competition.group, 6) for row in rows], competition)


@cache
def run(folder: str, *options: str) -> list[dict[str, Any]]:
    app = typer.Typer()
    app.command()(standings)
    result = CliRunner().invoke(app, [str(data.folder(folder)), *options, "--json"])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@competitions
def test_the_command_gives_the_official_table(competition: Competition) -> None:
    options = [word for pair in competition.abandoned for word in ("--abandoned", " v ".join(pair))]
    if competition.group is not None:
        options += ["--group", competition.group]
    compare(run(competition.folder, *options), competition)


def test_without_a_group_every_group_is_listed_in_the_order_of_play() -> None:
    rows = run("t20wc-men-2022")
    assert list(dict.fromkeys(row["group"] for row in rows)) == ["A", "B", "1", "2"]


def test_an_excluded_match_does_not_count() -> None:
    rows = run("ipl-2021", "--exclude", "1254058")
    assert sum(row["played"] for row in rows) == 2 * 55
