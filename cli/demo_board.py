"""The board of the demo's tournament: its table as it moves, the matches in play, what comes next, the news.

Everything on it but the scores in play has come through the event store, Kafka and the projector. Without a
terminal there is no board; the news are lines.
"""

import time
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text

from cli.demo_view import InPlay, View, picture
from cli.matchday import starts_at
from cli.scoreboard import ECHO
from cli.season_replay import in_words
from cli.tournament_api import Json
from handlers.match import Ack

FRAMES_A_SECOND = 8
NEWS = 8
UPCOMING = 3
MOVED_SECONDS = 3.0
"""How long a row shows that it has moved."""


class Board:
    """Show it things; as a context it is on the screen."""

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._view = View(title)
        self._news: deque[Text] = deque(maxlen=NEWS)
        self._playing: dict[str, InPlay] = {}
        self._told: set[str] = set()
        self._moved_at = 0.0
        self._balls = 0
        self._first_ball_at: float | None = None
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

    def is_now(self, phase: str, now: datetime) -> None:
        """The phase of the tournament, and the time in it."""
        changed, self._view.phase, self._view.now = phase != self._view.phase, phase, now
        if changed:
            self.say(f"{now:%-d %b}  {self._view.title} is {phase}", "bold")

    def paying(self, paid: int, places: int) -> None:
        """How many of the places are paid for."""
        self._view.next = (f"entry fees: {paid} of {places} places are paid for",)

    def solving(self, progress: Json) -> None:
        """How far the solver of the fixtures is."""
        cost, bound = progress.get("cost"), progress.get("bound")
        best = f"best so far {cost:,}, bound {bound:,}" if cost is not None else progress.get("phase", "")
        self._view.next = (f"fixtures: the solver is at work: {best}",)

    # --- matches in play

    def scored(self, fixture: Json, ack: Ack, balls: int) -> None:
        """The API has taken ``balls`` balls, or something else of a match."""
        if balls and self._first_ball_at is None:
            self._first_ball_at = time.monotonic()
        self._balls += balls
        summary = ack.summary
        if summary.score is None:
            self._playing[fixture["node"]] = InPlay(_ground(fixture), " v ".join(_sides(fixture)))
            return
        other = fixture["away"] if summary.batting == fixture["home"]["team"] else fixture["home"]
        note = "" if summary.runs_needed is None else f"needs {summary.runs_needed} off {summary.balls_left}"
        if (summary.innings or 0) > 2:
            note = f"Super Over {note}".strip()
        self._playing[fixture["node"]] = InPlay(_ground(fixture), summary.score, f"v {other['name']}", note)

    def note(self, fixture: Json, words: str) -> None:
        """Something about a match in play, until its next ball."""
        known = self._playing[fixture["node"]]
        self._playing[fixture["node"]] = InPlay(known.where, known.score, known.against, words)

    def over(self, fixture: Json) -> None:
        """The match is over; its result is still to become official."""
        self._playing.pop(fixture["node"], None)

    # --- the tournament as it is read

    def look(self, tournament: Json, now: datetime) -> None:
        """The read model, with fixtures and standings, and the time in the tournament."""
        fixtures: list[Json] = tournament["fixtures"]
        view = self._view
        view.matches = len(fixtures)
        view.official = sum(fixture["status"] == "official" for fixture in fixtures)
        self._take_rows([row for table in tournament["standings"]["tables"][:1] for row in table["rows"]])
        for fixture in fixtures:
            if fixture["status"] == "official" and fixture["node"] not in self._told:
                self._told.add(fixture["node"])
                self.say(f"{now:%-d %b}  {_title(fixture)}{_result(fixture)}")
        view.next = tuple(_upcoming(fixtures, self._playing)) if view.matches else ()
        self.is_now(tournament["phase"], now)

    def _take_rows(self, rows: list[Json]) -> None:
        before = {row["team"]: row["place"] for row in self._view.rows}
        moved = {row["team"]: before.get(row["team"], row["place"]) - row["place"] for row in rows}
        if any(moved.values()) or time.monotonic() - self._moved_at > MOVED_SECONDS:
            self._view.moved = moved
            self._moved_at = time.monotonic()
        self._view.rows = rows

    def _draw(self) -> RenderableType:
        view = self._view
        view.playing, view.news = tuple(self._playing.values()), tuple(self._news)
        if self._first_ball_at is not None:
            seconds = max(1.0, time.monotonic() - self._first_ball_at)
            view.counts = f"{self._balls:,} balls, {self._balls / seconds:,.0f} a second"
        return picture(view, self._console.width - ECHO)


def _upcoming(fixtures: list[Json], playing: Iterable[str]) -> Iterable[str]:
    """The next matches whose teams are known, and the one after whose are not yet."""
    busy = set(playing)
    to_come = [
        one
        for one in fixtures
        if one["status"] in ("scheduled", "open") and one["starts_at"] and one["node"] not in busy
    ]
    for fixture in sorted(to_come, key=starts_at)[:UPCOMING]:
        sides = [side["name"] if side else source for side, source in _places(fixture)]
        yield f"{starts_at(fixture):%-d %b %H:%M}  {_title(fixture)}{' v '.join(sides)}, {_ground(fixture)}"


def _places(fixture: Json) -> list[tuple[Json | None, str]]:
    return [(fixture["home"], fixture["home_from"]), (fixture["away"], fixture["away_from"])]


def _sides(fixture: Json) -> list[str]:
    return [fixture["home"]["name"], fixture["away"]["name"]]


def _result(fixture: Json) -> str:
    """Who beat whom and how; both and what came of it, where nobody won."""
    words, winner = in_words(fixture["result"]), fixture["result"]["winner"]
    if winner is None:
        return f"{' v '.join(_sides(fixture))}: {words}"
    (beaten,) = (name for name in _sides(fixture) if name != winner["name"])
    return f"{words} against {beaten}"


def _ground(fixture: Json) -> str:
    return fixture["ground"]["name"] if fixture["ground"] else ""


def _title(fixture: Json) -> str:
    """A knockout by its name."""
    return "" if fixture["table"] else f"{fixture['name']}: "
