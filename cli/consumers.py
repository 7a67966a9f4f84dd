"""`pavilion consumers`: how far those who listen have come, and having them pause."""

import asyncio
import json
from collections import Counter
from dataclasses import asdict
from typing import Annotated, Any

import typer

from cli.operating import ago, known, run, who
from contracts.topics import CONSUMERS
from stack.errors import StackError
from stack.settings import load_settings

app = typer.Typer(
    help="The consumers: how far they have come, and having them pause.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="The consumer, as `consumers list` shows it.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the consumers: whether they pause, what they have not applied yet, and their dead letters."""
    from rich.console import Console
    from rich.table import Table

    rows = asyncio.run(_with_lag(run(_listed)))
    if as_json:
        typer.echo(json.dumps(rows, default=str))
        return
    table = Table("consumer", "", "records behind", "last moved", "dead letters")
    for row in rows:
        pause = row["pause"]
        state = (
            f"paused: {pause['reason']} ({pause['paused_by']}, {ago(pause['paused_at'])})" if pause else ""
        )
        behind = "" if row["behind"] is None else f"{row['behind']:,}"
        moved = f"{ago(row['moved_at'])} ago" if row["moved_at"] else "never"
        table.add_row(row["consumer"], state, behind, moved, str(row["dead_letters"] or ""))
    Console().print(table)


@app.command()
def pause(
    name: Name, reason: Annotated[str, typer.Option("--reason", help="Why; others see it.")] = "by hand"
) -> None:
    """Have a consumer pause, in all its processes, within about a second. What comes meanwhile waits in Kafka."""
    from adapters.postgres.consumer_pauses import pause as pause_consumer

    if not reason.strip():
        raise StackError("a consumer pauses for a reason", "say it with --reason")
    consumer = known(name)
    run(lambda connection: pause_consumer(connection, consumer, by=who(), reason=reason.strip()))
    typer.echo(f"{consumer} pauses until `pavilion consumers resume {consumer}`")


@app.command()
def resume(name: Name) -> None:
    """Have a consumer go on from where it stopped."""
    from adapters.postgres.consumer_pauses import resume as resume_consumer

    consumer = known(name)
    was = run(lambda connection: resume_consumer(connection, consumer))
    typer.echo(f"{consumer} goes on" if was else f"{consumer} was not paused")


async def _listed(connection: Any) -> list[dict[str, Any]]:
    from adapters.postgres.consumer_pauses import pauses, positions
    from adapters.postgres.dead_letters import letters

    paused, reached = await pauses(connection), await positions(connection)
    dead = Counter(row.consumer for row in await letters(connection))
    prefix = load_settings().kafka_prefix
    return [
        {
            "consumer": consumer,
            "pause": asdict(paused[consumer]) if consumer in paused else None,
            "moved_at": max((each.updated_at for each in reached if each.consumer == consumer), default=None),
            "dead_letters": dead[consumer],
            "partitions": [
                {"topic": each.topic, "partition": each.partition, "next_offset": each.next_offset}
                for each in reached
                if each.consumer == consumer and each.topic.startswith(prefix)
            ],
        }
        for consumer in CONSUMERS
    ]


async def _with_lag(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same with ``behind``: records in Kafka that are not applied yet; None for one that never ran."""
    from adapters.kafka.counts import ends_of

    settings = load_settings()
    asked = {(each["topic"], each["partition"]) for row in rows for each in row["partitions"]}
    try:
        ends = await ends_of(settings.kafka_bootstrap, asked)
    except OSError as error:
        raise StackError(str(error), "see `pavilion status`") from error
    for row in rows:
        lags = [
            max(0, ends.get((each["topic"], each["partition"]), 0) - each["next_offset"])
            for each in row["partitions"]
        ]
        row["behind"] = sum(lags) if lags else None
    return rows
