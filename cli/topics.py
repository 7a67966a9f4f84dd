"""`pavilion topics`: the topics of Kafka beside the table in contracts/topics.py."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from stack.errors import StackError
from stack.settings import Settings, load_settings

if TYPE_CHECKING:
    from adapters.kafka.topics import Drift

app = typer.Typer(
    help="The topics of Kafka: list them, create what is missing, say what differs.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

DIFFERENT = 1
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
T = TypeVar("T")


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the topics with their partitions, copies and retention, and whether they are as they should be."""
    from rich.console import Console
    from rich.table import Table

    from contracts.topics import HOUR_MS

    replication = load_settings().kafka_replication
    states = _run(_described)
    if as_json:
        rows = [
            {
                "topic": each.topic.name,
                "partitions": each.partitions,
                "replication": each.replication,
                "retention_hours": int(each.config["retention.ms"]) // HOUR_MS if each.exists else None,
                "drift": [asdict(drift) for drift in each.drift(replication)],
            }
            for each in states
        ]
        typer.echo(json.dumps(rows))
        return
    table = Table("topic", "partitions", "copies", "kept for", "")
    for each in states:
        days = f"{int(each.config['retention.ms']) / HOUR_MS / 24:g} days" if each.exists else ""
        words = ", ".join(_difference(drift) for drift in each.drift(replication)) or "as it should be"
        table.add_row(each.topic.name, str(each.partitions), str(each.replication), days, words)
    Console().print(table)


@app.command()
def apply(as_json: Json = False) -> None:
    """Create the topics that are missing and set retention; partitions and copies are never changed.

    Exit code 1 says that something differs which a person has to decide about.
    """
    mended, left = _run(_applied)
    _tell({"changed": mended, "drift": left}, as_json)


@app.command()
def verify(as_json: Json = False) -> None:
    """Say what is not as the table says, and change nothing. Exit code 1: something is not."""
    replication = load_settings().kafka_replication
    drift = [each for state in _run(_described) for each in state.drift(replication)]
    _tell({"drift": drift}, as_json)


def _tell(found: "dict[str, Sequence[Drift]]", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({name: [asdict(each) for each in drift] for name, drift in found.items()}))
    else:
        for each in found.get("changed", ()):
            done = "created" if each.setting == "topic" else f"{each.setting} set to {each.wanted}"
            typer.echo(f"✓ {each.topic}: {done}")
        for each in found["drift"]:
            hint = "; left alone: keys would move" if each.setting == "partitions" else ""
            typer.echo(f"✗ {each.topic}: {_difference(each)}{hint}")
        if not any(found.values()):
            typer.echo("✓ every topic is as it should be")
    if found["drift"]:
        raise typer.Exit(DIFFERENT)


def _difference(drift: "Drift") -> str:
    if drift.setting == "topic":
        return "is missing"
    return f"{drift.setting} is {drift.found or 'not set'} instead of {drift.wanted}"


async def _described(settings: Settings) -> Any:
    from adapters.kafka.topics import describe_topics

    return await describe_topics(settings.kafka_bootstrap, prefix=settings.kafka_prefix)


async def _applied(settings: Settings) -> Any:
    from adapters.kafka.topics import apply_topics

    return await apply_topics(
        settings.kafka_bootstrap, replication=settings.kafka_replication, prefix=settings.kafka_prefix
    )


def _run(work: Callable[[Settings], Awaitable[T]]) -> T:
    from aiokafka.errors import KafkaError

    async def run() -> T:
        return await work(load_settings())

    try:
        return asyncio.run(run())
    except KafkaError as error:
        raise StackError(f"Kafka can't be reached or refuses: {error!r}", "see `pavilion status`") from error
