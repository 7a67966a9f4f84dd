"""How far a replay is, on stderr: a bar where there is a terminal, a line every few seconds where not."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from cli.replaying import Report

LINE_SECONDS = 5.0
REFRESH_SECONDS = 0.1


class Progress:
    """Call it with the report whenever that has changed."""

    def __init__(self, console: Console, matches: int, balls: int) -> None:
        self._console, self._matches, self._balls = console, matches, balls
        self._started = self._said = time.monotonic()
        self._bars = Bars(
            TextColumn("{task.description:<6}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}", style="dim"),
            console=console,
            transient=True,
            auto_refresh=False,
        )
        self._ball_bar = self._bars.add_task("balls", total=balls, note="")
        self._card_bar = self._bars.add_task("cards", total=matches, note="")

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._bars.stop()

    def __call__(self, report: Report) -> None:
        now = time.monotonic()
        done = report.checked == self._matches
        if now - self._said < (REFRESH_SECONDS if self._console.is_terminal else LINE_SECONDS) and not done:
            return
        self._said = now
        rate = f"{report.balls / (now - self._started):,.0f} a second"
        if not self._console.is_terminal:
            self._console.print(
                f"{now - self._started:6.1f} s  {report.balls}/{self._balls} balls, "
                f"{report.checked}/{self._matches} cards, {rate}",
                highlight=False,
            )
            return
        wrong = (
            f"[red]{len(report.mismatches)} mismatches[/]" if report.mismatches else "read back and checked"
        )
        self._bars.update(self._ball_bar, completed=report.balls, note=rate)
        self._bars.update(self._card_bar, completed=report.checked, note=wrong)
        self._bars.refresh()
