"""How the demo reaches Pavilion: through the gateway where there is one, logged in, as leagues do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from rich.console import Console

from adapters.identity import open_identity
from adapters.postgres.pool import create_pool
from adapters.postgres.quotas import PlanTable
from api.issuer import AUDIENCE, DEVELOPMENT_TENANT, ISSUER
from auth.forward.ports import PlanRow
from auth.forward.quotas import LARGEST_BURST, LARGEST_SUSTAINED, Plan
from cli.auth_api import AuthApi
from cli.connection import logged_in, through_gateway
from cli.logins import Logins
from contracts.identity import ORGANISER, OWNER, Grant
from handlers.identity import OPERATOR
from stack import secrets
from stack.stack import Addresses

PLAN = Plan(burst=LARGEST_BURST, sustained=LARGEST_SUSTAINED)
"""A tournament of weeks in a minute: no plan for people would do."""
EMAIL = "organiser@pavilion.example"
HOW = "`uv run pavilion up --with traefik` builds one (about 6 minutes, once), and from then on it is always there"


@asynccontextmanager
async def by_gateway(console: Console, addresses: Addresses) -> AsyncIterator[None]:
    """Within, the demo's clients go through the gateway, and their league has a plan that lets it hurry. Says how to
    get a gateway where there is none."""
    if addresses.gateway_url is None or addresses.postgres_dsn is None:
        console.print(
            f"[dim]There is no gateway here, so it goes straight to the API; {HOW}.[/]", soft_wrap=True
        )
        yield
        return
    console.print(f"[dim]All of it goes through the gateway at {addresses.gateway_url}[/]", soft_wrap=True)
    async with _hurrying(addresses.postgres_dsn):
        with through_gateway(), logged_in(await _log_in(addresses, addresses.postgres_dsn)):
            console.print(f"[dim]Its organiser has logged in as {EMAIL}[/]", soft_wrap=True)
            yield


async def _log_in(addresses: Addresses, dsn: str) -> str:
    """An access token of the development league's organiser, whose account is made if it is not there.

    Raises ApiProblem, StackError.
    """
    password = secrets.demo_password()
    pool = await create_pool(dsn, role="pavilion_auth", application_name="pavilion-demo", max_size=2)
    try:
        keys = secrets.identity_key()
        identity = await open_identity(pool, keys=keys, issuer=ISSUER, audience=AUDIENCE)
        verified = await identity.accounts.provision(
            email=EMAIL,
            password=password,
            name="Organiser of the demo",
            tenant_id=DEVELOPMENT_TENANT,
            tenant_name="Development league",
            tenant_slug="development",
        )
        grants = frozenset({Grant(OWNER), Grant(ORGANISER)})
        if not grants <= verified.user.grants:
            await identity.members.change_grants(DEVELOPMENT_TENANT, verified.user.id, grants, by=OPERATOR)
    finally:
        await pool.close()
    asked = {"email": EMAIL, "password": password, "tenant": str(DEVELOPMENT_TENANT)}
    api = AuthApi(addresses.gateway_url or "", Logins())
    answer = await asyncio.to_thread(api.ask, "POST", "/sessions", asked)
    return answer["access_token"]


@asynccontextmanager
async def _hurrying(dsn: str) -> AsyncIterator[None]:
    """The plan, unless the development league has one of its own; taken away again afterwards."""
    connection = await asyncpg.connect(dsn)
    plans = PlanTable(connection)
    try:
        known = {(row.tenant_id, row.subject) for row in await plans.all()}
        given = (DEVELOPMENT_TENANT, None) not in known
        if given:
            await plans.set(PlanRow(DEVELOPMENT_TENANT, None, PLAN))
        try:
            yield
        finally:
            if given:
                await plans.remove(DEVELOPMENT_TENANT, None)
    finally:
        await connection.close()
