"""The HTTP side of the Auth Service: ``granian --interface asgi auth.http:app``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from fastapi import FastAPI
from starlette.exceptions import HTTPException

from adapters.identity import open_identity, utc_now
from adapters.postgres.pool import AWAY, AWAY_MESSAGE, create_pool
from api import middleware, openapi, system
from api.logs import configure_logs
from api.operations import Operation, install_operations, not_routed
from api.permissions import AUTH_SERVICE
from auth import jwks
from auth.account import bodies as account_bodies
from auth.account import routes as accounts
from auth.addresses import TrustedProxies
from auth.api_key import bodies as key_bodies
from auth.api_key import routes as api_keys
from auth.member import bodies as member_bodies
from auth.member import routes as members
from auth.operation import ALL
from auth.services import AuthServices
from auth.session import bodies as session_bodies
from auth.session import routes as sessions
from auth.share_link import bodies as share_bodies
from auth.share_link import routes as share_links
from auth.tenant import bodies as tenant_bodies
from auth.tenant import routes as tenants
from auth.verifier import StoredVerifier
from auth.web_settings import WebSettings
from handlers.ports import StoreUnavailable
from stack import secrets
from stack.settings import load_settings

OPERATIONS: tuple[Operation, ...] = (
    *accounts.OPERATIONS,
    *sessions.OPERATIONS,
    *members.OPERATIONS,
    *api_keys.OPERATIONS,
    *share_links.OPERATIONS,
    *tenants.OPERATIONS,
    *jwks.OPERATIONS,
    *system.OPERATIONS,
)
STRUCTS: list[type[Any]] = [
    *(*account_bodies.STRUCTS, *session_bodies.STRUCTS, *member_bodies.STRUCTS),
    *(*key_bodies.STRUCTS, *share_bodies.STRUCTS, *tenant_bodies.STRUCTS),
]
DESCRIPTION = (
    "Who people and machines are, and what they may. Log in at `POST /v1/auth/sessions`; send the access token as "
    "`Authorization: Bearer …` here and to the rest of Pavilion, and get the next with the refresh token."
)


def create_app(settings: WebSettings | None = None) -> FastAPI:
    """The application. Servers are reached, and settings read, when it starts up; only who may call it from a
    browser is asked at once."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        configure_logs()
        async with serving(settings or WebSettings()) as known:
            app.state.services = known
            yield

    app = FastAPI(
        title="Pavilion: identity",
        version="1.0.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=f"{ALL}/docs",
        redoc_url=None,
        openapi_url=f"{ALL}/openapi.json",
        exception_handlers={HTTPException: not_routed},
    )
    install_operations(app, OPERATIONS, AUTH_SERVICE)
    middleware.install(app, middleware.origins((settings or WebSettings()).cors_origins))
    openapi.install(app, STRUCTS)
    return app


@asynccontextmanager
async def serving(settings: WebSettings) -> AsyncIterator[AuthServices]:
    """What the endpoints need, as long as the application runs."""
    keys = settings.identity_key.get_secret_value() if settings.identity_key else secrets.identity_key()
    pool = await create_pool(
        settings.postgres_dsn or load_settings().postgres_dsn,
        application_name="pavilion-auth-http",
        role=settings.auth_postgres_role,
        max_size=settings.auth_pool_size,
    )
    try:
        identity = await open_identity(
            pool, keys=keys, issuer=settings.token_issuer, audience=settings.token_audience
        )
        yield AuthServices(
            identity=identity,
            verifier=StoredVerifier(identity.sessions),
            proxies=TrustedProxies(settings.trusted_proxies),
            app_url=settings.app_url,
            clock=utc_now,
            ready=lambda: _ready(pool),
        )
    finally:
        await pool.close()


async def _ready(pool: "asyncpg.Pool[Any]") -> None:
    try:
        await pool.fetchval("select 1")
    except AWAY as error:
        raise StoreUnavailable(AWAY_MESSAGE) from error


app = create_app()
