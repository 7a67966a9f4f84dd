"""The process that tells match days how far their matches are."""

import asyncio
from uuid import UUID

from adapters.kafka.consumer import Consumer
from adapters.kafka.milestones import MilestoneProjection
from adapters.kafka.topics import ensure_topics
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import create_pool
from contracts.work import session_stream_id
from handlers.errors import StreamNotFound
from handlers.ports import StoreUnavailable
from handlers.session import SessionHandler
from stack.settings import Settings, load_settings
from workers import process
from workers.connection import connect_temporal
from workflows.facade import Workflows
from workflows.refusal import WorkflowRefused

ROLE = "pavilion_projector"
PACE_SECONDS = 0.1
"""Milestones come in groups (line-ups, toss, first ball): each group is one signal to the session."""


class WorkflowsAway(ConnectionError):
    """Temporal or the store cannot be reached: the consumer waits."""


class Hints:
    """Passes a milestone on: to the match's session, or to its tournament once the session is over."""

    def __init__(self, workflows: Workflows, sessions: SessionHandler) -> None:
        self._workflows = workflows
        self._sessions = sessions

    async def match_moved(self, tenant_id: UUID, match_id: UUID, version: int) -> None:
        """A match that is played without a session is nobody's business here. Raises WorkflowsAway."""
        try:
            if await self._workflows.match_moved(tenant_id, match_id, version):
                return
            tournament = await self._tournament_of(tenant_id, match_id)
            if tournament is not None:
                await self._workflows.session_over(tenant_id, tournament, match_id)
        except (WorkflowRefused, StoreUnavailable) as error:
            raise WorkflowsAway(str(error)) from error

    async def _tournament_of(self, tenant_id: UUID, match_id: UUID) -> UUID | None:
        try:
            found = await self._sessions.read(
                tenant_id, session_stream_id(match_id), lambda state: state.tournament
            )
        except StreamNotFound:
            return None
        return UUID(found) if found else None


async def work(stop: asyncio.Event, settings: Settings) -> None:
    """Follow the matches until ``stop`` is set."""
    await ensure_topics(
        settings.kafka_bootstrap, replication=settings.kafka_replication, prefix=settings.kafka_prefix
    )
    client = await connect_temporal(settings)
    pool = await create_pool(settings.postgres_dsn, role=ROLE, application_name="sessions", max_size=4)
    hints = Hints(Workflows(client), SessionHandler(PostgresEventStore(pool)))
    try:
        consumer = Consumer(
            MilestoneProjection(hints.match_moved),
            bootstrap=settings.kafka_bootstrap,
            pool=pool,
            prefix=settings.kafka_prefix,
            pace_seconds=PACE_SECONDS,
        )
        await consumer.run(stop)
    finally:
        pool.terminate()


if __name__ == "__main__":
    process.run(lambda stop: work(stop, load_settings()))
