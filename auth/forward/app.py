"""The process at the door: ``granian --interface asgi auth.forward.app:app``.

It is a process of its own, beside the Auth Service's HTTP side: whoever checks passwords must not keep every other
request waiting, and whoever all of the Internet talks to should be able to read no password's hash.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
from starlette.applications import Starlette

from adapters.auth.exchange import AuthExchange
from adapters.auth.verifying import Trust, verifying
from adapters.postgres.pool import create_pool
from adapters.postgres.quotas import PostgresPlans
from adapters.redis.quotas import RedisQuotas
from api.issuer import DevelopmentIssuer
from api.logs import configure_logs
from auth.forward.callers import Callers, ExchangedKeys
from auth.forward.door import Door
from auth.forward.limiter import Limiter
from auth.forward.plans import Plans
from auth.forward.routes import ROUTES
from auth.forward.settings import GateSettings
from stack.folders import project_root, state_folder
from stack.settings import load_settings

POOL_SIZE = 4
JWKS_PATH = "/.well-known/jwks.json"

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
    async with AsyncExitStack() as running:
        pool = await create_pool(
            settings.postgres_dsn or load_settings().postgres_dsn,
            application_name="pavilion-gate",
            role=settings.gate_postgres_role,
            max_size=POOL_SIZE,
        )
        running.push_async_callback(pool.close)
        quotas = RedisQuotas(_redis_url(settings), prefix=settings.quota_prefix)
        running.push_async_callback(quotas.close)
        keys: ExchangedKeys | None = None
        if (auth_url := _auth_url(settings)) is not None:
            exchange = AuthExchange(auth_url)
            running.push_async_callback(exchange.close)
            keys = ExchangedKeys(exchange)
        tokens = await running.enter_async_context(verifying(_trust(settings)))
        yield Door(Callers(tokens.verifier, keys), Plans(PostgresPlans(pool)), Limiter(quotas))


def _redis_url(settings: GateSettings) -> str:
    url = settings.redis_url or load_settings().redis_url
    if url is None:
        raise RuntimeError("PAVILION_REDIS_URL is not set: quotas are counted in Redis")
    return url


def _auth_url(settings: GateSettings) -> str | None:
    """None where no Auth Service runs: API keys are not taken then."""
    if settings.auth_url is None and settings.postgres_dsn is None:
        return load_settings().auth_url
    return settings.auth_url


def _trust(settings: GateSettings) -> Trust:
    """Whom the door believes: what the settings say; in a checkout the development issuer and the Auth Service."""
    jwks, kept, kafka, prefix = (
        settings.jwks,
        settings.jwks_kept,
        settings.kafka_bootstrap,
        settings.kafka_prefix,
    )
    if settings.postgres_dsn is None:
        known = load_settings()
        kafka, prefix = kafka or known.kafka_bootstrap, prefix or known.kafka_prefix
    if jwks is None:
        kept = kept or state_folder(project_root()) / "jwks"
        served = _auth_url(settings)
        jwks = ",".join([_development_jwks(), *([f"{served}{JWKS_PATH}"] if served else [])])
    return Trust(
        jwks=jwks,
        jwks_kept=kept,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        kafka_bootstrap=kafka,
        kafka_prefix=prefix,
    )


def _development_jwks() -> str:
    issuer = DevelopmentIssuer(state_folder(project_root()) / "issuer")
    issuer.ensure()
    log.warning("tokens are verified with the development issuer's key", jwks=str(issuer.jwks_file))
    return str(issuer.jwks_file)


app = create_app()
