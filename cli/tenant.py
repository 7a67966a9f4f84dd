"""`pavilion tenant`: all that a league has, to take along; and a league that leaves."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import typer

from stack.errors import StackError
from stack.settings import load_settings

app = typer.Typer(
    help="A league's data: export all of it, or erase it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Tenant = Annotated[UUID, typer.Argument(help="The tenant's id (a UUID).")]


@app.command()
def export(tenant: Tenant) -> None:
    """Print all that a league has, a line of JSON each: registers, payees, books, every event."""
    asyncio.run(_with_pool("pavilion_app", lambda pool: _export(pool, tenant)))


@app.command()
def erase(
    tenant: Tenant,
    sure: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Delete all that a league has but what the books must keep. It cannot be taken back.

    Suspend the league first, and export it if it wants to take its data along.
    """
    if not sure and typer.prompt(f"This deletes the league for ever. Type {tenant} to go on") != str(tenant):
        raise StackError("nothing was deleted", "type the tenant's id, or pass --yes")
    deleted = asyncio.run(_with_pool(None, lambda pool: _erase(pool, tenant)))
    if as_json:
        typer.echo(json.dumps(deleted))
        return
    for table, rows in deleted.items():
        typer.echo(f"{rows:>10,}  {table}")
    typer.echo("erased; what is kept, and why, is in docs/privacy.md", err=True)


async def _with_pool(role: str | None, work: Callable[[Any], Awaitable[Any]]) -> Any:
    from adapters.postgres.pool import AWAY, create_pool

    try:
        async with await create_pool(
            load_settings().postgres_dsn, application_name="pavilion-tenant", role=role, max_size=1
        ) as pool:
            return await work(pool)
    except AWAY as error:
        raise StackError(f"Postgres can't be reached: {error}", "see `pavilion status`") from error


async def _export(pool: Any, tenant: UUID) -> None:
    import msgspec

    from adapters.postgres.ledger import PostgresLedger
    from adapters.postgres.payees import PostgresPayees
    from adapters.postgres.persons import PostgresPersonalData
    from adapters.postgres.registers import PostgresRegisterStore
    from handlers.league import LeagueData

    league = LeagueData(
        registers=PostgresRegisterStore(pool),
        payees=PostgresPayees(pool),
        ledger=PostgresLedger(pool),
        data=PostgresPersonalData(pool),
    )
    encoder = msgspec.json.Encoder(enc_hook=str)
    async for one in league.everything(tenant):
        typer.echo(encoder.encode(one).decode())


async def _erase(pool: Any, tenant: UUID) -> dict[str, int]:
    from adapters.postgres.tenants import erase_tenant

    async with pool.acquire() as connection:
        return (await erase_tenant(connection, tenant, by="pavilion tenant erase")).deleted
