"""What the demo's tournament looks like on a terminal: a picture made from data alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cli.tournament_api import Json

WIDEST = 108
BAR_WIDTH = 36


@dataclass(frozen=True, slots=True)
class InPlay:
    """A match that is being played: who bats with which score, against whom, and what to say besides."""

    where: str
    score: str = ""
    against: str = ""
    note: str = ""


@dataclass(slots=True)
class View:
    """``rows`` are those of the API's table, ``moved`` the places each team has just gained (below 0: lost).

    ``next``: what comes next, a line each. ``counts``: what the whole has done so far, in words.
    """

    title: str
    phase: str = "draft"
    now: datetime | None = None
    rows: Sequence[Json] = ()
    moved: Mapping[str, int] = field(default_factory=dict[str, int])
    playing: Sequence[InPlay] = ()
    next: Sequence[str] = ()
    news: Sequence[Text] = ()
    official: int = 0
    matches: int = 0
    counts: str = ""


def picture(view: View, width: int) -> RenderableType:
    """The whole board, ``width`` columns at most."""
    parts: list[RenderableType] = []
    if view.rows:
        parts += [_table(view), Text()]
    if view.playing:
        parts += [_playing(view.playing), Text()]
    if view.next:
        parts += [*(Text.assemble(("next  ", "dim"), line) for line in view.next), Text()]
    if view.news:
        parts += [*view.news, Text()]
    parts.append(_progress(view))
    day = f" · {view.now:%-d %B %Y}" if view.now else ""
    title = f"[bold]{view.title}[/] · {view.phase}{day}"
    return Panel(Group(*parts), title=title, width=min(WIDEST, width), padding=(0, 1))


def _table(view: View) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("", justify="right")
    table.add_column("", width=1)
    table.add_column("", no_wrap=True)
    for head in ("P", "W", "L", "T", "NR", "Pts", "NRR"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in view.rows:
        moved = view.moved.get(row["team"], 0)
        arrow = Text("▲", "green") if moved > 0 else Text("▼", "red") if moved < 0 else Text()
        counts = (str(row[name]) for name in ("played", "won", "lost", "tied", "no_result"))
        points = Text(str(row["points"]), "bold")
        table.add_row(str(row["place"]), arrow, row["name"], *counts, points, row["net_run_rate"])
    return table


def _playing(matches: Sequence[InPlay]) -> Table:
    table = Table.grid(padding=(0, 2))
    for column in range(4):
        table.add_column(no_wrap=True, ratio=None if column < 3 else 1)
    for match in matches:
        table.add_row(
            Text(match.where, "dim"),
            Text(match.score, "bold cyan"),
            Text(match.against, "dim"),
            Text(match.note, "yellow"),
        )
    return table


def _progress(view: View) -> Table:
    grid = Table.grid(padding=(0, 2))
    bar = ProgressBar(total=max(1, view.matches), completed=view.official, width=BAR_WIDTH)
    said = f"{view.official} of {view.matches} results official" if view.matches else ""
    grid.add_row(bar, Text(" · ".join(part for part in (said, view.counts) if part), "dim"))
    return grid
