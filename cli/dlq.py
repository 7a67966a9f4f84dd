"""`pavilion dlq`: the records that consumers could not handle, and what becomes of them."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.operating import ago, known, run, who
from contracts.redaction import redact
from stack.errors import StackError
from stack.settings import load_settings

if TYPE_CHECKING:
    from adapters.postgres.dead_letters import DeadLetterRow

app = typer.Typer(
    help="Dead letters: records that a consumer could not handle. Show them, try them again, or drop them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

LOOKS_SECONDS = 0.2
FAILED_AGAIN = 1
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Consumer = Annotated[str | None, typer.Argument(help="One consumer; all of them without.")]
Numbers = Annotated[list[int] | None, typer.Argument(help="Numbers of letters, as `dlq list` shows them.")]
All = Annotated[str | None, typer.Option("--all", metavar="CONSUMER", help="Every letter of this consumer.")]


@app.command("list")
def list_(
    consumer: Consumer = None,
    every: Annotated[bool, typer.Option("--every", help="Those that are settled too.")] = False,
    as_json: Json = False,
) -> None:
    """List the dead letters of each consumer: how many, how old, what went wrong, with which key."""
    from adapters.postgres.dead_letters import letters

    of = known(consumer) if consumer else None
    rows = run(lambda connection: letters(connection, consumer=of, every=every))
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], default=str))
        return
    if not rows:
        typer.echo("no dead letters")
        return
    _show_counts(rows)
    _show_rows(rows)


@app.command()
def show(number: Annotated[int, typer.Argument(help="The letter's number.")], as_json: Json = False) -> None:
    """Show one letter: where it came from, its headers and what it holds, without secrets."""
    from adapters.postgres.dead_letters import letters

    rows = run(lambda connection: letters(connection, numbers=[number], every=True))
    if not rows:
        raise StackError(f"there is no dead letter {number}", "`pavilion dlq list` shows those there are")
    found = asdict(rows[0]) | asyncio.run(_content(rows[0]))
    if as_json:
        typer.echo(json.dumps(found, default=str))
        return
    for name, value in found.items():
        if name not in ("headers", "payload") and value is not None:
            typer.echo(f"{name.replace('_', ' '):15} {value}")
    for name, value in (found["headers"] or {}).items():
        typer.echo(f"  {name:20} {value}")
    typer.echo(found["payload"] if found["headers"] is not None else "Kafka keeps this letter no longer")


@app.command()
def replay(
    numbers: Numbers = None,
    all_of: All = None,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for the outcome.")] = 30,
    as_json: Json = False,
) -> None:
    """Have letters tried again by their consumer, in the order of their records.

    The consumer must run. Effect and end of a letter are one transaction: a replay that is cut short goes on later,
    and nothing is applied twice. Exit code 1: a letter failed again, or nobody has tried it yet.
    """
    from adapters.postgres.dead_letters import ask

    chosen = _chosen(numbers, all_of)
    asked = run(lambda connection: ask(connection, chosen, who()))
    _refuse_settled(chosen, asked)
    rows = run(lambda connection: _outcome(connection, asked, wait))
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], default=str))
    for row in () if as_json else rows:
        typer.echo(_told(row))
    if any(row.status != "replayed" for row in rows):
        raise typer.Exit(FAILED_AGAIN)


@app.command()
def drop(
    reason: Annotated[str, typer.Option("--reason", help="Why they are given up; it is kept.")],
    numbers: Numbers = None,
    all_of: All = None,
    as_json: Json = False,
) -> None:
    """Give letters up for ever. Who did it, when and why is kept beside them (`dlq list --every`)."""
    from adapters.postgres.dead_letters import drop as drop_letters

    if not reason.strip():
        raise StackError("a letter is dropped for a reason", "say it with --reason")
    chosen = _chosen(numbers, all_of)
    dropped = run(lambda connection: drop_letters(connection, chosen, who(), reason.strip()))
    _refuse_settled(chosen, dropped)
    if as_json:
        typer.echo(json.dumps({"dropped": dropped, "by": who(), "reason": reason.strip()}))
    else:
        typer.echo(f"dropped: {', '.join(map(str, dropped)) or 'nothing'}")


def _chosen(numbers: Sequence[int] | None, all_of: str | None) -> list[int]:
    from adapters.postgres.dead_letters import letters

    if bool(numbers) == bool(all_of):
        raise StackError("which letters?", "give their numbers, or --all CONSUMER")
    if numbers:
        return list(numbers)
    rows = run(lambda connection: letters(connection, consumer=known(all_of or "")))
    return [row.number for row in rows]


def _refuse_settled(chosen: Sequence[int], done: Sequence[int]) -> None:
    rest = sorted(set(chosen) - set(done))
    if rest:
        typer.echo(f"not among those that wait: {', '.join(map(str, rest))}", err=True)
    if rest and not done:
        raise typer.Exit(FAILED_AGAIN)


async def _outcome(connection: Any, numbers: Sequence[int], wait: float) -> "list[DeadLetterRow]":
    """The letters once all of them were tried, or when the time is up."""
    from adapters.postgres.dead_letters import letters

    until = asyncio.get_running_loop().time() + wait
    while True:
        rows = await letters(connection, numbers=numbers, every=True)
        if all(row.status != "asked" for row in rows) or asyncio.get_running_loop().time() >= until:
            return rows
        await asyncio.sleep(LOOKS_SECONDS)


async def _content(row: "DeadLetterRow") -> dict[str, Any]:
    """Headers and payload as Kafka keeps them, without secrets; None where it keeps them no longer."""
    from aiokafka.errors import KafkaError

    from adapters.kafka.dead_letters import about, read_letters
    from contracts.topics import dead_letters

    settings = load_settings()
    topic = settings.kafka_prefix + dead_letters(row.consumer).name
    try:
        found = await read_letters(settings.kafka_bootstrap, topic, {row.letter_offset})
    except KafkaError as error:
        raise StackError(f"Kafka can't be reached: {error!r}", "see `pavilion status`") from error
    letter = found.get(row.letter_offset)
    if letter is None or about(letter) != (row.topic, row.partition, row.record_offset):
        return {"headers": None, "payload": None}
    return {
        "headers": {name: redact(value.decode(errors="replace")) for name, value in letter.headers},
        "payload": redact((letter.value or b"").decode(errors="replace")),
    }


def _told(row: "DeadLetterRow") -> str:
    match row.status:
        case "replayed":
            return f"✓ {row.number}: applied"
        case "asked":
            return f"● {row.number}: waits for the consumer {row.consumer}; is it running, and not paused?"
        case _:
            return f"✗ {row.number}: {row.error_type}: {row.error}"


def _show_counts(rows: "Sequence[DeadLetterRow]") -> None:
    counts: dict[str, list[DeadLetterRow]] = {}
    for row in rows:
        counts.setdefault(row.consumer, []).append(row)
    for consumer, of_consumer in counts.items():
        oldest = min(row.put_aside_at for row in of_consumer)
        typer.echo(f"{consumer}: {len(of_consumer):,}, the oldest {ago(oldest)} old")


def _show_rows(rows: "Sequence[DeadLetterRow]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("no.", "consumer", "key", "event", "tries", "age", "status", "error")
    for row in rows:
        table.add_row(
            *(str(row.number), row.consumer, row.key or "", row.event_type or "", str(row.tries)),
            *(ago(row.put_aside_at), row.status, row.reason or f"{row.error_type}: {row.error}"),
        )
    Console().print(table)
