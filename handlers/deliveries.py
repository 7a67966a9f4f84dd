"""Delivering webhooks: what is due is claimed, signed, sent, and what came of it is kept.

At least once: whoever is killed between sending and keeping leaves a lease that runs out, and the same event is sent
again under the same ``webhook-id``. A claim is fenced by the number of its attempt, so that one who comes back late
changes nothing.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import perf_counter
from typing import Protocol
from uuid import UUID, uuid4

import structlog

from contracts.events import EventMetadata, NewEvent
from contracts.redaction import redact
from contracts.webhook_endpoints import Due, Outcome, WebhookEndpoint
from contracts.webhook_events import body_of
from domain.webhook.events import WebhookEndpointDisabled
from domain.webhook.schedule import Again, Delivered, DisabledBecause, judge, pause_asked, why_disable
from handlers.outgoing import Answered, NotAnswered, Outgoing
from handlers.ports import VersionConflict
from handlers.webhook_ports import Written
from handlers.webhook_recording import about_secret, new_event, origin_of
from handlers.webhook_signing import headers_of

LEASE = timedelta(seconds=45)
"""How long a claim is nobody else's: three times what an answer may take."""
AT_ONCE_TO_ONE = 16
"""Deliveries under way to one endpoint; to one that fails, a single one."""
ANSWER_CHARACTERS = 1_000
"""Of an answer, kept in the log."""
AT_ONCE_TO_LEAGUE = 128
"""To all endpoints of a league: half of what one process has under way, so that twenty slow ones leave room."""
UNSIGNED_PAUSE = timedelta(minutes=1)
"""How long nothing is sent to an endpoint whose secret cannot be read here."""
NOT_SIGNED = "not_signed"
ATTEMPTS = 8

log = structlog.get_logger("deliveries")


class Opens(Protocol):
    """Reads what was sealed."""

    def open(self, sealed: bytes, about: str) -> bytes: ...


class DeliveryWork(Protocol):
    """Deliveries, for the process that sends them. Every method may raise StoreUnavailable."""

    async def claim(self, now: datetime, limit: int, each: int, league: int, lease: timedelta) -> list[Due]:
        """Deliveries that are due, not offered to anybody else until ``lease`` is over; leagues with the fewest under
        way come first. No more than ``each`` of one endpoint and some ``league`` of one league are under way at once;
        of an endpoint that wants order, none whose predecessor is. Nothing of a league that is suspended."""
        ...

    async def settle(self, outcomes: Sequence[Outcome]) -> int:
        """Keep what came of attempts; how many still counted."""
        ...

    async def endpoint(self, tenant_id: UUID, id_: UUID) -> WebhookEndpoint | None:
        """An endpoint, None if it was deleted."""
        ...

    async def write(
        self, tenant_id: UUID, id_: UUID, expected: int, event: NewEvent, row: Written
    ) -> WebhookEndpoint:
        """Raises VersionConflict."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Delete what was recorded before, so much at most, with its attempts; how much that was."""
        ...


