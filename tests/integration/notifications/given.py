"""A league with its people, and the notifier at work for it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.event_relay import Relay
from adapters.kafka.consumer import Consumer
from adapters.kafka.notices import NoticeProjection
from adapters.mail.letters import MjmlComposer
from adapters.mail.smtp import SmtpServer
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.notices import PostgresNotices, add_notices
from contracts.notifications import notice_id_of, notice_workflow_id
from contracts.preferences import plain_preferences
from domain.match import commands as m
from domain.match.delivery import DismissalKind, Wicket
from domain.notification.notice import Notice
from domain.notification.preferences import Preferences
from handlers.mailing import MailServer
from handlers.match import MatchHandler
from handlers.notification.ports import PushServer
from stack.mail_sink.server import Running
from tests.integration.relay.conftest import Broker
from tests.integration.relay.test_relay import running as relaying
from tests.workflows.world import ONE_OVER, line_up
from workers.notification import notification_ports, notification_worker
from workers.notifier import begin_notices
from workflows.facade import Workflows
from workflows.start import Queues

SENDER = Address("Pavilion", addr_spec="no-reply@pavilion.example")
PUBLIC_URL = "https://api.example"
KEY = b"a key of this test alone"


async def connected(address: str) -> Client:
    """What a process of its own has of Temporal."""
    return await Client.connect(address, data_converter=pydantic_data_converter)


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    email: str


@dataclass
class League:
    """A league in the database. ``owner`` sees everything."""

    owner: Any
    id: UUID = field(default_factory=uuid4)

    async def open(self, name: str = "Gully League") -> "League":
        await self.owner.execute(
            "insert into tenant (tenant_id, slug, name, status, created_at, version)"
            " values ($1, $2, $3, 'active', now(), 1)",
            self.id,
            self.id.hex,
            name,
        )
        return self

    async def member(self, *grants: str, email: str | None = None, name: str = "Asha Rao") -> Person:
        person = Person(uuid4(), email or f"{uuid4().hex}@example.com")
        await self.owner.execute(
            "insert into account (user_id, email, name, password_hash, created_at, version)"
            " values ($1, $2, $3, '-', now(), 1)",
            person.id,
            person.email,
            name,
        )
        await self.join(person, *grants)
        return person

    async def crowd(self, count: int, about: str) -> None:
        """So many members who follow the same, and have chosen nothing."""
        await self.owner.execute(
            "insert into account (user_id, email, name, password_hash, created_at, version)"
            " select gen_random_uuid(), n || '@crowd.example', 'N. N.', '-', now(), 1 from generate_series(1, $1) n",
            count,
        )
        for table, columns, values in (
            ("membership", "grants, joined_at, version", "'{viewer}', now(), 1"),
            ("notification_subscription", "about", f"'{about}'"),
        ):
            await self.owner.execute(
                f"insert into {table} (tenant_id, user_id, {columns})"  # noqa: S608
                f" select $1, user_id, {values} from account where email like '%@crowd.example'",
                self.id,
            )

    async def join(self, person: Person, *grants: str) -> None:
        await self.owner.execute(
            "insert into membership (tenant_id, user_id, grants, joined_at, version) values ($1, $2, $3, now(), 1)",
            self.id,
            person.id,
            list(grants) or ["viewer"],
        )

    async def follow(self, person: Person, *about: str) -> None:
        for each in about:
            await self.owner.execute(
                "insert into notification_subscription (tenant_id, user_id, about) values ($1, $2, $3)",
                self.id,
                person.id,
                each,
            )

    async def prefer(self, person: Person, preferences: Preferences) -> None:
        await self.owner.execute(
            "insert into notification_preference (tenant_id, user_id, version, document) values ($1, $2, 1, $3)"
            " on conflict (tenant_id, user_id) do update set document = excluded.document",
            self.id,
            person.id,
            json.dumps(plain_preferences(preferences, whole=False)),
        )

    async def told(self, person: Person) -> list[str]:
        """The kinds of what is in somebody's inbox, oldest first."""
        rows = await self.owner.fetch(
            "select o.kind from notification n join notice o on o.id = n.notice_id"
            " where n.user_id = $1 and n.inbox order by o.made_at, o.id",
            person.id,
        )
        return [row["kind"] for row in rows]

    async def attempts(self, person: Person) -> list[tuple[str, str]]:
        """Channel and outcome of all attempts to reach somebody, in order."""
        rows = await self.owner.fetch(
            "select channel, outcome from notification_attempt t join notification n on n.id = t.notification_id"
            " where n.user_id = $1 order by t.number",
            person.id,
        )
        return [(row["channel"], row["outcome"]) for row in rows]

    async def events(self) -> list[str]:
        """The types of what was said of notices and notifications."""
        rows = await self.owner.fetch(
            "select type from event where tenant_id = $1 and stream_kind = 'notification' order by position",
            self.id,
        )
        return [row["type"] for row in rows]


