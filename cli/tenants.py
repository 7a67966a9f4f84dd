"""`pavilion tenants`: the leagues of an installation, for whoever runs it. Straight in the database, not by the API."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from cli.keys import show
from cli.login import Json, secret_from
from stack.errors import StackError

if TYPE_CHECKING:
    from handlers.identity import Identity, Tenant

app = typer.Typer(
    help="The leagues of this installation, for whoever runs it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Which = Annotated[str, typer.Argument(help="The league, by its address or id.")]
Found = TypeVar("Found")


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the leagues by their address."""

    async def listed(identity: "Identity") -> "list[Tenant]":
        found: list[Tenant] = []
        while page := await identity.tenants.list(after=found[-1].slug if found else None):
            found += page
        return found

    rows = [_said(each) for each in run_identity(listed)]
    show(rows, ("slug", "name", "status", "created_at", "suspended_because", "id"), as_json)


@app.command()
def create(
    slug: Annotated[str, typer.Argument(help="The league's address, like hambledon. It stays.")],
    name: Annotated[str, typer.Option(help="What it is called.")],
    owner: Annotated[str, typer.Option(help="The owner's mail address.")],
    owner_name: Annotated[str | None, typer.Option(help="What the owner is called.")] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the owner's password from standard input.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a league and the account of its owner, without a mail. Who has an account already keeps its password."""
    from uuid import uuid4

    password = secret_from(password_stdin, "Password of the owner")

    async def made(identity: "Identity") -> "Tenant":
        verified = await identity.accounts.provision(
            email=owner,
            password=password,
            name=owner_name or owner.partition("@")[0],
            tenant_id=uuid4(),
            tenant_name=name,
            tenant_slug=slug,
        )
        return verified.tenant

    _tell(run_identity(made), as_json)


@app.command()
def suspend(
    tenant: Which,
    reason: Annotated[str, typer.Option(help="Why; its members are told.")],
    as_json: Json = False,
) -> None:
    """Let nobody into a league until it is resumed. What is open in it closes within a second."""
    from handlers.identity import OPERATOR

    async def suspended(identity: "Identity") -> "Tenant":
        known = await identity.tenants.get(_named(tenant))
        return await identity.tenants.suspend(known.id, reason, by=OPERATOR)

    _tell(run_identity(suspended), as_json)


@app.command()
def resume(tenant: Which, as_json: Json = False) -> None:
    """Let a league's members in again."""
    from handlers.identity import OPERATOR

    async def resumed(identity: "Identity") -> "Tenant":
        known = await identity.tenants.get(_named(tenant))
        return await identity.tenants.resume(known.id, by=OPERATOR)

    _tell(run_identity(resumed), as_json)


def _named(said: str) -> Any:
    from uuid import UUID

    try:
        return UUID(said)
    except ValueError:
        return said


def _tell(tenant: "Tenant", as_json: bool) -> None:
    said = _said(tenant)
    typer.echo(
        json.dumps(said) if as_json else f"{said['slug']} ({said['name']}) is {said['status']}: {said['id']}"
    )


def _said(tenant: "Tenant") -> dict[str, Any]:
    import dataclasses

    return {
        name: value if value is None else str(value) for name, value in dataclasses.asdict(tenant).items()
    }


def run_identity(work: "Callable[[Identity], Awaitable[Found]]") -> Found:
    """What the use cases of identity answer, on the database of the installation. Raises StackError."""
    from domain.identity.errors import IdentityRefused
    from handlers.ports import StoreUnavailable

    try:
        return asyncio.run(_with_identity(work))
    except IdentityRefused as error:
        raise StackError(str(error), "see docs/errors.md") from error
    except StoreUnavailable as error:
        raise StackError(str(error), "see `pavilion status`") from error


async def _with_identity(work: "Callable[[Identity], Awaitable[Found]]") -> Found:
    from adapters.identity import open_identity
    from adapters.postgres.pool import AWAY, create_pool
    from api.issuer import AUDIENCE, ISSUER
    from stack import secrets
    from stack.settings import load_settings

    role = "pavilion_auth"
    try:
        pool = await create_pool(
            load_settings().postgres_dsn, role=role, application_name="pavilion-tenants", max_size=2
        )
    except AWAY as error:
        raise StackError(f"Postgres can't be reached: {error}", "see `pavilion status`") from error
    try:
        keys = secrets.identity_key()
        return await work(await open_identity(pool, keys=keys, issuer=ISSUER, audience=AUDIENCE))
    finally:
        await pool.close()
