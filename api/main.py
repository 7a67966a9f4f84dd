"""The API process: ``granian --interface asgi api.main:app``."""

import gc
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec
import structlog
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.exceptions import HTTPException
from temporalio.client import Client

from adapters.auth.client import ClientTls
from adapters.auth.verifying import Trust, verifying
from adapters.calendars.feed import calendar
from adapters.cricsheet.writer import export
from adapters.kafka.live_follower import KafkaFollower
from adapters.postgres.analytics_reads import PostgresAnalytics
from adapters.postgres.audit import PostgresAuditLog
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.notifications import PostgresNotifications
from adapters.postgres.payees import PostgresPayees
from adapters.postgres.payment_reads import PostgresPaymentReadModel
from adapters.postgres.persons import PostgresPersonalData
from adapters.postgres.pool import AWAY, AWAY_MESSAGE, create_pool
from adapters.postgres.read_models import PostgresMatchReadModel
from adapters.postgres.reconciliation import PostgresCases
from adapters.postgres.registers import PostgresRegisterStore
from adapters.postgres.stream_tails import PostgresStreamTails
from adapters.postgres.tournament_reads import PostgresTournamentReadModel
from adapters.postgres.webhook_endpoints import PostgresWebhookEndpoints
from adapters.postgres.webhook_inbox import PostgresWebhookInbox
from adapters.push.webpush import public_key_of
from adapters.stripe.provider import StripeProvider
from adapters.stripe.signature import SignatureCheck
from adapters.temporal.client import connect
from adapters.temporal.keys import PayloadKeys
from adapters.tokens.vault import AesVault
from api import middleware, openapi, system
from api.errors import Problem
from api.groups import GROUPS, serve_only
from api.issuer import DEVELOPMENT_TENANT, DevelopmentIssuer
from api.keys import KeyRing, KeysUnavailable
from api.ledger import routes as books
from api.live import kinds as live_kinds
from api.live import process as live_process
from api.logs import configure_logs
from api.match import routes
from api.notification import routes as notifications
from api.operations import Operation, install_operations, not_routed
from api.payment import routes as payments
from api.payout import routes as payouts
from api.permissions import AUTH_SERVICE, PERMISSIONS
from api.privacy import routes as privacy
from api.registry import routes as registry
from api.services import Services
from api.session import routes as sessions
from api.settings import ApiSettings
from api.tournament import routes as tournaments
from api.webhook_endpoint import routes as webhook_endpoints
from domain.outgoing import Allowed
from handlers.league import LeagueData
from handlers.live.hub import LiveHub
from handlers.live.ports import Broadcaster
from handlers.live.silence import Silence
from handlers.match import MatchHandler
from handlers.payment import PaymentHandler
from handlers.payout import PayoutHandler
from handlers.persons import PersonHandler
from handlers.ports import StoreUnavailable
from handlers.register import RegisterHandler
from handlers.session import SessionHandler
from handlers.tournament import TournamentHandler
from handlers.webhook_endpoints import WebhookEndpoints
from stack import secrets
from stack.folders import project_root, state_folder
from stack.settings import load_settings
from workflows.facade import Workflows

OPERATIONS: tuple[Operation, ...] = (
    *(each for group in GROUPS.values() for each in group),
    *system.OPERATIONS,
)
DESCRIPTION = (
    "Score a match ball by ball and read it back. Every write is an event of the match's stream; the version "
    "in the ETag names the state after it. Send an `Idempotency-Key` with every POST and repeat the request "
    "with the same key when you don't know whether it arrived."
)

log = structlog.get_logger("api")


