"""The API process: ``granian --interface asgi api.main:app``."""

import gc
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import msgspec
import structlog
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from temporalio.client import Client

from adapters.calendars.feed import calendar
from adapters.cricsheet.writer import export
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.payees import PostgresPayees
from adapters.postgres.payment_reads import PostgresPaymentReadModel
from adapters.postgres.persons import PostgresPersonalData
from adapters.postgres.pool import AWAY, AWAY_MESSAGE, create_pool
from adapters.postgres.read_models import PostgresMatchReadModel
from adapters.postgres.reconciliation import PostgresCases
from adapters.postgres.registers import PostgresRegisterStore
from adapters.postgres.tournament_reads import PostgresTournamentReadModel
from adapters.postgres.webhook_inbox import PostgresWebhookInbox
from adapters.stripe.provider import StripeProvider
from adapters.stripe.signature import SignatureCheck
from adapters.temporal.client import connect
from adapters.temporal.keys import PayloadKeys
from api import openapi, system
from api.errors import Problem
from api.issuer import DEVELOPMENT_TENANT, DevelopmentIssuer
from api.keys import KeyRing, KeysUnavailable
from api.ledger import routes as books
from api.logs import configure_logs
from api.match import routes
from api.operations import Operation, OperationRoute, answer_error
from api.payment import routes as payments
from api.payout import routes as payouts
from api.permissions import PERMISSIONS
from api.privacy import routes as privacy
from api.registry import routes as registry
from api.security import TokenVerifier
from api.services import Services
from api.session import routes as sessions
from api.settings import ApiSettings
from api.tournament import routes as tournaments
from api.webhook import routes as webhooks
from handlers.league import LeagueData
from handlers.match import MatchHandler
from handlers.payment import PaymentHandler
from handlers.payout import PayoutHandler
from handlers.persons import PersonHandler
from handlers.ports import StoreUnavailable
from handlers.register import RegisterHandler
from handlers.session import SessionHandler
from handlers.tournament import TournamentHandler
from stack import secrets
from stack.folders import project_root, state_folder
from stack.settings import load_settings
from workflows.facade import Workflows

OPERATIONS: tuple[Operation, ...] = (
    *routes.OPERATIONS,
    *sessions.OPERATIONS,
    *tournaments.OPERATIONS,
    *registry.OPERATIONS,
    *payments.OPERATIONS,
    *webhooks.OPERATIONS,
    *payouts.OPERATIONS,
    *books.OPERATIONS,
    *privacy.OPERATIONS,
    *system.OPERATIONS,
)
DESCRIPTION = (
    "Score a match ball by ball and read it back. Every write is an event of the match's stream; the version "
    "in the ETag names the state after it. Send an `Idempotency-Key` with every POST and repeat the request "
    "with the same key when you don't know whether it arrived."
)

log = structlog.get_logger("api")


