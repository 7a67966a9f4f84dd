"""A match in progress, as the demo shows it: a scoreboard on a terminal, a line for each over elsewhere."""

from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cli.card import BARS
from domain.match.card_lines import BattingLine, Card, InningsCard
from domain.match.figures import count
from handlers.match import Ack

WIDEST = 90
NAME_WIDTH = 22
ECHO = 2
"""Columns left free: the terminal writes ^C there when the demo is stopped; in the last column that would be a
line more, and a line of the board would stay."""
FIFTY = 50
FRAMES_A_SECOND = 12
SHOWN_OVERS = 50
LOWEST_BAR = 8
"""Runs an over that reach the top of the chart while none had more."""
BALL_STYLES = {"W": "not dim bold red", "6": "not dim bold magenta", "4": "not dim bold green"}


class Scoreboard:
    """Shows what the read model says, beside what the API answered last.

    Everything on it but the last line has come through the event store, Kafka and the projector.
    """

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._title = title
        self._told: set[tuple[object, ...]] = set()
        self._ack: Ack | None = None
        self._card: Card | None = None
        self._bowler: str | None = None
        self._balls = 0
        self._milliseconds = 0.0
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

    def recorded(self, ack: Ack, milliseconds: float | None) -> None:
        """The API has answered; ``milliseconds`` is the time a ball took, None for what is no ball."""
        self._ack = ack
        self._bowler = ack.summary.bowler or self._bowler
        if milliseconds is not None:
            self._balls += 1
            self._milliseconds += milliseconds

    def read(self, card: Card) -> None:
        """The read model has this card now."""
        self._card = card
        for line in self._news(card):
            self._console.print(line, width=min(WIDEST, self._console.width))

    # What is worth a line of its own

    def _news(self, card: Card) -> list[Text]:
        news: list[Text] = []
        for innings in card.innings:
            news += self._falls(innings)
            news += self._fifties(innings)
            if not self._console.is_terminal:
                news += self._overs(innings)
            if innings.closed and self._first(innings.number, "closed"):
                news.append(
                    Text(f"        {innings.batting_team.name} {innings.score} ({innings.overs} ov)", "bold")
                )
        return news

    def _first(self, *what: object) -> bool:
        new = what not in self._told
        self._told.add(what)
        return new

    def _falls(self, innings: InningsCard) -> list[Text]:
        news: list[Text] = []
        lines = {line.player.id: line for line in innings.batting}
        for fall in innings.fall_of_wickets:
            if self._first(innings.number, "fall", fall.wicket):
                line = lines.get(fall.player.id)
                how = f" {line.how_out} {line.runs} ({line.balls})" if line else ""
                news.append(
                    Text.assemble(
                        (f"{fall.over:>6}  ", "dim"),
                        ("WICKET  ", "bold red"),
                        f"{fall.player.name}{how}",
                        (f"  {fall.wicket}-{fall.runs}", "dim"),
                    )
                )
        return news

    def _fifties(self, innings: InningsCard) -> list[Text]:
        news: list[Text] = []
        for line in innings.batting:
            fifties = line.runs // FIFTY * FIFTY
            if fifties and self._first(innings.number, "fifty", line.player.id, fifties):
                over = f"{innings.overs:>6}  "
                said = f"{line.player.name} reaches {fifties} off {count(line.balls, 'ball')}"
                news.append(Text.assemble((over, "dim"), (f"{fifties:<8}", "bold yellow"), said))
        return news

    def _overs(self, innings: InningsCard) -> list[Text]:
        """Each over that is complete, for those who see no scoreboard."""
        news: list[Text] = []
        whole = int(innings.overs.partition(".")[0])
        for over in innings.overs_bowled:
            if over.over <= whole and self._first(innings.number, "over", over.over):
                score = f"{innings.batting_team.name} {over.total}/{over.wickets_down}"
                news.append(Text(f"{over.over:>6}  {score:<32} {' '.join(over.balls)}"))
        return news

    # The board

    def _draw(self) -> RenderableType:
        width = min(WIDEST, self._console.width - ECHO)
        if self._card is None:
            body: RenderableType = Text("waiting for the first event to come out of Kafka …", style="dim")
        else:
            body = Group(*_board(self._card, self._bowler))
        return Panel(Group(body, Text(), self._pulse()), title=self._title, width=width, padding=(0, 1))

    def _pulse(self) -> Text:
        """What the pipeline is doing."""
        if self._ack is None:
            return Text()
        average = self._milliseconds / self._balls if self._balls else 0.0
        behind = self._ack.version - (self._card.version if self._card else 0)
        lag = "up to date" if behind <= 0 else f"{count(behind, 'event')} behind"
        said = f"{count(self._balls, 'ball')} over HTTP, {average:.1f} ms each · read model {lag}"
        return Text(said, style="dim")


