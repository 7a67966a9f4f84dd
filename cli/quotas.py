"""`pavilion quotas`: what leagues and callers may ask of the API, beyond the standard plan."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import UUID

import typer

if TYPE_CHECKING:
    from adapters.postgres.quotas import PlanTable

app = typer.Typer(
    name="quotas",
    help="Show and change what callers may ask of the API in a minute and in an hour.",
    no_args_is_help=True,
)
T = TypeVar("T")

Tenant = Annotated[UUID, typer.Argument(help="The league's id.")]
Subject = Annotated[
    str | None, typer.Option(help="Only for this caller of it: a person's or an API key's id.")
]
TAKES_EFFECT = "doors know within five seconds"


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """Show every plan that is not the standard one."""
    from rich.console import Console
    from rich.table import Table

    from auth.forward.quotas import STANDARD

    rows = _on_table(lambda plans: plans.all())
    if as_json:
        said = [
            {
                "tenant_id": str(row.tenant_id),
                "subject": row.subject,
                "burst": row.plan.burst,
                "sustained": row.plan.sustained,
            }
            for row in rows
        ]
        typer.echo(json.dumps(said))
        return
    table = Table("league", "caller", "a minute", "an hour", box=None, pad_edge=False)
    table.add_row("everybody else", "", str(STANDARD.burst), str(STANDARD.sustained))
    for row in rows:
        table.add_row(str(row.tenant_id), row.subject or "all", str(row.plan.burst), str(row.plan.sustained))
    Console(width=120).print(table)


@app.command("set")
def set_(
    tenant: Tenant,
    burst: Annotated[int, typer.Option(help="Requests in any minute.")],
    sustained: Annotated[int, typer.Option(help="Requests in any hour.")],
    subject: Subject = None,
) -> None:
    """Give a league, or one caller of it, a plan of its own."""
    from auth.forward.ports import PlanRow
    from auth.forward.quotas import Plan

    try:
        plan = Plan(burst=burst, sustained=sustained)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    _on_table(lambda plans: plans.set(PlanRow(tenant, subject, plan)))
    typer.echo(f"{burst} a minute and {sustained} an hour; {TAKES_EFFECT}")


@app.command("remove")
def remove(tenant: Tenant, subject: Subject = None) -> None:
    """Take a plan away again: the league's, or the standard one, holds then."""
    there_was = _on_table(lambda plans: plans.remove(tenant, subject))
    typer.echo(f"removed; {TAKES_EFFECT}" if there_was else "there was no such plan")


def _on_table(work: "Callable[[PlanTable], Awaitable[T]]") -> T:
    """What comes of it, on a connection of the database's owner."""
    import asyncpg

    from adapters.postgres.quotas import PlanTable
    from stack.settings import load_settings

    async def run() -> T:
        connection = await asyncpg.connect(load_settings().postgres_dsn)
        try:
            return await work(PlanTable(connection))
        finally:
            await connection.close()

    return asyncio.run(run())
