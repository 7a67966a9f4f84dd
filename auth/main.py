"""The Auth Service's process: ``python -m auth.main``. gRPC, and what goes on without being asked."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import structlog

from adapters.identity import open_identity
from adapters.kafka.match_ends import MatchEnds
from adapters.kafka.revocations import RevocationFollower, following
from adapters.kafka.topics import ensure_topics
from adapters.mail.smtp import SmtpServer
from adapters.postgres.pool import AWAY, create_pool
from auth.addresses import TrustedProxies
from auth.grpc.answers import Answers
from auth.grpc.calls import Services
from auth.grpc.server import AuthServer, Tls, serving
from auth.mail.sending import send_mails
from auth.mail.texts import Links, sender_of
from auth.settings import AuthSettings
from auth.validation import Validator
from contracts.revocations import REMEMBERED_SECONDS
from domain.identity.revocations import Revocations
from handlers.identity import Identity
from stack import secrets
from stack.settings import load_settings
from workers import process

GROUP = "auth-consumer"
HEALTH_SECONDS = 1.0
KEEP_KEYS_SECONDS = 30.0
AGAIN_SECONDS = 1.0
log = structlog.get_logger("auth")


def addressed(settings: AuthSettings) -> AuthSettings:
    """With the servers of the running stack where none are named. Raises StackError where there is no stack either."""
    if settings.postgres_dsn is not None and settings.kafka_bootstrap is not None:
        return settings
    known = load_settings()
    names = ("postgres_dsn", "kafka_bootstrap", "kafka_replication", "kafka_prefix", "auth_grpc")
    names += ("smtp_url", "gateway_url", "auth_url")
    return settings.model_copy(update={name: getattr(known, name) for name in names})


async def work(stop: asyncio.Event, given: AuthSettings) -> None:
    """Serve until ``stop`` is set. Raises OSError or asyncpg.PostgresError when Postgres is not there at the start."""
    settings = addressed(given)
    bootstrap, dsn = settings.kafka_bootstrap or "", settings.postgres_dsn or ""
    keys = settings.identity_key.get_secret_value() if settings.identity_key else secrets.identity_key()
    await ensure_topics(bootstrap, replication=settings.kafka_replication, prefix=settings.kafka_prefix)
    pool = await create_pool(
        dsn,
        application_name="pavilion-auth",
        role=settings.auth_postgres_role,
        max_size=settings.auth_pool_size,
    )
    try:
        identity = await open_identity(
            pool, keys=keys, issuer=settings.token_issuer, audience=settings.token_audience
        )
        await _run(stop, settings, pool, identity)
    finally:
        pool.terminate()


async def _run(
    stop: asyncio.Event,
    settings: AuthSettings,
    pool: "asyncpg.Pool[Any]",
    identity: Identity,
) -> None:
    revocations = Revocations(REMEMBERED_SECONDS)
    bootstrap, prefix = settings.kafka_bootstrap or "", settings.kafka_prefix
    validator = Validator(identity.sessions, revocations)

    def key_revoked(key_id: str) -> None:
        identity.signing_keys.withdraw(key_id)
        validator.forget()

    follower = RevocationFollower(
        revocations, bootstrap=bootstrap, prefix=prefix, group=GROUP, key_revoked=key_revoked
    )
    ends = MatchEnds(identity.share_links.end_of_match, bootstrap=bootstrap, prefix=prefix)
    services = Services(
        identity=identity,
        validator=validator,
        answers=Answers(validator),
        proxies=TrustedProxies(settings.trusted_proxies),
        operators=frozenset(filter(None, map(str.strip, settings.auth_operators.split(",")))),
    )
    async with AsyncExitStack() as running:
        await running.enter_async_context(following(follower))
        server = await running.enter_async_context(serving(services, settings.listen, tls_of(settings)))
        log.info("serving", port=server.port, mtls=settings.auth_mtls)
        jobs = (
            _tell_health(server, pool),
            _again("keys", identity.signing_keys.keep, KEEP_KEYS_SECONDS),
            _again("match ends", ends.run, AGAIN_SECONDS),
            _again("mails", lambda: _send_mails(stop, settings, identity), AGAIN_SECONDS),
        )
        tasks = [asyncio.ensure_future(job) for job in jobs]
        try:
            await stop.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def tls_of(settings: AuthSettings) -> Tls | None:
    """What the server shows; None where it is not encrypted. Raises OSError for a file that cannot be read."""
    if settings.auth_tls_certificate is None or settings.auth_tls_key is None:
        return None
    clients = settings.auth_tls_ca if settings.auth_mtls == "required" else None
    return Tls(
        certificate=settings.auth_tls_certificate.read_bytes(),
        key=settings.auth_tls_key.read_bytes(),
        clients=None if clients is None else clients.read_bytes(),
    )


async def _send_mails(stop: asyncio.Event, settings: AuthSettings, identity: Identity) -> None:
    """Send mails until ``stop`` is set. Without a mail server they wait."""
    if settings.smtp_url is None:
        log.warning("no mail is sent: PAVILION_SMTP_URL is not set")
        await stop.wait()
        return
    api_url = settings.public_url or settings.gateway_url or settings.auth_url or ""
    await send_mails(
        stop,
        identity.mails,
        SmtpServer.at(settings.smtp_url),
        links=Links(settings.app_url, api_url),
        sender=sender_of(settings.mail_from),
    )


async def _tell_health(server: AuthServer, pool: "asyncpg.Pool[Any]") -> None:
    """Well is who can ask the store."""
    well = True
    while True:
        try:
            await pool.fetchval("select 1")
            now_well = True
        except AWAY as error:
            now_well = False
            log.warning("the database cannot be reached", error=repr(error))
        if now_well != well:
            await server.serves(now_well)
            well = now_well
        await asyncio.sleep(HEALTH_SECONDS)


async def _again(name: str, job: Callable[[], Awaitable[object]], seconds: float) -> None:
    """Do a job from time to time, whatever went wrong the last time."""
    while True:
        try:
            await job()
        except Exception as error:
            log.exception("a job failed", job=name, error=repr(error))
        await asyncio.sleep(seconds)


if __name__ == "__main__":
    process.run(lambda stop: work(stop, AuthSettings()))
