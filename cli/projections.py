"""`pavilion projections`: what the read models are, and making them anew from the event store."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from stack.errors import StackError
from stack.settings import load_settings

app = typer.Typer(
    help="The read models: list them, or make them anew from the event store.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

NAMES = ("match", "tournament", "payment", "payout", "analytics")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the projections with their tables, and how far their consumer has come."""
    listed = asyncio.run(_with_pool(_listed))
    if as_json:
        typer.echo(json.dumps(listed, default=str))
        return
    table = Table("projection", "table", "rows", "consumer", "records applied", "last moved")
    for projection in listed:
        for number, (name, rows) in enumerate(projection["tables"].items()):
            first = number == 0
            table.add_row(
                projection["name"] if first else "",
                name,
                f"{rows:,}",
                projection["consumer"] if first else "",
                f"{projection['records_applied']:,}" if first else "",
                str(projection["moved_at"] or "never") if first else "",
            )
    Console().print(table)


@app.command()
def rebuild(
    name: Annotated[str | None, typer.Argument(help="One projection; all of them without.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Compare only; the tables in use stay.")] = False,
    as_json: Json = False,
) -> None:
    """Make read models anew from the event store, compare them with those in use, and exchange them.

    The projector goes on meanwhile. With --check, exit code 3 says that there are differences.
    """
    if name is not None and name not in NAMES:
        raise StackError(f"no projection is called {name!r}", f"there are: {', '.join(NAMES)}")
    names = NAMES if name is None else (name,)
    reports = asyncio.run(_with_pool(lambda pool: _rebuilt(pool, names, swap=not check)))
    if as_json:
        typer.echo(json.dumps(reports, default=str))
    for report in () if as_json else reports:
        _tell(report)
    if check and any(report["differences"] for report in reports):
        raise typer.Exit(3)


async def _with_pool(work: Callable[[Any], Awaitable[Any]]) -> Any:
    import asyncpg

    from adapters.postgres.pool import AWAY

    try:
        async with asyncpg.create_pool(load_settings().postgres_dsn, min_size=1, max_size=4) as pool:
            return await work(pool)
    except AWAY as error:
        raise StackError(f"Postgres can't be reached: {error}", "see `pavilion status`") from error
    except asyncpg.UndefinedTableError as error:
        raise StackError("this database has no read models yet", "run `pavilion up`") from error


async def _rebuilt(pool: Any, names: Sequence[str], *, swap: bool) -> list[dict[str, Any]]:
    return [await _rebuilt_one(pool, name, swap=swap) for name in names]


async def _rebuilt_one(pool: Any, name: str, *, swap: bool) -> dict[str, Any]:
    from adapters.postgres.projections import READ_MODELS
    from adapters.postgres.rebuild import Rebuild, RebuildRunning, UnreadableStream

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(name, total=None)
        rebuild = Rebuild(
            READ_MODELS[name], pool, lambda done, of: progress.update(task, completed=done, total=of)
        )
        try:
            report = await rebuild.run(swap=swap)
        except RebuildRunning as error:
            raise StackError(str(error), "wait for it to end") from error
        except UnreadableStream as error:
            raise StackError(str(error), "the tables in use stay as they are") from error
    return asdict(report) | {"events_per_second": round(report.events_per_second)}


async def _listed(pool: Any) -> list[dict[str, Any]]:
    from adapters.postgres.projections import READ_MODELS

    return [await _listed_one(pool, model) for model in READ_MODELS.values()]


async def _listed_one(pool: Any, model: Any) -> dict[str, Any]:
    counts = {table.name: await pool.fetchval(f"select count(*) from {table.name}") for table in model.tables}  # noqa: S608
    position = await pool.fetchrow(
        "select coalesce(sum(next_offset), 0) as applied, max(updated_at) as moved_at from consumer_position"
        " where consumer = $1",
        model.consumer,
    )
    return {
        "name": model.projection,
        "consumer": model.consumer,
        "tables": counts,
        "records_applied": int(position["applied"]),
        "moved_at": position["moved_at"],
    }


def _tell(report: dict[str, Any]) -> None:
    console = Console(highlight=False)
    console.print(
        f"{report['projection']}: {report['streams']:,} streams from {report['events']:,} events in "
        f"{report['seconds']:.1f} s ({report['events_per_second']:,} events/s)"
    )
    if report["differences"]:
        for each in report["differences"]:
            examples = ", ".join(str(match) for match in each["examples"])
            console.print(f"  {each['table']}: {each['streams']:,} differ: {examples}")
    else:
        console.print(f"  {report['compared']:,} compared, no difference")
    if report["swapped"]:
        console.print(f"  exchanged; {report['caught_up']:,} had moved on and were folded again")
    else:
        console.print("  the tables in use were left as they are")