class Deliverer:
    """Sends what was claimed. ``clock`` gives the time, ``chance`` a number from 0 to 1."""

    def __init__(
        self,
        work: DeliveryWork,
        outgoing: Outgoing,
        opens: Opens,
        clock: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._work = work
        self._outgoing = outgoing
        self._opens = opens
        self._clock = clock
        self._chance = chance

    async def claim(self, limit: int, each: int = AT_ONCE_TO_ONE) -> list[Due]:
        """What is due now."""
        return await self._work.claim(self._clock(), limit, each, AT_ONCE_TO_LEAGUE, LEASE)

    async def send(self, due: Due) -> Outcome:
        """Send one, and say what came of it. Raises nothing: what nobody thought of is a failure, too, or it would be
        sent again for ever, each time that its lease is over."""
        at, started = self._clock(), perf_counter()
        answered: Answered | None = None
        failed: NotAnswered | None = None
        try:
            answered = await self._post(due, at)
        except NotAnswered as error:
            failed = error
        except Exception as error:
            log.exception("a webhook could not be sent", delivery=str(due.id), error=type(error).__name__)
            failed = NotAnswered("not_sent", "it could not be sent")
        milliseconds = int(1000 * (perf_counter() - started))
        return self._outcome(due, at, milliseconds, answered, failed)

    async def settle(self, sent: Sequence[tuple[Due, Outcome]]) -> None:
        """Keep what came of some, then disable endpoints that are to be. Raises StoreUnavailable."""
        await self._work.settle([outcome for _, outcome in sent])
        to_disable: dict[UUID, tuple[Due, DisabledBecause]] = {}
        for due, outcome in sent:
            if outcome.delivery != "delivered" and not outcome.ours:
                because = why_disable(outcome.status, due.failing_since, outcome.at)
                if because is not None:
                    to_disable[due.endpoint_id] = (due, because)
        for due, because in to_disable.values():
            await self._disable(due, because)

    async def _post(self, due: Due, at: datetime) -> Answered:
        about = about_secret(due.endpoint_id)
        try:
            secrets = [self._opens.open(sealed, about) for sealed in due.sealed]
        except Exception as error:
            log.error("a secret cannot be opened", endpoint=str(due.endpoint_id), error=type(error).__name__)
            raise NotAnswered(NOT_SIGNED, "the secret of the endpoint cannot be read here") from error
        body = body_of(due.event)
        return await self._outgoing.post(
            due.url, body, headers_of(str(due.event.event_id), at, body, secrets)
        )

    def _outcome(
        self, due: Due, at: datetime, milliseconds: int, answered: Answered | None, failed: NotAnswered | None
    ) -> Outcome:
        now = self._clock()
        if failed is not None and failed.code == NOT_SIGNED:
            again_at = now + UNSIGNED_PAUSE
            return Outcome(
                id=due.id, attempt=due.attempt, at=at, milliseconds=milliseconds, delivery="pending",
                due_at=again_at, quiet_until=again_at, error=NOT_SIGNED, ours=True,
            )  # fmt: skip
        status = answered.status if answered else None
        asked = pause_asked(answered.headers.get("retry-after"), now) if answered else None
        verdict = judge(due.tries, status, asked, self._chance())
        again = verdict if isinstance(verdict, Again) else None
        return Outcome(
            id=due.id,
            attempt=due.attempt,
            at=at,
            milliseconds=milliseconds,
            delivery="delivered" if isinstance(verdict, Delivered) else "pending" if again else "failed",
            due_at=now + again.pause if again else None,
            quiet_until=now + again.pause if again and again.quiet else None,
            status=status,
            error=None if failed is None else failed.code,
            answer=None if answered is None else _readable(answered.body),
        )

    async def _disable(self, due: Due, because: DisabledBecause) -> None:
        """Nothing happens if it is disabled, has been moved to another address, or something has arrived since."""
        for _ in range(ATTEMPTS):
            known = await self._work.endpoint(due.tenant_id, due.endpoint_id)
            if known is None or known.status != "enabled" or known.url != due.url:
                return
            if because == "failing" and known.failing_since != due.failing_since:
                return
            event = WebhookEndpointDisabled(
                origin=origin_of(known.url),
                because=because,
                failing_since=known.failing_since,
                at=self._clock(),
            )
            version = known.version + 1
            new = new_event(uuid4(), event, EventMetadata(actor="webhooks", first=version, last=version))
            try:
                await self._work.write(
                    due.tenant_id,
                    due.endpoint_id,
                    known.version,
                    new,
                    Written(status="disabled", because=because),
                )
            except VersionConflict:
                continue
            log.warning("webhook endpoint disabled", endpoint=str(due.endpoint_id), because=because)
            return


def _readable(body: bytes) -> str:
    """How an answer begins, as text that Postgres takes and that gives no secret away."""
    text = body.decode(errors="replace")[:ANSWER_CHARACTERS]
    return redact("".join(each if each.isprintable() or each in "\n\t" else "\ufffd" for each in text))
