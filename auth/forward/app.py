"""The process at the door: ``granian --interface asgi auth.forward.app:app``.

It is a process of its own, beside the Auth Service's HTTP side: whoever checks passwords must not keep every other
request waiting, and whoever all of the Internet talks to should be able to read no password's hash.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette

from adapters.postgres.pool import create_pool
from adapters.postgres.quotas import PostgresPlans
from adapters.redis.quotas import RedisQuotas
from api.issuer import DevelopmentIssuer
from api.keys import KeyRing
from api.logs import configure_logs
from api.security import TokenVerifier
from auth.forward.callers import Callers
from auth.forward.door import Door
from auth.forward.limiter import Limiter
from auth.forward.plans import Plans
from auth.forward.routes import ROUTES
from auth.forward.settings import GateSettings
from stack.folders import project_root, state_folder
from stack.settings import load_settings

POOL_SIZE = 4

log = structlog.get_logger("gateway")


def create_app(settings: GateSettings | None = None) -> Starlette:
    """The application. Servers are reached, and settings read, when it starts up."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        configure_logs()
        async with opened(settings or GateSettings()) as door:
            app.state.door = door
            yield

    return Starlette(routes=ROUTES, lifespan=lifespan)


@asynccontextmanager
async def opened(settings: GateSettings) -> AsyncIterator[Door]:
    """The door, as long as the application runs. It opens without Redis, and counts by itself until that is there."""
    dsn = settings.postgres_dsn or load_settings().postgres_dsn
    redis_url = settings.redis_url or load_settings().redis_url
    if redis_url is None:
        raise RuntimeError("PAVILION_REDIS_URL is not set: quotas are counted in Redis")
    keys = KeyRing(settings.jwks or _development_jwks())
    quotas = RedisQuotas(redis_url, prefix=settings.quota_prefix)
    pool = await create_pool(
        dsn, application_name="pavilion-gate", role=settings.gate_postgres_role, max_size=POOL_SIZE
    )
    try:
        verifier = TokenVerifier(keys, issuer=settings.token_issuer, audience=settings.token_audience)
        yield Door(Callers(verifier, None), Plans(PostgresPlans(pool)), Limiter(quotas))
    finally:
        await pool.close()
        await quotas.close()


def _development_jwks() -> str:
    issuer = DevelopmentIssuer(state_folder(project_root()) / "issuer")
    issuer.ensure()
    log.warning("tokens are verified with the development issuer's key", jwks=str(issuer.jwks_file))
    return str(issuer.jwks_file)


app = create_app()
