"""What the demo says when the match is over: what went through Kafka, where things are, what to try."""

import shutil
from collections import Counter
from uuid import UUID

from rich.console import Console
from rich.table import Table

from cli.demo_tournament import Outcome
from cli.script import Script
from cli.season_show import knockout_lines, points_table
from domain.match.card_lines import Card
from projections.card_score import card_score, differences
from stack.stack import Addresses


def show_pipeline(
    console: Console,
    script: Script,
    card: Card,
    before: Counter[str],
    after: Counter[str],
    of: str = "this match",
) -> bool:
    """The messages of each topic, and whether the card is the one that the engine finds by itself."""
    console.print()
    table = Table("Kafka topic", box=None, pad_edge=False, header_style="dim")
    table.add_column("messages", justify="right")
    table.add_column(f"of {of}", justify="right")
    for topic, messages in after.items():
        if messages:
            table.add_row(topic, f"{messages:,}", f"{messages - before[topic]:,}")
    console.print(table)
    console.print()
    wrong = list(differences(script.score, card_score(card, script.name)))
    if not wrong:
        path = "API → Postgres → Temporal's relay → Kafka → projector"
        console.print(f"[green]✓[/] {card.version} events through {path}: the card is right in every figure")
    for each in wrong:
        console.print(f"[red]✗[/] {each.where}: expected {each.expected}, got {each.got}")
    return not wrong


def show_tournament(console: Console, outcome: Outcome) -> None:
    """The last table, the knockouts and the champion."""
    console.print(points_table(outcome.rows), "")
    for line in knockout_lines(outcome.knockouts):
        console.print(line, soft_wrap=True)
    console.print(
        f"\n[bold green]{outcome.champion} are the champions[/] "
        f"[dim]after {outcome.matches} matches and {outcome.balls:,} balls[/]\n"
    )


def show_next_steps(
    console: Console, addresses: Addresses, match_id: UUID, tournament_id: UUID | None = None
) -> None:
    """URLs, and three commands that can be copied."""
    match = f"{addresses.api_url}/v1/matches/{match_id}"
    tournament = f"{addresses.api_url}/v1/tournaments/{tournament_id}"
    places = {
        "API docs": f"{addresses.api_url}/docs",
        "Temporal UI": f"{addresses.temporal_ui_url}/namespaces/default/workflows",
        **({"Tournament": tournament} if tournament_id else {}),
        "The final" if tournament_id else "This match": match,
        "Its events": f"{match}/events",
    }
    pavilion = "uv run pavilion" if shutil.which("uv") else ".venv/bin/pavilion"
    curl = 'curl -sH "Authorization: Bearer $TOKEN"'
    commands = (
        f"TOKEN=$({pavilion} token) MATCH={match}" + (f" TOURNAMENT={tournament}" if tournament_id else ""),
        f"{curl} $TOURNAMENT/standings | python3 -m json.tool | less"
        if tournament_id
        else f"{curl} $MATCH/scorecard | python3 -m json.tool | less",
        f"{curl} $MATCH/export > match.json && {pavilion} score match.json",
        f"{pavilion} replay match.json",
    )
    console.print()
    for name, place in places.items():
        console.print(f"[dim]{name:<12}[/] {place}", soft_wrap=True)
    console.print("\n[dim]Try next, with a token of your own (it lasts 12 hours):[/]")
    for command in commands:
        console.print(f"  {command}", soft_wrap=True, markup=False)
    console.print("\nEverything stays up; [bold]make down[/] stops it.")
