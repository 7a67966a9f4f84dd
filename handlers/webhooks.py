"""Events that come to us: kept in an inbox first, then worked off until each has been handled.

An event is a hint. Whoever it concerns is told to look, and looks at the object as it is now: so one that comes
twice, late or out of order does no harm, and several about one object are one hint.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, TypeVar
from uuid import UUID

import structlog

from contracts.payments import METADATA_PAYMENT, METADATA_TENANT, METADATA_TOURNAMENT, Metadata
from contracts.redaction import redact
from contracts.webhooks import FailingEvent, InboxStanding, Outcome, WaitingEvent, WebhookEvent
from handlers.payment_provider import PaymentProvider, ProviderRefused

log = structlog.get_logger("webhooks")
Item = TypeVar("Item")
Answer = TypeVar("Answer")

LEASE = timedelta(seconds=60)
"""How long whoever has taken an event has for it; then it is offered again. Telling a workflow takes 20 s at most."""
LONGEST_PAUSE_SECONDS = 60.0
AT_ONCE = 16
LONGEST_ERROR = 500


class SignatureInvalid(Exception):
    """A webhook is not signed with a secret of ours."""


class SignatureExpired(Exception):
    """A webhook was signed too long ago: it may be a recording."""


class WebhookInbox(Protocol):
    """Events that came in, until they are handled and after. Every method may raise StoreUnavailable."""

    async def store(self, event: WebhookEvent) -> bool:
        """Keep it, durably; False if it was kept before."""
        ...


class WebhookWork(Protocol):
    """The side of the inbox from which it is worked off. Every method may raise StoreUnavailable."""

    async def claim(self, limit: int, lease: timedelta) -> list[WaitingEvent]:
        """The events that are due, longest due first, not offered to anybody else until ``lease`` is over."""
        ...

    async def handled(self, outcomes: Mapping[str, Outcome]) -> None:
        """What became of events, by their ids."""
        ...

    async def failed(self, event_id: str, error: str, pause: timedelta) -> None:
        """It could not be handled; it is due again after ``pause``."""
        ...

    async def standing(self) -> InboxStanding:
        """How much waits."""
        ...

    async def forget(self, limit: int) -> int:
        """Delete events that were handled more than thirty days ago, so many at most; how many those were."""
        ...


class FailingEvents(Protocol):
    """The events that fail, as a league sees them: those about it, and with ``home`` those that name no league.
    Every method may raise StoreUnavailable."""

    async def failing(
        self,
        tenant_id: UUID,
        *,
        home: bool,
        event_id: str | None = None,
        before: tuple[datetime, str] | None = None,
        limit: int,
    ) -> list[FailingEvent]:
        """Those, or one of them, the newest first, after the one named by time of receipt and id."""
        ...

    async def again(self, tenant_id: UUID, event_id: str, *, home: bool) -> None:
        """Have it tried at once, whatever its pause."""
        ...


class Accounts(Protocol):
    """Whose accounts at Stripe are whose. May raise StoreUnavailable."""

    async def of_account(self, account: str) -> tuple[UUID, str] | None:
        """The league and the payee that an account was made for."""
        ...


Kind = Literal["payment", "payout", "payee"]
Tell = Callable[[UUID, Any], Awaitable[None]]
"""Have who is concerned (tenant, id) look at its object; nothing comes of it if there is nobody of that name."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Who is to look: a payment, a payout (by its tournament), or a payee (by the team's id)."""

    kind: Kind
    tenant_id: UUID
    id: UUID | str


class WebhookHandler:
    """Handles events taken from the inbox. ``tell`` by the kind of who is concerned."""

    def __init__(
        self, inbox: WebhookWork, provider: PaymentProvider, accounts: Accounts, tell: Mapping[Kind, Tell]
    ) -> None:
        self._inbox = inbox
        self._provider = provider
        self._accounts = accounts
        self._tell = tell

    async def handle(self, batch: Sequence[WaitingEvent]) -> Counter[str]:
        """Handle what was claimed; how many came to which end ("told", "unknown", "failed").

        Raises StoreUnavailable: what was not noted then is offered again.
        """
        found = await _each(batch, self._concerned)
        hints: dict[Concerned | None, list[WaitingEvent]] = {}
        failures: list[tuple[WaitingEvent, Exception]] = []
        for waiting, concerned in zip(batch, found, strict=True):
            if isinstance(concerned, Exception):
                failures.append((waiting, concerned))
            else:
                hints.setdefault(concerned, []).append(waiting)
        told = await _each(list(hints), self._hint)
        outcomes: dict[str, Outcome] = {}
        for events, outcome in zip(hints.values(), told, strict=True):
            if isinstance(outcome, Exception):
                failures += [(waiting, outcome) for waiting in events]
            else:
                outcomes |= {waiting.event.id: outcome for waiting in events}
        await self._inbox.handled(outcomes)
        for waiting, error in failures:
            await self._postpone(waiting, error)
        return Counter([*outcomes.values(), *("failed" for _ in failures)])

    async def _concerned(self, waiting: WaitingEvent) -> Concerned | None:
        """Whose object it is about: what is on a payee's account is that payee's; else its metadata says so, or
        that of its intent."""
        event = waiting.event
        if event.account is not None:
            found = await self._accounts.of_account(event.account)
            return None if found is None else Concerned("payee", *found)
        concerned = _named(event.object_type, event.metadata)
        if concerned is None and event.intent is not None and event.intent != event.object_id:
            with suppress(ProviderRefused):  # gone, or not ours to see
                return _named(event.object_type, (await self._provider.intent(event.intent)).metadata)
        return concerned

    async def _hint(self, concerned: Concerned | None) -> Outcome:
        if concerned is None or concerned.kind not in self._tell:
            return "unknown"
        await self._tell[concerned.kind](concerned.tenant_id, concerned.id)
        return "told"

    async def _postpone(self, waiting: WaitingEvent, error: Exception) -> None:
        event, pause = waiting.event, pause_after(waiting.attempts)
        said = redact(f"{type(error).__name__}: {error}")[:LONGEST_ERROR]
        log.warning(
            "webhook not handled yet",
            event_id=event.id, type=event.type, attempts=waiting.attempts, error=said, again_in_seconds=pause,
        )  # fmt: skip
        await self._inbox.failed(event.id, said, timedelta(seconds=pause))


def pause_after(attempts: int) -> float:
    """Seconds until an event that failed so often is tried again: 1, 2, 4 … up to a minute, for ever."""
    return min(2.0 ** min(attempts - 1, 16), LONGEST_PAUSE_SECONDS)


def _named(object_type: str | None, metadata: Metadata) -> Concerned | None:
    """Metadata is followed only as far as a hint goes: whoever is told looks at the object of its own. A transfer
    is the payout's of its tournament."""
    kind: Kind = "payout" if object_type == "transfer" else "payment"
    name = METADATA_TOURNAMENT if kind == "payout" else METADATA_PAYMENT
    try:
        return Concerned(kind, UUID(metadata[METADATA_TENANT]), UUID(metadata[name]))
    except (KeyError, ValueError):
        return None


async def _each(items: Iterable[Item], do: Callable[[Item], Awaitable[Answer]]) -> list[Answer | Exception]:
    """All of them, some at a time; an exception stands for the answer of the one it befell."""
    at_once = asyncio.Semaphore(AT_ONCE)

    async def one(item: Item) -> Answer | Exception:
        async with at_once:
            try:
                return await do(item)
            except Exception as error:  # whatever it is, the others are handled, and this one tried again
                return error

    return await asyncio.gather(*(one(item) for item in items))
