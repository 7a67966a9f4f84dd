"""What Stripe has done since a time, page by page: whose each object is, and the lines of the balance."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from contracts.payments import (
    METADATA_PAYMENT,
    METADATA_TENANT,
    METADATA_TOURNAMENT,
    BalanceTransaction,
    Metadata,
    Page,
    ProviderEvent,
)
from domain.money.reconciliation import BalanceLine, Owner
from handlers.payment_provider import PaymentProvider, ProviderRefused


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=_HasId)


@dataclass(slots=True)
class StripeReading:
    """``intents`` and ``transfers``: by whose they are, as far as they were touched. ``newest``: how far it goes,
    by Stripe's clock; None if there was nothing."""

    lines: list[BalanceLine] = field(default_factory=list[BalanceLine])
    events: int = 0
    newest: datetime | None = None
    owners: set[Owner] = field(default_factory=set[Owner])
    intents: dict[Owner, set[str]] = field(default_factory=dict[Owner, set[str]])
    transfers: dict[Owner, set[str]] = field(default_factory=dict[Owner, set[str]])


async def read_stripe(
    provider: PaymentProvider, since: datetime, beat: Callable[[str], None]
) -> StripeReading:
    """Everything since then; ``beat`` hears of every page and event.

    The lines are read before the events, so that the event of each line is among those read.
    """
    booked = await _all(lambda page: provider.balance_transactions(since, page), beat, "lines")
    events = await _all(lambda page: provider.events(since, page), beat, "events")
    reading, of_object = StripeReading(events=len(events), newest=_newest(booked, events)), dict[str, Owner]()
    of_intent: dict[str, Owner | None] = {}
    for event in reversed(events):
        beat(event.id)
        owner = None if event.account else await _owner(provider, event, of_intent)
        if owner is None:
            continue
        reading.owners.add(owner)
        of_object |= dict.fromkeys(_objects(event), owner)
        if intent := _intent(event):
            reading.intents.setdefault(owner, set()).add(intent)
        elif event.object_type == "transfer":
            reading.transfers.setdefault(owner, set()).add(event.object_id)
    reading.lines = [_line(each, of_object.get(each.source or "")) for each in booked]
    return reading


async def _all(
    page_of: Callable[[Page], Awaitable[Sequence[Item]]], beat: Callable[[str], None], what: str
) -> list[Item]:
    found, page = list[Item](), Page()
    while part := await page_of(page):
        found += part
        beat(f"{len(found)} {what}")
        if len(part) < page.limit:
            break
        page = Page(after=part[-1].id, limit=page.limit)
    return found


def _newest(booked: Sequence[BalanceTransaction], events: Sequence[ProviderEvent]) -> datetime | None:
    return max((each.created for each in (*booked, *events)), default=None)


def _intent(event: ProviderEvent) -> str | None:
    """The intent that an event is about, if it is about one."""
    return event.object_id if event.object_type == "payment_intent" else event.data.get("payment_intent")


def _objects(event: ProviderEvent) -> list[str]:
    """The objects it names that lines of the balance can be about."""
    reversals: dict[str, Any] = event.data.get("reversals") or {}
    return [event.object_id, *(each["id"] for each in reversals.get("data", ()))]


async def _owner(
    provider: PaymentProvider, event: ProviderEvent, of_intent: dict[str, Owner | None]
) -> Owner | None:
    """Its intent's metadata say so: those of a refund made in the dashboard say nothing."""
    if event.object_type == "transfer":
        return owner_of(event.data.get("metadata") or {}, transfer=True)
    intent = _intent(event)
    if intent is None:
        return None
    if intent not in of_intent:
        of_intent[intent] = None
        with suppress(ProviderRefused):  # gone, or not ours to see
            of_intent[intent] = owner_of((await provider.intent(intent)).metadata)
    return of_intent[intent]


def owner_of(metadata: Metadata, *, transfer: bool = False) -> Owner | None:
    """Whose an object with this metadata is; None if they do not say."""
    named = METADATA_TOURNAMENT if transfer else METADATA_PAYMENT
    try:
        tenant, id_ = UUID(metadata[METADATA_TENANT]), UUID(metadata[named])
    except (KeyError, ValueError):
        return None
    return Owner("payout" if transfer else "payment", tenant, id_)


def _line(booked: BalanceTransaction, owner: Owner | None) -> BalanceLine:
    return BalanceLine(
        id=booked.id,
        type=booked.type,
        source=booked.source or "",
        net=booked.net,
        currency=booked.currency,
        owner=owner,
    )
