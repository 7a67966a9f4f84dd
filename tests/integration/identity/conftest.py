"""An installation of identity on a real Postgres, with a clock that tests move and cheap hashes."""

import base64
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from adapters.identity import open_identity
from adapters.passwords import Argon2Passwords
from adapters.postgres.pool import create_pool
from contracts.identity import Grant
from domain.identity.errors import IdentityRefused
from handlers.identity import Actor, Identity, Mail, SessionTokens, Verified
from tests.conftest import a_name, fresh_database

KEY = f"k1:{base64.b64encode(bytes(32)).decode()}"
ISSUER, AUDIENCE = "https://auth.test", "pavilion"
PASSWORD = "seven purple wickets by the lake"
HERE = "192.0.2.1"


class MovingClock:
    """Shows a time until it is moved on."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        # Every look is a little later, as with a real one.
        self.now += timedelta(milliseconds=1)
        return self.now

    def on(self, **passed: float) -> None:
        self.now += timedelta(**passed)


@dataclass(slots=True)
class Installation:
    """Identity, its clock, and a look behind: what an owner of the database sees."""

    identity: Identity
    pool: Any
    dsn: str
    clock: MovingClock

    async def mails(self) -> list[Mail]:
        """What would be sent now."""
        mails = list(await self.identity.mails.due(100))
        for mail in mails:
            await self.identity.mails.sent(mail.id)
        return mails

    async def events(self, *types: str) -> list[tuple[str, dict[str, Any]]]:
        """What happened, in order: all, or of these types."""
        connection = await asyncpg.connect(self.dsn)
        try:
            rows = await connection.fetch("select type, data::text as data from event order by position")
        finally:
            await connection.close()
        return [
            (row["type"], msgspec.json.decode(row["data"]))
            for row in rows
            if not types or row["type"] in types
        ]

    async def sql(self, query: str, *arguments: object) -> list[Any]:
        """As the superuser: nothing is hidden."""
        connection = await asyncpg.connect(self.dsn)
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def league(self, email: str | None = None, slug: str | None = None) -> Verified:
        """A new league and its owner, whose password is PASSWORD."""
        name = f"l{uuid4().hex[:10]}"
        return await self.identity.accounts.provision(
            email=email or f"owner@{name}.example",
            password=PASSWORD,
            name="Olive Owner",
            tenant_id=uuid4(),
            tenant_name=f"League {name}",
            tenant_slug=slug or name,
        )

    async def member(self, league: Verified, email: str, *grants: str) -> UUID:
        """Somebody new who was invited and has accepted; the password is PASSWORD."""
        await self.identity.members.invite(
            league.tenant.id, email=email, grants=map(Grant.parse, grants), by=owner_of(league)
        )
        token = [mail.token for mail in await self.mails() if mail.to == email][-1]
        user = await self.identity.members.accept(token or "", name="Mia Member", password=PASSWORD)
        return user.id

    async def login(self, email: str, **said: Any) -> SessionTokens:
        wanted = {"password": PASSWORD, "address": HERE, "user_agent": "tests", **said}
        return await self.identity.sessions.create(email=email, **wanted)


def owner_of(league: Verified) -> Actor:
    return Actor(subject=str(league.user.id), grants=league.user.grants)


def actor(*grants: str, subject: str = "somebody", key: str | None = None) -> Actor:
    return Actor(subject=subject, grants=frozenset(map(Grant.parse, grants)), idempotency_key=key)


class Refusal:
    """What a block was refused for: ``with refused("code") as refusal``."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._raises = pytest.raises(IdentityRefused)
        self.error: IdentityRefused

    def __enter__(self) -> "Refusal":
        self._info = self._raises.__enter__()
        return self

    def __exit__(self, *raised: Any) -> bool:
        held = self._raises.__exit__(*raised)
        self.error = self._info.value
        assert self.error.code == self._code
        return bool(held)


def refused(code: str) -> Refusal:
    return Refusal(code)


@pytest.fixture(scope="module")
def database(postgres_server: str, template_database: str) -> Iterator[str]:
    """The address of a database that the tests of a module share, one after the other."""
    with fresh_database(postgres_server, template_database, a_name()) as dsn:
        yield dsn


@pytest_asyncio.fixture
async def here(database: str) -> AsyncIterator[Installation]:
    await _emptied(database)
    clock = MovingClock()
    pool = await create_pool(database, application_name="tests", role="pavilion_auth", max_size=8)
    passwords = Argon2Passwords(memory_kib=64, passes=1)
    identity = await open_identity(
        pool, keys=KEY, issuer=ISSUER, audience=AUDIENCE, clock=clock, passwords=passwords, reload_seconds=0
    )
    yield Installation(identity, pool, database, clock)
    passwords.close()
    await pool.close()


async def _emptied(dsn: str) -> None:
    """No rows, which takes a tenth of the time of a database. Events can be deleted by nobody else."""
    connection = await asyncpg.connect(dsn)
    tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    names = [row["tablename"] for row in tables if row["tablename"] != "alembic_version"]
    deletes = "; ".join(f"delete from {name}" for name in names)  # noqa: S608
    await connection.execute(f"set session_replication_role = replica; {deletes}")
    await connection.close()