@dataclass
class Match:
    """A match of two overs, played as a test says."""

    league: League
    matches: MatchHandler
    id: UUID = field(default_factory=uuid4)

    async def create(self, home: str = "Brook End", away: str = "Castle Hill") -> "Match":
        teams = (m.Team(id="b", name=home), m.Team(id="c", name=away))
        create = m.CreateMatch(conditions=ONE_OVER, teams=teams, tournament="Gully Cup")
        await self.matches.create(
            self.league.id, create, idempotency_key=uuid4().hex, now=datetime.now(UTC), match_id=self.id
        )
        return self

    async def do(self, *commands: m.MatchCommand) -> int:
        done = await self.matches.execute(
            self.league.id, self.id, list(commands), idempotency_key=uuid4().hex, now=datetime.now(UTC)
        )
        return done.version

    async def begin(self) -> None:
        await self.do(line_up("b"), line_up("c"), m.RecordToss(winner="b", decision="bat"), m.StartInnings())

    async def wicket(self, striker: str = "b1", non_striker: str = "b2") -> None:
        """The first ball of the match bowls b1."""
        await self.do(
            m.RecordBall(
                striker=striker,
                non_striker=non_striker,
                bowler="c11",
                wickets=(Wicket(player=striker, kind=DismissalKind.BOWLED),),
            )
        )


class Notifier:
    """The whole way: relay, broker, consumer, workflows. Parts can be killed and started again."""

    def __init__(
        self,
        pool: Any,
        broker: Broker,
        client: Client,
        relay: Relay,
        mail: MailServer | None,
        queue: str | None = None,
    ) -> None:
        self.pool = pool
        self.broker = broker
        self.client = client
        self.relay = relay
        self.mail = mail
        self.push: PushServer | None = None
        self.clock: Any = None
        self.queue = queue or uuid4().hex
        self.notices = PostgresNotices(pool)
        self.workflows = Workflows(client, queues=Queues(notification=self.queue))
        self.composer = MjmlComposer(sender=SENDER, public_url=PUBLIC_URL, key=KEY)

    def worker(self) -> Any:
        ports = notification_ports(
            self.notices,
            PostgresEventStore(self.pool),
            self.composer,
            self.mail,
            self.push,
            self.workflows.deliver,
        )
        return notification_worker(self.client, ports, self.queue)

    def consumer(self) -> Consumer:
        return Consumer(
            NoticeProjection(self.pool),
            bootstrap=self.broker.bootstrap,
            pool=self.pool,
            prefix=self.broker.prefix,
        )

    async def add(self, league: League, notice: Notice, at: datetime | None = None) -> None:
        """What the consumer does with a notice."""
        async with self.pool.acquire() as connection, connection.transaction():
            await add_notices(connection, [(league.id, notice, at or datetime.now(UTC))])

    def workflow_of(self, league: League, subject: str) -> Any:
        return self.client.get_workflow_handle(
            notice_workflow_id(league.id, notice_id_of(league.id, subject))
        )

    async def has_begun(self, league: League, subject: str) -> bool:
        query = "select begun_at is not null from notice where id = $1"
        return await league.owner.fetchval(query, notice_id_of(league.id, subject))

    @asynccontextmanager
    async def consuming(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(self.consumer().run(stop))
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait_for(task, 30)

    @asynccontextmanager
    async def beginning(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(begin_notices(stop, self.notices, self.workflows))
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait_for(task, 30)

    @asynccontextmanager
    async def at_work(self, *, working: bool = True) -> AsyncIterator["Notifier"]:
        async with AsyncExitStack() as parts:
            await parts.enter_async_context(relaying(self.relay))
            await parts.enter_async_context(self.consuming())
            await parts.enter_async_context(self.beginning())
            if working:
                await parts.enter_async_context(self.worker())
            yield self


def smtp(sink: Running) -> SmtpServer:
    return SmtpServer.at(sink.smtp_url)