def _board(card: Card, bowler: str | None) -> list[RenderableType]:
    if not card.innings:
        return [Text(card.toss or card.status, style="dim")]
    *before, now = card.innings
    lines: list[RenderableType] = [
        Text(f"{each.batting_team.name} {each.score} ({each.overs})", style="dim") for each in before
    ]
    lines.append(Text.assemble((f"{now.batting_team.name} {now.score}", "bold cyan"), f"  ({now.overs} ov)"))
    lines += [_state(card, now), Text(), _people(now, bowler), Text()]
    return [*lines, *_chart(now), _latest(now)]


def _chart(innings: InningsCard) -> list[Text]:
    """The latest overs as a Manhattan, with the wickets beneath it."""
    overs = innings.overs_bowled[-SHOWN_OVERS:]
    if not overs:
        return []
    highest = max(LOWEST_BAR, *(over.runs for over in overs))
    bars = "".join(BARS[over.runs * (len(BARS) - 1) // highest] for over in overs)
    fell = "".join(f"{over.wickets}" if over.wickets else " " for over in overs)
    return [
        Text.assemble(("runs an over  ", "dim"), (bars, "cyan")),
        Text.assemble(("wickets       ", "dim"), (fell, "red")),
    ]


def _latest(innings: InningsCard) -> Text:
    line = Text("latest balls  ", style="dim")
    for label in innings.recent:
        style = next((style for mark, style in BALL_STYLES.items() if mark in label), "not dim")
        line.append(label, style=style).append("  ")
    return line


def _state(card: Card, innings: InningsCard) -> Text:
    rate = f"run rate {innings.run_rate}" if innings.run_rate is not None else ""
    chase = innings.chase
    if card.result is not None:
        return Text(card.status, style="bold green")
    if chase is None:
        projected = f" · {innings.projections[0].total} at this rate" if innings.projections else ""
        return Text(rate + projected, style="dim")
    left = f" off {count(chase.balls_left, 'ball')}" if chase.balls_left is not None else ""
    needed = f"{count(chase.runs_needed, 'run')} needed{left}, {chase.required_run_rate or '–'} an over"
    return Text.assemble((needed, "yellow"), (f"  {rate}", "dim"))


def _people(innings: InningsCard, bowler: str | None) -> Table:
    """The two at the crease, and who bowls to them."""
    table = Table.grid(padding=(0, 2))
    batters = [line for line in innings.batting if line.at_crease]
    bowling = next((line for line in innings.bowling if line.player.id == bowler), None)
    for place in range(2):
        line = batters[place] if place < len(batters) else None
        figures: list[RenderableType] = ["", ""]
        if place == 0 and bowling is not None:
            spell = f"{bowling.overs}-{bowling.maidens}-{bowling.runs}-{bowling.wickets}"
            figures = [Text(bowling.player.name, "bold"), spell]
        table.add_row(*_batter(line), *figures)
    return table


def _batter(line: BattingLine | None) -> tuple[Text, str, str]:
    if line is None:
        return Text(" " * NAME_WIDTH), "", ""
    name = Text(f"{line.player.name}{' *' if line.on_strike else ''}".ljust(NAME_WIDTH))
    name.stylize("bold" if line.on_strike else "")
    return name, f"{line.runs} ({line.balls})", f"4s {line.fours}  6s {line.sixes}"
