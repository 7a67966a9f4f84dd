"""`pavilion leaders`: batting and bowling aggregates of a folder of matches."""

import json
from fractions import Fraction
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.season import read_season, refuse, report
from cli.standings import DIRECTORY
from domain.tournament.leaders import BattingRecord, BowlingRecord
from domain.tournament.leaders import leaders as aggregate
from domain.tournament.match_summary import overs
from domain.tournament.net_run_rate import rounded


def leaders(
    directory: DIRECTORY,
    top: Annotated[int, typer.Option(min=1, help="Players shown in each table (not with --json).")] = 15,
    as_json: Annotated[bool, typer.Option("--json", help="Print all players as one JSON object.")] = False,
) -> None:
    """Print who made the runs and took the wickets in a folder of matches, playoffs included."""
    season = read_season(directory)
    if not season.matches:
        report(season.problems)
        raise refuse(f"no match files in {directory}")
    found = aggregate(sorted(season.matches, key=lambda match: str(match.played_on or "")))
    batting = [batting_fields(record) for record in found.batting]
    bowling = [bowling_fields(record) for record in found.bowling]
    if as_json:
        typer.echo(json.dumps({"batting": batting, "bowling": bowling}, ensure_ascii=False))
    else:
        console = Console()
        console.print(_table("Batting", BATTING_HEADS, batting[:top], console.width))
        console.print()
        console.print(_table("Bowling", BOWLING_HEADS, bowling[:top], console.width))
    report(season.problems)


def batting_fields(record: BattingRecord) -> dict[str, Any]:
    """The JSON object of a batter. ``highest`` as printed ("113*"); rates null where nothing divides."""
    return {
        "player": record.name,
        "team": record.team,
        "matches": record.matches,
        "innings": record.innings,
        "not_outs": record.not_outs,
        "runs": record.runs,
        "balls": record.balls,
        "highest": f"{record.highest or 0}{'*' if record.highest_not_out else ''}",
        "average": _number(record.average),
        "strike_rate": _number(record.strike_rate),
        "hundreds": record.hundreds,
        "fifties": record.fifties,
        "fours": record.fours,
        "sixes": record.sixes,
    }


def bowling_fields(record: BowlingRecord) -> dict[str, Any]:
    """The JSON object of a bowler. ``best`` as printed ("5/12"); rates null where nothing divides."""
    wickets, runs = record.best or (0, 0)
    return {
        "player": record.name,
        "team": record.team,
        "matches": record.matches,
        "innings": record.innings,
        "overs": overs(record.balls, record.balls_per_over),
        "balls": record.balls,
        "maidens": record.maidens,
        "runs": record.runs,
        "wickets": record.wickets,
        "best": f"{wickets}/{runs}",
        "average": _number(record.average),
        "economy": _number(record.economy),
        "strike_rate": _number(record.strike_rate),
        "four_wickets": record.four_wickets,
        "five_wickets": record.five_wickets,
        "dots": record.dots,
    }


BATTING_HEADS = {
    "player": "Batter",
    "team": "Team",
    "matches": "M",
    "innings": "I",
    "not_outs": "NO",
    "runs": "Runs",
    "balls": "Balls",
    "highest": "HS",
    "average": "Ave",
    "strike_rate": "SR",
    "hundreds": "100",
    "fifties": "50",
    "fours": "4s",
    "sixes": "6s",
}
BOWLING_HEADS = {
    "player": "Bowler",
    "team": "Team",
    "matches": "M",
    "innings": "I",
    "overs": "Overs",
    "maidens": "Mdns",
    "runs": "Runs",
    "wickets": "Wkts",
    "best": "Best",
    "average": "Ave",
    "economy": "Econ",
    "strike_rate": "SR",
    "four_wickets": "4w",
    "five_wickets": "5w",
    "dots": "Dots",
}

WIDE_ENOUGH_FOR_TEAMS = 120


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(rounded(value, 2))


def _table(title: str, heads: dict[str, str], rows: list[dict[str, Any]], width: int) -> Table:
    if width < WIDE_ENOUGH_FOR_TEAMS:
        heads = {field: head for field, head in heads.items() if field != "team"}
    table = Table(
        title=title,
        title_justify="left",
        box=None,
        pad_edge=False,
        collapse_padding=True,
        header_style="bold",
    )
    for field, head in heads.items():
        table.add_column(head, justify="left" if field in ("player", "team") else "right", no_wrap=True)
    for row in rows:
        table.add_row(*(_cell(row[field]) for field in heads))
    return table


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" if isinstance(value, float) else str(value)
