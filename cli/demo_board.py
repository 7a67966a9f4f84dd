"""The tournament of the demo on a terminal: its table as it moves, the matches in play, what happened last.

Without a terminal every result is a line.
"""

from collections import deque
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cli.season_replay import in_words
from cli.tournament_api import Json
from handlers.match import Ack

FRAMES_A_SECOND = 8
WIDEST = 110
NEWS = 7
SHOWN_MATCHES = 8


class Board:
    """Everything on it but the scores has come through the event store, Kafka and the projector."""

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._title = title
        self._news: deque[Text] = deque(maxlen=NEWS)
        self._in_play: dict[str, Text] = {}
        self._told: set[str] = set()
        self._rows: list[Json] = []
        self._places: dict[str, int] = {}
        self._moved: dict[str, int] = {}
        self._official = self._matches = 0
        self._phase = "draft"
        self._now: datetime | None = None
        self._live = Live(
            console=console, refresh_per_second=FRAMES_A_SECOND, get_renderable=self._draw, transient=True
        )

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def say(self, words: str, style: str = "") -> None:
        """Something that happened."""
        line = Text(words, style)
        self._news.append(line)
        if not self._console.is_terminal:
            self._console.print(line, soft_wrap=True)

    def keep(self, words: str) -> None:
        """Something that happened and stays on the screen."""
        self._console.print(Text.assemble(("● ", "cyan"), words), soft_wrap=True)

    def played(self, fixture: Json, ack: Ack) -> None:
        """The API has answered to an entry of the scorer's."""
        summary = ack.summary
        if summary.score is not None:
            other = fixture["away"] if summary.batting == fixture["home"]["team"] else fixture["home"]
            needs = "" if summary.runs_needed is None else f", {summary.runs_needed} off {summary.balls_left}"
            self._in_play[fixture["node"]] = Text.assemble(
                (summary.score, "cyan"), (f" v {other['name']}{needs}", "dim")
            )

    def look(self, fixtures: list[Json], phase: str, rows: list[Json], now: datetime) -> None:
        """The read models as they are, and the time in the tournament."""
        self._matches, self._now = len(fixtures), now
        self._official = sum(fixture["status"] == "official" for fixture in fixtures)
        if phase != self._phase:
            self._phase = phase
            self.say(f"{now:%-d %B}: {phase}", "bold")
        self._take_rows(rows)
        for fixture in fixtures:
            if fixture["status"] == "official":
                self._in_play.pop(fixture["node"], None)
                if fixture["node"] not in self._told:
                    self._told.add(fixture["node"])
                    sides = f"{fixture['home']['name']} v {fixture['away']['name']}"
                    self.say(f"{now:%-d %b}  {_title(fixture)}{sides}: {in_words(fixture['result'])}")

    def _take_rows(self, rows: list[Json]) -> None:
        places = {row["team"]: place for place, row in enumerate(rows)}
        if places != self._places:
            self._moved = {team: self._places.get(team, place) - place for team, place in places.items()}
            self._places = places
        self._rows = rows

    # The board

    def _draw(self) -> RenderableType:
        width = min(WIDEST, self._console.width)
        day = f" · {self._now:%-d %B %Y}" if self._now else ""
        playing = list(self._in_play.values())[-SHOWN_MATCHES:]
        parts: list[RenderableType] = [self._table(), Text(), *playing]
        if playing:
            parts.append(Text())
        bar = ProgressBar(total=self._matches or 1, completed=self._official, width=40)
        count = Text(f"{self._official} of {self._matches} matches official", "dim")
        grid = Table.grid(padding=(0, 2))
        grid.add_row(bar, count)
        parts += [*self._news, Text(), grid]
        return Panel(Group(*parts), title=f"{self._title} · {self._phase}{day}", width=width, padding=(0, 1))

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column("")
        table.add_column("", width=1)
        table.add_column("Team", no_wrap=True)
        for head in ("P", "W", "L", "NR", "Pts", "NRR"):
            table.add_column(head, justify="right", no_wrap=True)
        for place, row in enumerate(self._rows, 1):
            moved = self._moved.get(row["team"], 0)
            arrow = Text("▲", "green") if moved > 0 else Text("▼", "red") if moved < 0 else Text()
            counts = (str(row[name]) for name in ("played", "won", "lost", "no_result"))
            points = Text(str(row["points"]), "bold")
            table.add_row(str(place), arrow, row["name"], *counts, points, str(row["net_run_rate"]))
        return table


def _title(fixture: Json) -> str:
    """A knockout by its name."""
    return "" if fixture["table"] else f"{fixture['name']}: "
