"""What the workflows of notices do: look whom a notice is told, hand messages over, write down what became of them.

Names, addresses and texts are looked up here and go nowhere but into the message. Mails are sent at least once: again
only where the process dies between handing one over and noting that, and then with the same Message-ID.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid5

import msgspec
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.aggregates import now
from contracts.codec import NOTIFICATION_EVENTS
from contracts.events import EventMetadata, NewEvent
from contracts.notifications import (
    NOTIFICATION,
    Delivered,
    Delivery,
    FannedOut,
    FanOut,
    NoticeOf,
    NotificationRun,
    Outcome,
    digest_id_of,
)
from domain.notification.events import NoticeRaised, NotificationEvent, NotificationFailed, NotificationSent
from domain.notification.notice import Channel
from domain.notification.other_notices import toss_still_due
from domain.notification.preferences import plan
from handlers.errors import StreamNotFound
from handlers.mailing import MailPutOff, MailRefused, MailServer
from handlers.notification.composing import Composer
from handlers.notification.ports import (
    KeptNotice,
    Letter,
    Listener,
    NotificationWork,
    Planned,
    PushGone,
    PushPutOff,
    PushRefused,
    PushServer,
    Waiting,
)
from handlers.notification.texts import told
from handlers.ports import DuplicateEvent, EventStore, StoreUnavailable, VersionConflict
from handlers.session import SessionHandler
from handlers.tournament import TournamentHandler

PAGE = 200
STARTED_AT_ONCE = 20
LONGEST_TTL_SECONDS = 28 * 24 * 3600
PUT_OFF = "put off"
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


class NotificationActivities:
    """The activities of NoticeWorkflow and NotificationWorkflow."""

    def __init__(self, ports: NotificationPorts) -> None:
        self._ports = ports

    # --- a notice ------------------------------------------------------------------------------------------

    @activity.defn
    async def raise_notice(self, of: NoticeOf) -> bool:
        """Say in its stream that there is something to tell; False: it is not so any more, or too late."""
        notice = await self._ports.work.notice(of.tenant_id, of.notice_id)
        if notice is None or (notice.expires_at is not None and notice.expires_at <= now()):
            return False
        if notice.while_start is not None and not await self._still_due(of.tenant_id, notice.while_start):
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

    async def _still_due(self, tenant_id: UUID, said: str) -> bool:
        stream, _, starts = said.partition("/")
        try:
            return await self._ports.sessions.read(
                tenant_id, UUID(stream), lambda state: toss_still_due(state, starts)
            )
        except StreamNotFound:
            return False

    @activity.defn
    async def fan_out(self, page: FanOut) -> FannedOut:
        """Keep the notifications of the next page of people, and begin the workflows of those that go out. Repeated,
        it finds them there."""
        tenant, of = page.notice.tenant_id, page.notice.notice_id
        notice = await self._ports.work.notice(tenant, of)
        if notice is None:
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

    # --- one person's notification -------------------------------------------------------------------------

    @activity.defn
    async def deliver(self, of: Delivery) -> Outcome:
        """Hand a message over by one way, unless that was done, or is not wanted any more."""
        work, at = self._ports.work, now()
        if await work.was_sent(of.tenant_id, of.notification_id, of.channel):
            return "sent"
        letter = await work.letter(of.tenant_id, of.notification_id)
        outcome, detail = await self._outcome(of, letter, at)
        if outcome != "expired":  # then there was no attempt; ``conclude`` says so
            await work.note(of.tenant_id, of.notification_id, of.channel, outcome, detail, at)
        if outcome == PUT_OFF:
            raise ApplicationError(detail, type=PUT_OFF)
        return cast(Outcome, outcome)

    async def _outcome(self, of: Delivery, letter: Letter | None, at: datetime) -> tuple[str, str]:
        if letter is None:
            return "gone", "no member of the league any more"
        if letter.expires_at is not None and letter.expires_at <= at:
            return "expired", ""
        channel = Channel(of.channel)
        wanted = tuple(
            notice
            for notice in letter.notices
            if channel in letter.preferences.choice(notice.category).channels
        )
        if not wanted:
            return "not wanted", "switched off since"
        letter = replace(letter, notices=wanted)
        return await (self._mail(letter) if channel is Channel.EMAIL else self._push(letter, at))

    async def _mail(self, letter: Letter) -> tuple[str, str]:
        if self._ports.mail is None:
            return PUT_OFF, "no mail server is configured"
        try:
            await self._ports.mail.send(self._ports.composer.compose(letter))
        except MailRefused as error:
            return "refused", str(error)
        except MailPutOff as error:
            return PUT_OFF, str(error)
        return "sent", ""

    async def _push(self, letter: Letter, at: datetime) -> tuple[str, str]:
        """To every browser of the person; sent, if one took it."""
        ports = self._ports
        if ports.push is None:
            return PUT_OFF, "web push is not configured"
        (notice,) = letter.notices
        text = told(notice, letter.preferences)
        message = _encoder.encode(
            {
                "title": text.subject,
                "body": text.line,
                "tag": str(notice.id),
                "notification": str(letter.id),
                "category": notice.category.value,
                "about": notice.about,
            }
        )
        ttl = LONGEST_TTL_SECONDS
        if letter.expires_at is not None:
            ttl = min(ttl, max(1, int((letter.expires_at - at).total_seconds())))
        found = list[tuple[str, str]]()
        for subscription in await ports.work.push_subscriptions(letter.tenant_id, letter.user_id):
            try:
                await ports.push.push(
                    subscription, message, ttl_seconds=ttl, topic=notice.id.hex, urgent=notice.critical
                )
            except PushGone as error:
                await ports.work.forget_push(letter.tenant_id, subscription.id)
                found.append(("gone", str(error)))
            except PushRefused as error:
                found.append(("refused", str(error)))
            except PushPutOff as error:
                found.append((PUT_OFF, str(error)))
            else:
                found.append(("sent", ""))
        for outcome in ("sent", PUT_OFF, "refused"):
            told_of = [each for each in found if each[0] == outcome]
            if told_of:
                return told_of[0]
        return "gone", "no browser is subscribed any more"

    @activity.defn
    async def conclude(self, of: Delivered) -> None:
        """Nothing more is tried: say so in the notification's stream."""
        work, at = self._ports.work, now()
        person = await work.finish(of.tenant_id, of.notification_id, at)
        if person is None:
            return
        for channel, outcome in of.outcomes:
            if outcome == "expired":
                await work.note(of.tenant_id, of.notification_id, channel, outcome, "", at)
        sent = tuple(Channel(channel) for channel, outcome in of.outcomes if outcome == "sent")
        failed = [(Channel(channel), outcome) for channel, outcome in of.outcomes if outcome != "sent"]
        events = list[NotificationEvent]()
        about = {"notification": str(of.notification_id), "person": str(person), "at": at}
        if sent:
            events.append(NotificationSent(channels=sent, **about))
        if failed:
            events.append(
                NotificationFailed(
                    channels=tuple(channel for channel, _ in failed),
                    reasons=tuple(cast(Any, outcome) for _, outcome in failed),
                    **about,
                )
            )
        await self._append(of.tenant_id, of.notification_id, events)

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
