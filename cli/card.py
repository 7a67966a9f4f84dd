"""A scorecard to read in the terminal."""

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from domain.match import figures
from domain.match.card_lines import BattingLine, Card, InningsCard
from domain.match.series import Over

WIDEST = 110
LABEL = "dim"
BARS = "▁▂▃▄▅▆▇█"
LONGEST_CHART_OVERS = 60


def render(card: Card, console: Console) -> None:
    """Print the card: heading, each innings, how it ended. 80 columns are enough; NO_COLOR is respected."""
    width = min(console.width, WIDEST)
    _heading(card, console, width)
    for innings in card.innings:
        console.print()
        _innings(innings, console, width)
    console.print()
    if card.bowl_out:
        console.print(_labelled("Bowl-out", _bowl_out(card)), width=width)
    console.print(Text(card.status, style="bold green" if card.result else "bold"), width=width)


def _heading(card: Card, console: Console, width: int) -> None:
    names = " v ".join(team.name for team in card.teams)
    number = f"Match {card.match_number}" if card.match_number is not None and not card.stage else card.stage
    date = f"{card.starts_at:%-d %B %Y}" if card.starts_at else None
    event = [card.tournament, card.season if card.tournament else None, number, card.group]
    place = [card.venue, card.city if card.city and card.city not in (card.venue or "") else None, date]
    console.print(Rule(Text(names, style="bold"), characters="═"), width=width)
    for line in (event, place, [card.toss]):
        text = " · ".join(part for part in line if part)
        if text:
            console.print(Text(text, style=LABEL, justify="center"), width=width)


def _innings(innings: InningsCard, console: Console, width: int) -> None:
    title = Text.assemble(
        (innings.title, "bold cyan"), "  ", (innings.score, "bold"), _overs_and_rate(innings)
    )
    console.print(Rule(title, align="left", characters="─"), width=width)
    if innings.batting:
        console.print(_batting(innings), width=width)
    for line in _under_batting(innings):
        console.print(Padding(line, (0, 1)), width=width)
    if innings.bowling:
        console.print(_bowling(innings), width=width)
    for line in _under_bowling(innings):
        console.print(Padding(line, (0, 1)), width=width)


def _overs_and_rate(innings: InningsCard) -> Text:
    if innings.forfeited:
        return Text()
    parts = [f"{innings.overs} ov"]
    if innings.limit is not None and innings.limit != innings.overs:
        parts[0] = f"{innings.overs}/{innings.limit} ov"
    if innings.run_rate is not None:
        parts.append(f"RR {innings.run_rate}")
    return Text(f" ({', '.join(parts)})", style=LABEL)


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=True, padding=(0, 1, 0, 0), header_style=LABEL)


def _figures(table: Table, *names: str) -> None:
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)


def _batting(innings: InningsCard) -> Table:
    timed = any(line.minutes for line in innings.batting)
    table = _table()
    table.add_column("Batting", no_wrap=True)
    table.add_column("", ratio=1, style=LABEL)
    _figures(table, "R", "B", *(["M"] if timed else []), "4s", "6s", "SR")
    for line in innings.batting:
        minutes = ["" if line.minutes is None else f"{line.minutes}"] if timed else []
        table.add_row(
            _batter(line),
            line.how_out,
            Text(f"{line.runs}", style="bold"),
            f"{line.balls}",
            *minutes,
            f"{line.fours}",
            f"{line.sixes}",
            "–" if line.strike_rate is None else f"{line.strike_rate}",
        )
    for absence in innings.absent:
        table.add_row(absence.player.name, absence.reason)
    table.add_row("Extras", f"{innings.extras}", f"{innings.extras.total}")
    table.add_row(Text("Total", style="bold"), _total(innings), Text(f"{innings.runs}", style="bold"))
    return table


def _batter(line: BattingLine) -> Text:
    marks = (" (c)" if line.captain else "") + (" †" if line.wicket_keeper else "")
    on_strike = " *" if line.on_strike else ""
    return Text(line.player.name + marks + on_strike, style="bold" if line.at_crease else "")


def _total(innings: InningsCard) -> str:
    wickets = "all out" if innings.all_out else figures.count(innings.wickets, "wicket")
    overs = "1 over" if innings.overs == "1" else f"{innings.overs} overs"
    return f"{wickets}{' declared' if innings.declared else ''}, {overs}"