def create_app(settings: ApiSettings | None = None) -> FastAPI:
    """The application. Servers are reached, and settings read, when it starts up; only who may call it from a
    browser is asked at once."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        configure_logs()
        async with serving(settings or ApiSettings()) as known:
            app.state.services = known
            _calm_collector()
            async with live_process.running(known.live):
                yield

    app = FastAPI(
        title="Pavilion",
        version="1.0.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url="/docs",
        redoc_url=None,
        openapi_url="/openapi.json",
        exception_handlers={HTTPException: not_routed},
    )
    install_operations(app, OPERATIONS, PERMISSIONS.keys() - AUTH_SERVICE)
    middleware.install(app, middleware.origins((settings or ApiSettings()).cors_origins))
    openapi.install(
        app,
        [
            *(*routes.STRUCTS, *sessions.STRUCTS, *tournaments.STRUCTS, *registry.STRUCTS),
            *(*payments.STRUCTS, *payouts.STRUCTS, *books.STRUCTS, *privacy.STRUCTS),
            *notifications.STRUCTS,
            *webhook_endpoints.STRUCTS,
        ],
    )
    serve_only(app, (settings or ApiSettings()).services)
    return app


@asynccontextmanager
async def serving(settings: ApiSettings) -> AsyncIterator[Services]:
    """What the endpoints need, as long as the application runs."""
    dsn = settings.postgres_dsn or load_settings().postgres_dsn
    check_signature = SignatureCheck(_webhook_secrets(settings))
    pool = await create_pool(
        dsn,
        application_name="pavilion-api",
        role=settings.postgres_role,
        max_size=settings.postgres_pool_size,
    )
    stripe: StripeProvider | None = None
    running = AsyncExitStack()
    try:
        await _refuse_powerful_role(pool)
        store = PostgresEventStore(pool)
        temporal = await _temporal(settings)
        stripe = _stripe(settings)
        tokens = await running.enter_async_context(verifying(_trust(settings)))
        yield Services(
            verifier=tokens.verifier,
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
            live=_live_hub(settings, pool, store),
            live_send_seconds=settings.live_send_seconds,
            workflows=Workflows(temporal),
            payments=PaymentHandler(store),
            payment_reads=PostgresPaymentReadModel(pool),
            webhooks=(inbox := PostgresWebhookInbox(pool)),
            failing_webhooks=inbox,
            home=settings.stripe_tenant or DEVELOPMENT_TENANT,
            webhook_endpoints=_webhook_endpoints(settings, pool),
            ledger=league.ledger,
            cases=PostgresCases(pool),
            payouts=PayoutHandler(store),
            payees=league.payees,
            provider=stripe,
            audit=PostgresAuditLog(pool),
            analytics=PostgresAnalytics(pool),
            notifications=PostgresNotifications(pool),
            notification_key=_secret(settings.notification_key, secrets.notification_key).encode(),
            push_key=public_key_of(_secret(settings.vapid_key, secrets.vapid_key)),
            outgoing=Allowed.parse(settings.outgoing_allow_private),
            check_signature=check_signature,
            invitation_key=_invitation_key(settings),
            ready=lambda: _ready(pool, tokens.keys),
            export=lambda state: msgspec.json.encode(export(state)),
            calendar=lambda name, matches, made_at: calendar(name, matches, made_at=made_at),
            card_wait_seconds=settings.card_wait_seconds,
        )
    finally:
        await running.aclose()
        await pool.close()
        if stripe is not None:
            await stripe.close()


def _trust(settings: ApiSettings) -> Trust:
    """Whom the API believes: what the settings say; in a checkout the development issuer and the Auth Service."""
    tls = None
    if settings.auth_tls_ca is not None:
        tls = ClientTls(
            ca=settings.auth_tls_ca,
            certificate=settings.auth_client_certificate,
            key=settings.auth_client_key,
        )
    jwks, kept, auth_grpc = settings.jwks, settings.jwks_kept, settings.auth_grpc
    kafka, prefix = settings.kafka_bootstrap, settings.kafka_prefix
    if settings.postgres_dsn is None:
        known = load_settings()
        auth_grpc = auth_grpc or known.auth_grpc
        kafka, prefix = kafka or known.kafka_bootstrap, prefix or known.kafka_prefix
    if jwks is None:
        jwks, kept = _development_jwks(settings), kept or state_folder(project_root()) / "jwks"
    return Trust(
        jwks=jwks,
        jwks_kept=kept,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        auth_grpc=auth_grpc,
        auth_tls=tls,
        kafka_bootstrap=kafka,
        kafka_prefix=prefix,
    )


def _live_hub(settings: ApiSettings, pool: "asyncpg.Pool[Any]", store: PostgresEventStore) -> LiveHub:
    return LiveHub(
        store=store,
        tails=PostgresStreamTails(pool),
        broadcaster=_broadcaster(settings),
        match=live_kinds.MATCH,
        tournament=live_kinds.TOURNAMENT,
        write=live_kinds.write_event,
        most_listeners=settings.live_listeners,
        linger_seconds=settings.live_linger_seconds,
    )


def _broadcaster(settings: ApiSettings) -> Broadcaster:
    """Kafka; silence where a database is named and no Kafka, so that all is read from the store."""
    bootstrap, prefix = settings.kafka_bootstrap, settings.kafka_prefix
    if bootstrap is None and settings.postgres_dsn is None:
        known = load_settings()
        bootstrap, prefix = known.kafka_bootstrap, known.kafka_prefix
    return Silence() if bootstrap is None else KafkaFollower(bootstrap, prefix=prefix)


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


def _secret(given: SecretStr | None, otherwise: Callable[[], str]) -> str:
    return otherwise() if given is None else given.get_secret_value()


def _webhook_secrets(settings: ApiSettings) -> str:
    if settings.stripe_webhook_secrets is None:
        return secrets.stripe_webhook_secrets()
    return settings.stripe_webhook_secrets.get_secret_value()


def _webhook_endpoints(settings: ApiSettings, pool: "asyncpg.Pool[Any]") -> WebhookEndpoints:
    keys = settings.webhook_key.get_secret_value() if settings.webhook_key else secrets.webhook_key()
    return WebhookEndpoints(
        PostgresWebhookEndpoints(pool),
        AesVault(PayloadKeys.parse(keys)),
        lambda: datetime.now(UTC),
        Allowed.parse(settings.outgoing_allow_private),
    )


def _invitation_key(settings: ApiSettings) -> bytes:
    if settings.invitation_key is None:
        return os.urandom(32)
    return settings.invitation_key.get_secret_value().encode()


def _calm_collector() -> None:
    """Look for garbage less often: what a process holds is match states, which live long and have no cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _development_jwks(settings: ApiSettings) -> str:
    """The development issuer's keys, and those of the Auth Service where it runs."""
    issuer = DevelopmentIssuer(state_folder(project_root()) / "issuer")
    issuer.ensure()
    log.warning("tokens of the development issuer are believed", jwks=str(issuer.jwks_file))
    places = [str(issuer.jwks_file)]
    if settings.auth_url is not None:
        places.append(f"{settings.auth_url}/.well-known/jwks.json")
    return ",".join(places)


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


app = create_app()
