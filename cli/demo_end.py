"""What the demo says when it is over: what it came to, what went through Kafka, where things are, what to try."""

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.card import render
from cli.demo_books import Books, Line
from cli.demo_outcome import Outcome
from cli.script import Script
from cli.season_replay import knockouts
from cli.season_show import knockout_lines
from domain.match.card_lines import Card
from domain.money.money import Money, total
from projections.card_score import card_score, differences
from stack.stack import Addresses

PATH = "API → Postgres → Temporal's relay → Kafka → projector"


# --- a match


def show_pipeline(
    console: Console, script: Script, card: Card, before: Counter[str], after: Counter[str]
) -> bool:
    """The messages of each topic, and whether the card is the one that the engine finds by itself."""
    console.print()
    console.print(_topics(before, after, "of this match"))
    console.print()
    wrong = list(differences(script.score, card_score(card, script.name)))
    if not wrong:
        console.print(f"[green]✓[/] {card.version} events through {PATH}: the card is right in every figure")
    for each in wrong:
        console.print(f"[red]✗[/] {each.where}: expected {each.expected}, got {each.got}")
    return not wrong


def show_next_steps(console: Console, addresses: Addresses, match_id: UUID) -> None:
    """URLs, and three commands that can be copied."""
    match = f"{addresses.api_url}/v1/matches/{match_id}"
    places = {"This match": match, "Its events": f"{match}/events"}
    curl = 'curl -sH "Authorization: Bearer $TOKEN" $MATCH'
    commands = (
        f"TOKEN=$({_pavilion()} token) MATCH={match}",
        f"{curl}/scorecard | python3 -m json.tool | less",
        f"{curl}/export > match.json && {_pavilion()} score match.json",
        f"{_pavilion()} replay match.json",
    )
    _show_steps(console, addresses, places, commands)


# --- a tournament


def show_tournament(console: Console, outcome: Outcome, before: Counter[str], after: Counter[str]) -> None:
    """The final's card, the table, the bracket, the champion and the books."""
    if outcome.card is not None:
        render(outcome.card, console)
    console.print()
    console.print(final_table(outcome))
    console.print()
    for line in knockout_lines(list(knockouts(outcome.bracket))):
        console.print(line, soft_wrap=True)
    console.print(f"\nChampion: [bold green]{outcome.champion}[/]\n")
    for words in outcome.happened.values():
        console.print(Text.assemble(("● ", "yellow"), words), soft_wrap=True)
    console.print()
    console.print(_topics(before, after, "of this tournament"))
    console.print()
    _say_of_cards(console, outcome)
    if outcome.books is not None:
        show_books(console, outcome.books)


def final_table(outcome: Outcome) -> Table:
    """The table of the league, and why each team stands above the next."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("", justify="right")
    table.add_column("", no_wrap=True)
    for head in ("P", "W", "L", "T", "NR", "Pts", "NRR"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("above the next by", style="dim")
    counts = ("played", "won", "lost", "tied", "no_result", "points", "net_run_rate")
    for row in outcome.rows:
        figures = (str(row[name]) for name in counts)
        table.add_row(str(row["place"]), row["name"], *figures, row["above_next"] or "")
    return table


def show_books(console: Console, books: Books) -> None:
    """The ledger of the tournament, and whether it holds."""
    console.print()
    for currency in dict.fromkeys(line.debits.currency for line in books.lines):
        console.print(ledger_table(books.lines, currency))
        console.print()
    for check in books.checks:
        console.print(
            f"[green]✓[/] {check.words}" if check.holds else f"[red]✗[/] {check.words}", soft_wrap=True
        )


def ledger_table(lines: Sequence[Line], currency: str) -> Table:
    """Accounts with what was posted to them in a currency, and the sums."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column(f"Ledger of the tournament, {currency.upper()}", no_wrap=True)
    for head in ("debits", "credits", "balance"):
        table.add_column(head, justify="right", no_wrap=True)
    rows = [line for line in lines if line.debits.currency == currency]
    for line in rows:
        name = " ".join(part for part in (line.account.kind, line.account.party) if part)
        table.add_row(name, *map(_figure, (line.debits, line.credits, line.balance)))
    columns = zip(*([line.debits, line.credits, line.balance] for line in rows), strict=True)
    table.add_row("sum", *(_figure(total(column, currency)) for column in columns), style="bold")
    return table


def _figure(money: Money) -> str:
    """An amount without its currency."""
    return str(money).rpartition(" ")[0]


def _say_of_cards(console: Console, outcome: Outcome) -> None:
    rate = outcome.balls / outcome.seconds
    console.print(
        f"{outcome.matches} matches and {outcome.balls:,} balls in {outcome.seconds:.0f} s "
        f"({rate:,.0f} balls a second, registration and fixtures included)"
    )
    if not outcome.wrong:
        console.print(
            f"[green]✓[/] every ball through {PATH}:\n"
            f"  all {outcome.cards} cards are the engine's own in every figure",
            soft_wrap=True,
        )
    for node, wrong in outcome.wrong.items():
        for each in wrong or ():
            console.print(f"[red]✗[/] {node} {each.where}: expected {each.expected}, got {each.got}")
        if wrong is None:
            console.print(f"[red]✗[/] {node}: the card has not come out of Kafka; try `pavilion status`")


def show_next_tournament_steps(console: Console, addresses: Addresses, outcome: Outcome) -> None:
    """URLs, and three commands that can be copied."""
    tournament = f"{addresses.api_url}/v1/tournaments/{outcome.tournament}"
    places = {"Tournament": tournament, "Its final": f"{addresses.api_url}/v1/matches/{outcome.final}"}
    curl = 'curl -sH "Authorization: Bearer $TOKEN" $CUP'
    commands = (
        f"TOKEN=$({_pavilion()} token) CUP={tournament}",
        f"{curl}/standings | python3 -m json.tool | less",
        f"{curl}/calendar.ics",
        f"{_pavilion()} demo --match",
    )
    _show_steps(console, addresses, places, commands)


# --- both


def _topics(before: Counter[str], after: Counter[str], of_this: str) -> Table:
    table = Table("Kafka topic", box=None, pad_edge=False, header_style="dim")
    table.add_column("messages", justify="right")
    table.add_column(of_this, justify="right")
    for topic, messages in after.items():
        if messages:
            table.add_row(topic, f"{messages:,}", f"{messages - before[topic]:,}")
    return table


def _show_steps(
    console: Console, addresses: Addresses, places: Mapping[str, str], commands: tuple[str, ...]
) -> None:
    always = {
        "API docs": f"{addresses.api_url}/docs",
        "Temporal UI": f"{addresses.temporal_ui_url}/namespaces/default/workflows",
    }
    console.print()
    for name, place in {**always, **places}.items():
        console.print(f"[dim]{name:<12}[/] {place}", soft_wrap=True)
    console.print("\n[dim]Try next, with a token of your own (it lasts 12 hours):[/]")
    for command in commands:
        console.print(f"  {command}", soft_wrap=True, markup=False)
    console.print("\nEverything stays up; [bold]make down[/] stops it.")


def _pavilion() -> str:
    return "uv run pavilion" if shutil.which("uv") else ".venv/bin/pavilion"