def _bowling(innings: InningsCard) -> Table:
    table = _table()
    table.add_column("Bowling", no_wrap=True, ratio=1)
    _figures(table, "O", "M", "R", "W", "Econ", "0s", "4s", "6s", "WD", "NB")
    for line in innings.bowling:
        table.add_row(
            line.player.name,
            line.overs,
            f"{line.maidens}",
            f"{line.runs}",
            Text(f"{line.wickets}", style="bold"),
            "–" if line.economy is None else f"{line.economy}",
            f"{line.dots}",
            f"{line.fours}",
            f"{line.sixes}",
            f"{line.wides}",
            f"{line.no_balls}",
        )
    return table


def _labelled(label: str, text: str) -> Text:
    return Text.assemble((f"{label}: ", LABEL), text)


def _under_batting(innings: InningsCard) -> list[Text]:
    lines: list[Text] = []
    for label, players in (("Did not bat", innings.did_not_bat), ("Yet to bat", innings.yet_to_bat)):
        if players and innings.batting and not innings.super_over:
            lines.append(_labelled(label, ", ".join(player.name for player in players)))
    if innings.fall_of_wickets:
        falls = (
            f"{fall.wicket}-{fall.runs} ({fall.player.name}, {fall.over})" for fall in innings.fall_of_wickets
        )
        lines.append(_labelled("Fall of wickets", " · ".join(falls)))
    return lines


def _under_bowling(innings: InningsCard) -> list[Text]:
    lines: list[Text] = []
    for powerplay in innings.powerplays:
        split = powerplay.split
        span = f"{powerplay.first}–{powerplay.last}: {split.runs}/{split.wickets} (RR {split.run_rate})"
        lines.append(_labelled(f"Powerplay ({powerplay.kind})", span))
    last = innings.last_five_overs
    if last is not None and not innings.super_over:
        lines.append(_labelled("Last five overs", f"{last.runs}/{last.wickets} (RR {last.run_rate})"))
    best = max(innings.partnerships, key=lambda line: line.runs, default=None)
    if best is not None and not innings.super_over:
        pair = ", ".join(f"{one.player.name} {one.runs}" for one in best.contributions)
        unbroken = "*" if best.unbroken else ""
        lines.append(_labelled("Best partnership", f"{best.runs}{unbroken} off {best.balls} ({pair})"))
    lines += _chart(innings.overs_bowled)
    lines += _at_present(innings)
    return lines


def _chart(overs: tuple[Over, ...]) -> list[Text]:
    """The Manhattan: a bar an over, with the wickets beneath it."""
    if not 2 <= len(overs) <= LONGEST_CHART_OVERS:
        return []
    highest = max(1, *(over.runs for over in overs))
    bars = "".join(BARS[over.runs * (len(BARS) - 1) // highest] for over in overs)
    wickets = "".join(f"{over.wickets}" if over.wickets else "·" for over in overs)
    return [
        Text.assemble(("Runs an over   ", LABEL), (bars, "cyan"), (f"  best {highest}", LABEL)),
        Text.assemble(("Wickets        ", LABEL), (wickets, "red")),
    ]


def _at_present(innings: InningsCard) -> list[Text]:
    """What is being chased, or where it is heading, while the innings goes on."""
    lines: list[Text] = []
    chase = innings.chase
    if chase is not None:
        method = f" ({chase.method})" if chase.method else ""
        lines.append(_labelled("Target", f"{chase.target}{method}" + _required(innings)))
    if innings.projections:
        totals = " · ".join(f"{one.total} at {one.run_rate}" for one in innings.projections)
        lines.append(_labelled("Projected", totals))
    if innings.closed is None and innings.recent:
        lines.append(_labelled("Latest balls", "  ".join(innings.recent)))
    return lines


def _required(innings: InningsCard) -> str:
    chase = innings.chase
    if chase is None or innings.closed is not None:
        return ""
    needed = f" · {figures.count(chase.runs_needed, 'run')} needed"
    if chase.balls_left is not None:
        needed += f" in {figures.count(chase.balls_left, 'ball')} (RRR {chase.required_run_rate or '–'})"
    return needed + (f" · D/L par {chase.par}" if chase.par is not None else "")


def _bowl_out(card: Card) -> str:
    return " · ".join(
        f"{team.name} {sum(ball.hit for ball in card.bowl_out if ball.team == team)}" for team in card.teams
    )
