"""A finished tournament to read: its tables, its knockouts, its champion."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.table import Table

from cli.replay import show as show_replay
from cli.season_replay import SeasonReport

Json = dict[str, Any]


def show(report: SeasonReport, console: Console) -> None:
    """Everything a replayed season came to."""
    console.print(f"[bold]{report.plan.name} {report.plan.season}[/]\n", highlight=False)
    for group, rows in groupby(report.standings, lambda row: row.get("group")):
        console.print(points_table(list(rows), group), "")
    for line in knockout_lines(report.knockouts):
        console.print(line, highlight=False, soft_wrap=True)
    if report.champion:
        console.print(f"\nChampion: [bold]{report.champion}[/]\n", highlight=False)
    show_replay(report.replay, console)


def points_table(rows: Sequence[Json], group: str | None = None) -> Table:
    """Rows as ``pavilion standings --json`` has them."""
    table = Table(
        title=f"Group {group}" if group and len(group) < 3 else group,
        title_justify="left",
        box=None,
        pad_edge=False,
        collapse_padding=True,
        header_style="bold",
    )
    table.add_column("", justify="right")
    table.add_column("Team", no_wrap=True)
    for head in ("P", "W", "L", "T", "NR", "Pts", "NRR"):
        table.add_column(head, justify="right", no_wrap=True)
    counts = ("played", "won", "lost", "tied", "no_result", "points")
    for place, row in enumerate(rows, 1):
        table.add_row(
            str(place), row["team"], *(str(row[name]) for name in counts), f"{row['net_run_rate']:+.3f}"
        )
    return table


def knockout_lines(knockouts: Sequence[Json]) -> list[str]:
    """A line for each knockout: its name, the teams, how it ended."""
    width = max((len(match["name"]) for match in knockouts), default=0)
    return [
        f"[dim]{match['name']:<{width}}[/]  {match['home']} v {match['away']}: {match['result']}"
        for match in knockouts
    ]