def create_app(settings: ApiSettings | None = None) -> FastAPI:
    """The application. Servers are reached, and settings read, when it starts up."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        configure_logs()
        async with serving(settings or ApiSettings()) as known:
            app.state.services = known
            _calm_collector()
            yield

    app = FastAPI(
        title="Pavilion",
        version="1.0.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url="/docs",
        redoc_url=None,
        openapi_url="/openapi.json",
        exception_handlers={HTTPException: _not_routed},
    )
    install_operations(app, OPERATIONS)
    openapi.install(
        app,
        [
            *(*routes.STRUCTS, *sessions.STRUCTS, *tournaments.STRUCTS, *registry.STRUCTS),
            *(*payments.STRUCTS, *payouts.STRUCTS, *books.STRUCTS, *privacy.STRUCTS),
        ],
    )
    return app


def install_operations(app: FastAPI, operations: Sequence[Operation]) -> None:
    """Route the operations. Raises ValueError unless they and the table of permissions agree."""
    unserved = PERMISSIONS.keys() - {operation.id for operation in operations}
    if unserved:
        raise ValueError(f"api/permissions.py has entries without an operation: {sorted(unserved)}")
    # Before FastAPI's own routes (docs): the ball is tried first.
    app.router.routes[:0] = [OperationRoute(operation) for operation in operations]


@asynccontextmanager
async def serving(settings: ApiSettings) -> AsyncIterator[Services]:
    """What the endpoints need, as long as the application runs."""
    dsn = settings.postgres_dsn or load_settings().postgres_dsn
    keys = KeyRing(settings.jwks or _development_jwks())
    check_signature = SignatureCheck(_webhook_secrets(settings))
    pool = await create_pool(
        dsn,
        application_name="pavilion-api",
        role=settings.postgres_role,
        max_size=settings.postgres_pool_size,
    )
    stripe: StripeProvider | None = None
    try:
        await _refuse_powerful_role(pool)
        store = PostgresEventStore(pool)
        temporal = await _temporal(settings)
        stripe = _stripe(settings)
        yield Services(
            verifier=TokenVerifier(keys, issuer=settings.token_issuer, audience=settings.token_audience),
            matches=MatchHandler(store, cached_matches=settings.cached_matches),
            store=store,
            read_model=PostgresMatchReadModel(pool),
            registers=(registers := RegisterHandler(PostgresRegisterStore(pool))),
            league_data=(
                league := LeagueData(
                    registers=registers.store,
                    payees=PostgresPayees(pool),
                    ledger=PostgresLedger(pool),
                    data=PostgresPersonalData(pool),
                )
            ),
            persons=PersonHandler(store, league.data, registers),
            tournaments=TournamentHandler(store),
            tournament_reads=PostgresTournamentReadModel(pool),
            sessions=SessionHandler(store),
            workflows=Workflows(temporal),
            payments=PaymentHandler(store),
            payment_reads=PostgresPaymentReadModel(pool),
            webhooks=(inbox := PostgresWebhookInbox(pool)),
            failing_webhooks=inbox,
            home=settings.stripe_tenant or DEVELOPMENT_TENANT,
            ledger=league.ledger,
            cases=PostgresCases(pool),
            payouts=PayoutHandler(store),
            payees=league.payees,
            provider=stripe,
            check_signature=check_signature,
            invitation_key=_invitation_key(settings),
            ready=lambda: _ready(pool, keys),
            export=lambda state: msgspec.json.encode(export(state)),
            calendar=lambda name, matches, made_at: calendar(name, matches, made_at=made_at),
            card_wait_seconds=settings.card_wait_seconds,
        )
    finally:
        await pool.close()
        if stripe is not None:
            await stripe.close()


def _stripe(settings: ApiSettings) -> StripeProvider | None:
    """Stripe, or the simulator of the stack; None where no money is moved."""
    url, key = settings.stripe_url, settings.stripe_key
    if url is None and settings.postgres_dsn is None:
        url = load_settings().stripe_url
    if url is None and key is None:
        return None
    return StripeProvider(url, None if key is None else key.get_secret_value())


async def _temporal(settings: ApiSettings) -> Client:
    """A client that connects when it is first used: matches are scored while Temporal is away."""
    if settings.temporal_address is not None:
        address, namespace = settings.temporal_address, settings.temporal_namespace
    else:
        known = load_settings()
        address, namespace = known.temporal_address, known.temporal_namespace
    keys = settings.payload_keys.get_secret_value() if settings.payload_keys else secrets.payload_keys()
    return await connect(address, namespace, keys=PayloadKeys.parse(keys), lazy=True)


def _webhook_secrets(settings: ApiSettings) -> str:
    if settings.stripe_webhook_secrets is None:
        return secrets.stripe_webhook_secrets()
    return settings.stripe_webhook_secrets.get_secret_value()


def _invitation_key(settings: ApiSettings) -> bytes:
    if settings.invitation_key is None:
        return os.urandom(32)
    return settings.invitation_key.get_secret_value().encode()


def _calm_collector() -> None:
    """Look for garbage less often: what a process holds is match states, which live long and have no cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _development_jwks() -> str:
    issuer = DevelopmentIssuer(state_folder(project_root()) / "issuer")
    issuer.ensure()
    log.warning("tokens are verified with the development issuer's key", jwks=str(issuer.jwks_file))
    return str(issuer.jwks_file)


async def _refuse_powerful_role(pool: "asyncpg.Pool[Any]") -> None:
    """Row-level security does not bind a superuser or a role with BYPASSRLS: never serve as one."""
    (row,) = await pool.fetch(
        "select rolname, rolsuper or rolbypassrls as beyond from pg_roles where rolname = current_user"
    )
    if row["beyond"]:
        raise RuntimeError(f"the role {row['rolname']} is not bound by row-level security; use pavilion_app")


async def _ready(pool: "asyncpg.Pool[Any]", keys: KeyRing) -> None:
    try:
        await pool.fetchval("select 1 from event limit 1")
    except AWAY as error:
        raise StoreUnavailable(AWAY_MESSAGE) from error
    try:
        await keys.ensure()
    except KeysUnavailable as error:
        raise Problem("keys_unavailable", str(error)) from error


async def _not_routed(request: Request, error: Exception) -> Response:
    """No route, or not with this method."""
    if isinstance(error, HTTPException) and error.status_code == 405:
        problem = Problem(
            "method_not_allowed", f"{request.url.path} does not take {request.method}", headers=error.headers
        )
    else:
        problem = Problem("not_found", f"there is nothing at {request.url.path}")
    return answer_error(request, problem)


app = create_app()
