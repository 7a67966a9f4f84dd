"""What NotificationWorkflow does: hand messages over, and write down what became of them.

Names, addresses and texts are looked up here and go nowhere but into the message. Mails are sent at least once: again
only where the process dies between handing one over and noting that, and then with the same Message-ID.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import msgspec
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.aggregates import now
from activities.notices import OfNotices
from contracts.notifications import Delivered, Delivery, Outcome
from domain.notification.events import NotificationEvent, NotificationFailed, NotificationSent
from domain.notification.notice import Channel
from handlers.mailing import MailPutOff, MailRefused
from handlers.notification.ports import KeptNotice, Letter, PushGone, PushPutOff, PushRefused
from handlers.notification.texts import told

LONGEST_TTL_SECONDS = 28 * 24 * 3600
PUT_OFF = "put off"
_encoder = msgspec.json.Encoder()


class NotificationActivities(OfNotices):
    """The activities of NotificationWorkflow."""

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
        theirs = [notice for notice in letter.notices if await self._concerns(letter, notice)]
        if not theirs:
            return "gone", "no business of theirs any more"
        channel = Channel(of.channel)
        wanted = [
            notice for notice in theirs if channel in letter.preferences.choice(notice.category).channels
        ]
        if not wanted:
            return "not wanted", "switched off since"
        still = [
            notice
            for notice in wanted
            if notice.id not in letter.overtaken and await self._still_holds(of.tenant_id, notice, at)
        ]
        if not still:
            return "expired", ""
        letter = replace(letter, notices=tuple(still))
        return await (self._mail(letter) if channel is Channel.EMAIL else self._push(letter, at))

    async def _concerns(self, letter: Letter, notice: KeptNotice) -> bool:
        """Is it still told to them: do they follow it, have the role, lead the team?"""
        if notice.id in letter.concerned:
            return True
        return str(letter.user_id) in await self._captain(letter.tenant_id, notice)

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
        outcomes = [
            (channel, await self._came_of(of, channel, outcome, at)) for channel, outcome in of.outcomes
        ]
        sent = tuple(Channel(channel) for channel, outcome in outcomes if outcome == "sent")
        failed = [(Channel(channel), outcome) for channel, outcome in outcomes if outcome != "sent"]
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

    async def _came_of(self, of: Delivered, channel: str, outcome: Outcome, at: datetime) -> Outcome:
        """Whose time ran out while it was being handed over may have been sent all the same."""
        if outcome != "expired":
            return outcome
        if await self._ports.work.was_sent(of.tenant_id, of.notification_id, channel):
            return "sent"
        await self._ports.work.note(of.tenant_id, of.notification_id, channel, outcome, "", at)
        return outcome
