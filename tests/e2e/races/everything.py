"""All that a race needs of a running stack, connected."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import create_pool
from api.issuer import DEVELOPMENT_TENANT
from cli.client import PavilionClient
from cli.connection import connect
from contracts.identity import ORGANISER, TREASURER
from handlers.payment import PaymentHandler
from handlers.tournament import TournamentHandler
from stack.settings import load_settings
from tests.e2e.races.outside import Outside
from tests.e2e.races.reading import Reader
from workers.connection import connect_temporal
from workflows.facade import Workflows

CONNECTIONS = 64
PATIENCE_SECONDS = 300.0
"""How long a caller asks again: what serves it is being killed all the time."""


@dataclass(frozen=True, slots=True)
class Everything:
    outside: Outside
    tournaments: TournamentHandler
    payments: PaymentHandler
    reader: Reader


@asynccontextmanager
async def everything() -> AsyncIterator[Everything]:
    """Of the stack of PAVILION_ROOT."""
    settings = load_settings()
    temporal = await connect_temporal(settings)
    async with AsyncExitStack() as open_:
        app = await open_.enter_async_context(
            await create_pool(settings.postgres_dsn, role="pavilion_app", application_name="race", max_size=8)
        )
        owner = await open_.enter_async_context(
            await create_pool(settings.postgres_dsn, application_name="race", max_size=2)
        )
        outside = Outside(
            organiser=await open_.enter_async_context(_patient(ORGANISER)),
            treasurer=await open_.enter_async_context(_patient(TREASURER)),
            http=await open_.enter_async_context(aiohttp.ClientSession()),
            stripe_url=settings.stripe_url or "",
            workflows=Workflows(temporal),
            tenant=DEVELOPMENT_TENANT,
        )
        store = PostgresEventStore(app)
        tournaments = TournamentHandler(store)
        yield Everything(outside, tournaments, PaymentHandler(store), Reader(owner, temporal, tournaments))


def _patient(role: str) -> PavilionClient:
    client = connect(connections=CONNECTIONS, role=role)
    client.patience_seconds = PATIENCE_SECONDS
    return client
