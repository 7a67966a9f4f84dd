"""How the demo reaches Pavilion: through the gateway where there is one, as leagues do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from rich.console import Console

from adapters.postgres.quotas import PlanTable
from api.issuer import DEVELOPMENT_TENANT
from auth.forward.ports import PlanRow
from auth.forward.quotas import LARGEST_BURST, LARGEST_SUSTAINED, Plan
from cli.connection import through_gateway
from stack.stack import Addresses

PLAN = Plan(burst=LARGEST_BURST, sustained=LARGEST_SUSTAINED)
"""A tournament of weeks in a minute: no plan for people would do."""
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
        with through_gateway():
            yield


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
