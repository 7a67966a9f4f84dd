"""`pavilion demo`: the whole of Pavilion on this machine, with a tournament or a match to watch."""

import asyncio
import random
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from cli.script import Script
    from stack.stack import Addresses

SEEDS = 10_000
FAILED = 1
BAD_INPUT = 2
INTERRUPTED = 130


def demo(
    file: Annotated[
        Path | None, typer.Argument(help="Play the match of a Cricsheet file instead.", metavar="[FILE]")
    ] = None,
    match: Annotated[bool, typer.Option("--match", help="Play one match that is made up instead.")] = False,
    seed: Annotated[int | None, typer.Option(help="The same seed plays the same cricket.")] = None,
    speed: Annotated[
        float | None,
        typer.Option(
            min=0, help="A match's balls a second; 0: as fast as they are taken.", show_default="25 s a match"
        ),
    ] = None,
) -> None:
    """Start everything and play a tournament through it, from the entries of eight clubs to the champion.

    Everything goes in over HTTP; what you see has come out of the event store, Kafka and the projector. The
    stack stays up afterwards; `pavilion down` stops it.
    """
    from rich.console import Console

    from cli.client import ApiProblem, ApiUnreachable
    from cli.matchday import StandsStill

    errors, console = Console(stderr=True), Console(highlight=False)
    if file is None and seed is None:
        seed = random.randrange(SEEDS)  # noqa: S311 - cricket, not secrets
    script = choose(file, seed, console) if file is not None or match else None
    addresses = start(errors)
    console.print()
    try:
        if script is not None:
            played = asyncio.run(show(script, addresses, console, speed))
        else:
            played = asyncio.run(show_tournament(addresses, console, seed or 0))
    except KeyboardInterrupt:
        console.print("stopped; what was sent is kept, and the stack stays up: `make down` stops it")
        raise typer.Exit(INTERRUPTED) from None
    except (ApiProblem, ApiUnreachable, StandsStill, TimeoutError) as problem:
        errors.print(f"pavilion: the demo could not be played: {problem}", markup=False)
        raise typer.Exit(FAILED) from None
    raise typer.Exit(0 if played else FAILED)


def choose(file: Path | None, seed: int | None, console: "Console") -> "Script":
    """The match to play: the file's, or one that the simulator thinks out."""
    from adapters.cricsheet.document import SourceProblem
    from cli.script import script_of_commands, script_of_file
    from cli.simulator import simulate

    if file is None:
        seed = seed or 0
        console.print(f"[dim]A simulated match, different each time; this one again: --seed {seed}[/]")
        return script_of_commands(f"seed {seed}", list(simulate(seed)))
    try:
        return script_of_file(file)
    except SourceProblem as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(BAD_INPUT) from None


def start(errors: "Console") -> "Addresses":
    """The stack, started where it does not run yet."""
    from cli.progress import Steps
    from stack.stack import Stack

    try:
        with Steps(errors) as steps:
            return Stack.whole().up(steps)
    except KeyboardInterrupt:
        errors.print("pavilion: interrupted; what was started is stopped again")
        raise typer.Exit(INTERRUPTED) from None


async def show(script: "Script", addresses: "Addresses", console: "Console", speed: float | None) -> bool:
    """Play the match, show what came out, and say what to try next; whether the card is as it must be."""
    from adapters.kafka.counts import message_counts
    from cli import demo_end
    from cli.card import render
    from cli.connection import connect
    from cli.live_match import LiveMatch
    from cli.scoreboard import Scoreboard

    kafka = addresses.kafka_bootstrap or ""
    before = await message_counts(kafka)
    async with connect() as client:
        match = LiveMatch(client, script)
        with Scoreboard(console, " v ".join(script.score["teams"])) as board:
            card = await match.play(board, speed)
    if card is None:
        console.print(
            "[red]✗[/] the card has not come out of Kafka; `pavilion status` tells what is not running"
        )
        return False
    console.print()
    render(card, console)
    same = demo_end.show_pipeline(console, script, card, before, await message_counts(kafka))
    demo_end.show_next_steps(console, addresses, match.id)
    return same


async def show_tournament(addresses: "Addresses", console: "Console", seed: int) -> bool:
    """Play the tournament, show what it came to, and say what to try next; whether the final's card is right."""
    from adapters.kafka.counts import message_counts
    from cli import demo_end
    from cli.card import render
    from cli.connection import connect
    from cli.demo_board import Board
    from cli.demo_tournament import NAME, DemoTournament

    console.print(f"[dim]A made-up tournament, different each time; this one again: --seed {seed}[/]")
    kafka = addresses.kafka_bootstrap or ""
    before = await message_counts(kafka)
    async with connect() as client:
        with Board(console, NAME) as board:
            outcome = await DemoTournament(client, board, seed).run()
    demo_end.show_tournament(console, outcome)
    if outcome.card is None or outcome.script is None or outcome.final is None:
        console.print("[red]✗[/] the card of the final has not come out of Kafka; see `pavilion status`")
        return False
    render(outcome.card, console)
    after = await message_counts(kafka)
    same = demo_end.show_pipeline(console, outcome.script, outcome.card, before, after, "this tournament")
    demo_end.show_next_steps(console, addresses, outcome.final, outcome.tournament)
    return same
