"""What NoticeWorkflow does: look whether a notice still holds and whom it is told, and keep that a page at a time.

Names, addresses and texts are looked up in activities and go nowhere but into the message.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

import msgspec
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.aggregates import now
from contracts.codec import NOTIFICATION_EVENTS
from contracts.events import EventMetadata, NewEvent
from contracts.notifications import NOTIFICATION, FannedOut, FanOut, NoticeOf, NotificationRun, digest_id_of
from domain.notification.events import NoticeRaised, NotificationEvent
from domain.notification.notice import Channel, is_past
from domain.notification.other_notices import toss_still_due
from domain.notification.preferences import plan
from handlers.errors import StreamNotFound
from handlers.mailing import MailServer
from handlers.notification.composing import Composer
from handlers.notification.ports import (
    KeptNotice,
    Listener,
    NotificationWork,
    Planned,
    PushServer,
    Waiting,
)
from handlers.ports import DuplicateEvent, EventStore, StoreUnavailable, VersionConflict
from handlers.session import SessionHandler
from handlers.tournament import TournamentHandler

PAGE = 200
STARTED_AT_ONCE = 20
_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationPorts:
    """What notifications touch. ``mail`` or ``push`` None: there is no such way here. ``deliver`` begins the workflow
    of a message; begun before, it is the same."""

    work: NotificationWork
    store: EventStore
    sessions: SessionHandler
    tournaments: TournamentHandler
    composer: Composer
    mail: MailServer | None
    push: PushServer | None
    deliver: Callable[[NotificationRun], Awaitable[None]]


class OfNotices:
    """What both kinds of activities look up, and how they say what came of it."""

    def __init__(self, ports: NotificationPorts) -> None:
        self._ports = ports

    async def _still_holds(self, tenant_id: UUID, notice: KeptNotice, at: datetime) -> bool:
        """Is what it announces still to come?"""
        if is_past(notice.kind, notice.expires_at, at):
            return False
        return notice.while_start is None or await self._still_due(tenant_id, notice.while_start)

    async def _still_due(self, tenant_id: UUID, said: str) -> bool:
        stream, _, starts = said.partition("/")
        try:
            return await self._ports.sessions.read(
                tenant_id, UUID(stream), lambda state: toss_still_due(state, starts)
            )
        except StreamNotFound:
            return False

    async def _captain(self, tenant: UUID, notice: KeptNotice) -> tuple[str, ...]:
        """Who leads the team that it concerns, as the tournament has it."""
        if notice.captain_of is None:
            return ()
        tournament, team = notice.captain_of
        try:
            captain = await self._ports.tournaments.read(
                tenant,
                UUID(tournament),
                lambda state: entry.captain if (entry := state.entries.get(team)) else None,
            )
        except StreamNotFound:
            return ()
        return (captain,) if captain else ()

    async def _append(self, tenant_id: UUID, stream_id: UUID, events: Sequence[NotificationEvent]) -> None:
        """The events of a stream, which has no others; said before, they are not said again."""
        metadata = EventMetadata(actor="notifier", first=1, last=len(events))
        new = [
            NewEvent(
                event_id=uuid5(stream_id, str(number)),
                type=(name := type(event).__name__),
                schema_version=NOTIFICATION_EVENTS.schema_versions[name],
                data=NOTIFICATION_EVENTS.encode(event).decode(),
                metadata=_encoder.encode(metadata).decode(),
            )
            for number, event in enumerate(events)
        ]
        try:
            await self._ports.store.append(tenant_id, NOTIFICATION, stream_id, 0, new)
        except (DuplicateEvent, VersionConflict):
            return
        except StoreUnavailable as error:
            raise ApplicationError(str(error), type="store_unavailable") from error


class NoticeActivities(OfNotices):
    """The activities of NoticeWorkflow."""

    @activity.defn
    async def raise_notice(self, of: NoticeOf) -> bool:
        """Say in its stream that there is something to tell; False: it is not so any more, or too late."""
        notice = await self._ports.work.notice(of.tenant_id, of.notice_id)
        if notice is None or (notice.expires_at is not None and notice.expires_at <= now()):
            return False
        if not await self._still_holds(of.tenant_id, notice, now()):
            return False
        raised = NoticeRaised(
            kind=notice.kind,
            category=notice.category,
            subject=notice.subject,
            about=notice.about,
            followed=notice.followed,
            critical=notice.critical,
            at=notice.made_at,
        )
        await self._append(of.tenant_id, of.notice_id, [raised])
        return True

    @activity.defn
    async def fan_out(self, page: FanOut) -> FannedOut:
        """Keep the notifications of the next page of people, and begin the workflows of those that go out. Repeated,
        it finds them there."""
        tenant, of = page.notice.tenant_id, page.notice.notice_id
        notice = await self._ports.work.notice(tenant, of)
        if notice is None or is_past(notice.kind, notice.expires_at, now()):
            return FannedOut(after=None, told=0)
        persons = [*notice.persons, *await self._captain(tenant, notice)]
        listeners = await self._ports.work.audience(tenant, of, persons, page.after, PAGE)
        planned = [self._planned(tenant, notice, each) for each in listeners]
        planned = [each for each in planned if not each.plan.nothing]
        if planned:
            for_workflows = await self._ports.work.keep(tenant, notice, planned, now())
            await self._begin(tenant, for_workflows)
        after = listeners[-1].user_id if len(listeners) == PAGE else None
        return FannedOut(after=after, told=len(planned))

    def _planned(self, tenant: UUID, notice: KeptNotice, listener: Listener) -> Planned:
        ports = self._ports
        reachable = {Channel.INBOX}
        if ports.mail is not None:
            reachable.add(Channel.EMAIL)
        if ports.push is not None and listener.pushes:
            reachable.add(Channel.PUSH)
        planned = plan(
            listener.preferences,
            notice.category,
            now(),
            critical=notice.critical,
            expires_at=notice.expires_at,
            reachable=frozenset(reachable),
        )
        digest = planned.digest_at and digest_id_of(tenant, listener.user_id, planned.digest_at)
        return Planned(user_id=listener.user_id, plan=planned, digest_id=digest)

    async def _begin(self, tenant: UUID, waiting: Sequence[Waiting]) -> None:
        free = asyncio.Semaphore(STARTED_AT_ONCE)

        async def begin(each: Waiting) -> None:
            run = NotificationRun(
                tenant_id=tenant,
                notification_id=each.id,
                channels=each.channels,
                due_at=each.due_at,
                expires_at=each.expires_at,
                category=each.category,
            )
            async with free:
                await self._ports.deliver(run)

        await asyncio.gather(*map(begin, waiting))
