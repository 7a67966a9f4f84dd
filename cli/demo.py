"""`pavilion demo`: the whole of Pavilion on this machine, with a tournament or a match to watch."""

import asyncio
import json
import random
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from cli.demo_stripe import DemoStripe
    from cli.script import Script
    from stack.stack import Addresses

SEEDS = 10_000
FAILED = 1
BAD_INPUT = 2
INTERRUPTED = 130


def demo(
    file: Annotated[
        Path | None, typer.Argument(help="A Cricsheet file to play instead.", metavar="[FILE]")
    ] = None,
    match: Annotated[bool, typer.Option("--match", help="One simulated match instead.")] = False,
    teams: Annotated[int, typer.Option(min=4, max=8, help="Clubs in the tournament.")] = 8,
    seed: Annotated[
        int | None, typer.Option(help="The same seed draws the same tournament and plays the same match.")
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Of one match: balls a second; 0: as fast as they are taken.",
            show_default="25 s a match",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="What the tournament came to as JSON; all else goes to stderr.")
    ] = False,
) -> None:
    """Start everything, play a tournament through it, and read table, cards and books back at the other end.

    Clubs enter and pay their fees, the fixtures are drawn and solved, matches are played several at once and
    their results confirmed, up to the champion and the prize money. All of it goes in over HTTP; what you see
    has come out of the event store, Kafka and the projector. The stack stays up afterwards; `pavilion down` stops it.
    """
    from rich.console import Console

    errors = Console(stderr=True, highlight=False)
    console = errors if as_json else Console(highlight=False)
    one = file is not None or match
    if one and as_json:
        raise typer.BadParameter("--json is about a tournament", param_hint="--json")
    if speed is not None and not one:
        raise typer.BadParameter("--speed is about one match: add --match or a file", param_hint="--speed")
    seed = random.randrange(SEEDS) if seed is None else seed  # noqa: S311 - cricket, not secrets
    script = choose(file, seed, console) if one else None
    addresses = start(errors)
    console.print()
    if script is not None:
        played = run(show_match(script, addresses, console, speed), console, errors)
    else:
        console.print(
            f"[dim]A tournament of {teams} clubs, different each time; this one again: --seed {seed}[/]"
        )
        played = run(show_tournament(seed, teams, addresses, console, as_json), console, errors)
    raise typer.Exit(0 if played else FAILED)


def choose(file: Path | None, seed: int, console: "Console") -> "Script":
    """The match to play: the file's, or one that the simulator thinks out."""
    from adapters.cricsheet.document import SourceProblem
    from cli.script import script_of_commands, script_of_file
    from cli.simulator import simulate

    if file is None:
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


def run(showing: Coroutine[Any, Any, bool], console: "Console", errors: "Console") -> bool:
    """Whether what is shown went well; a line and an exit code where it can't go on."""
    from cli.client import ApiProblem, ApiUnreachable
    from cli.demo_scorer import NeverCame
    from cli.matchday import StandsStill
    from cli.tournament_api import NotSolved

    try:
        return asyncio.run(showing)
    except KeyboardInterrupt:
        console.print(
            "stopped; the balls that were sent are kept, and the stack stays up: `make down` stops it",
            soft_wrap=True,
        )
        raise typer.Exit(INTERRUPTED) from None
    except (ApiProblem, ApiUnreachable, NeverCame, NotSolved, StandsStill) as problem:
        errors.print(f"pavilion: it could not be played: {problem}", markup=False)
        raise typer.Exit(FAILED) from None


async def show_match(
    script: "Script", addresses: "Addresses", console: "Console", speed: float | None
) -> bool:
    """Play the match, show what came out, and say what to try next; whether the card is as it must be."""
    from adapters.kafka.counts import message_counts
    from cli import demo_end
    from cli.card import render
    from cli.connection import connect
    from cli.demo_gateway import by_gateway
    from cli.live_match import LiveMatch
    from cli.scoreboard import Scoreboard

    kafka = addresses.kafka_bootstrap or ""
    before = await message_counts(kafka)
    async with by_gateway(console, addresses), connect() as client:
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


async def show_tournament(
    seed: int, teams: int, addresses: "Addresses", console: "Console", as_json: bool
) -> bool:
    """Play the tournament and show what it came to; whether every card and every amount is as it must be."""
    from adapters.kafka.counts import message_counts
    from cli import demo_end
    from cli.connection import connect
    from cli.demo_board import Board
    from cli.demo_gateway import by_gateway
    from cli.demo_outcome import fields
    from cli.demo_settings import NAME, SEASON
    from cli.demo_tournament import DemoTournament

    kafka = addresses.kafka_bootstrap or ""
    before = await message_counts(kafka)
    async with AsyncExitStack() as contexts:
        await contexts.enter_async_context(by_gateway(console, addresses))
        client = await contexts.enter_async_context(connect(connections=32))
        await client.require()
        simulator = simulator_of_stripe(console)
        stripe = None if simulator is None else await contexts.enter_async_context(simulator)
        with Board(console, f"{NAME} {SEASON}") as board:
            outcome = await DemoTournament(client, board, seed=seed, teams=teams, stripe=stripe).run()
    if as_json:
        typer.echo(json.dumps(fields(seed, outcome), ensure_ascii=False))
    console.print()
    demo_end.show_tournament(console, outcome, before, await message_counts(kafka))
    demo_end.show_next_tournament_steps(console, addresses, outcome)
    if outcome.faults:
        console.print(
            f"\npavilion: it does not hold: {'; '.join(outcome.faults)}", style="red", soft_wrap=True
        )
    return not outcome.faults


def simulator_of_stripe(console: "Console") -> "DemoStripe | None":
    """Where the demo's captains pay; None beside Stripe itself, whose payers are people."""
    from cli.demo_stripe import DemoStripe
    from stack import secrets
    from stack.settings import load_settings

    if secrets.stripe_key() is None and (url := load_settings().stripe_url) is not None:
        return DemoStripe(url)
    console.print(
        "[yellow]The demo's payers need the simulator of Stripe, so it is played without fees and prizes; "
        "leave PAVILION_STRIPE_KEY out to see them.[/]",
        soft_wrap=True,
    )
    return None
