"""Endpoints of webhooks, as a league keeps them: made, changed, tested, disabled, and what was sent sent again.

A row is the truth, and is written in the transaction that appends the event saying so; its version is that of its
stream, and a repeated request meets its own event, as in the registers.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec

from contracts import codec
from contracts.codec import WEBHOOK
from contracts.events import NewEvent, StoredEvent
from contracts.ids import first_event_id
from contracts.webhook_endpoints import (
    WebhookDelivery,
    WebhookEndpoint,
)
from contracts.webhook_events import CHOICES, TEST
from domain.outgoing import NOTHING, Allowed, Refused, read
from domain.webhook import events as e
from handlers.errors import KeyReused, PreconditionFailed, TooContended
from handlers.ports import DuplicateEvent, VersionConflict
from handlers.webhook_ports import (
    Asking,
    Done,
    Replay,
    Replayed,
    Seals,
    TooManyEndpoints,
    Wanted,
    WebhookEndpointStore,
    WebhookRefused,
    Written,
)
from handlers.webhook_recording import Event, about_secret, asked_event, origin_of, shown
from handlers.webhook_signing import new_secret, secret_text

MOST_ENDPOINTS = 20
"""Of one league."""
OVERLAP = timedelta(days=1)
LONGEST_OVERLAP = timedelta(days=30)
ATTEMPTS = 8


class WebhookEndpoints:
    """The use cases. ``allowed``: what this installation lets be called besides public addresses."""

    def __init__(
        self,
        store: WebhookEndpointStore,
        seals: Seals,
        clock: Callable[[], datetime],
        allowed: Allowed = NOTHING,
    ) -> None:
        self.store = store
        self._seals = seals
        self._clock = clock
        self._allowed = allowed

    async def create(self, asking: Asking, wanted: Wanted) -> Done:
        """Raises WebhookRefused: what ``domain.outgoing`` refuses, event_type_unknown, too_many_webhook_endpoints,
        secret_shown_already; KeyReused."""
        wanted = Wanted(
            url=self._target(wanted.url or ""),
            description=wanted.description or "",
            event_types=_types(wanted.event_types or ()),
            tournaments=wanted.tournaments or (),
            matches=wanted.matches or (),
            ordered=bool(wanted.ordered),
        )
        id_ = uuid5(asking.tenant_id, f"webhook-endpoint/{asking.key}")
        secret = new_secret()
        event = e.WebhookEndpointCreated(**shown(wanted), at=self._clock())
        row = Written(wanted=wanted, secret=self._seal(secret, id_), most=MOST_ENDPOINTS)
        new = asked_event(asking, "webhook-endpoints", event, 1, wanted)
        try:
            made = await self.store.write(asking.tenant_id, id_, 0, new, row)
        except (DuplicateEvent, VersionConflict) as error:
            await self._same_request(asking, new, error)
            raise _shown_already() from error
        except TooManyEndpoints as error:
            raise WebhookRefused(
                "too_many_webhook_endpoints",
                f"a league may have {MOST_ENDPOINTS} webhook endpoints; delete one first",
            ) from error
        return Done(endpoint=made, secret=secret_text(secret))

    async def get(self, tenant_id: UUID, id_: UUID) -> WebhookEndpoint:
        """Raises WebhookRefused: webhook_endpoint_not_found."""
        found = await self.store.page(tenant_id, id_=id_)
        if not found:
            raise WebhookRefused("webhook_endpoint_not_found", f"there is no webhook endpoint {id_}")
        return found[0]

    async def change(self, asking: Asking, id_: UUID, wanted: Wanted) -> Done:
        """Raises WebhookRefused as ``create``."""
        if wanted.url is not None:
            wanted = replace(wanted, url=self._target(wanted.url))
        if wanted.event_types is not None:
            wanted = replace(wanted, event_types=_types(wanted.event_types))

        def changed(known: WebhookEndpoint) -> tuple[Event, Written] | None:
            said = {name: value for name, value in _fields(wanted).items() if value is not None}
            if all(getattr(known, name) == value for name, value in said.items()):
                return None
            now = Wanted(**{**{name: getattr(known, name) for name in _fields(wanted)}, **said})
            event = e.WebhookEndpointChanged(**shown(now), at=self._clock())
            return event, Written(wanted=wanted)

        return await self._write(asking, id_, "change", wanted, changed)

    async def disable(self, asking: Asking, id_: UUID) -> Done:
        """Nothing is sent there any more. Nothing happens if that is so."""

        def disabled(known: WebhookEndpoint) -> tuple[Event, Written] | None:
            if known.status != "enabled":
                return None
            event = e.WebhookEndpointDisabled(
                origin=origin_of(known.url), because="by_hand", failing_since=None, at=self._clock()
            )
            return event, Written(status="disabled", because="by_hand")

        return await self._write(asking, id_, "disable", None, disabled)

    async def enable(self, asking: Asking, id_: UUID) -> Done:
        """What was under way goes on, and what comes is sent. Nothing happens if that is so."""

        def enabled(known: WebhookEndpoint) -> tuple[Event, Written] | None:
            if known.status == "enabled":
                return None
            self._target(known.url)
            event = e.WebhookEndpointEnabled(origin=origin_of(known.url), at=self._clock())
            return event, Written(status="enabled")

        return await self._write(asking, id_, "enable", None, enabled)

    async def delete(self, asking: Asking, id_: UUID) -> Done:
        """The endpoint is gone for its league, and its secrets for good; the log is kept for its time."""

        def deleted(known: WebhookEndpoint) -> tuple[Event, Written]:
            event = e.WebhookEndpointDeleted(origin=origin_of(known.url), at=self._clock())
            return event, Written(status="deleted", because="deleted")

        return await self._write(asking, id_, "delete", None, deleted)

    async def rotate(self, asking: Asking, id_: UUID, overlap: timedelta = OVERLAP) -> Done:
        """Another secret; what is sent is signed with the ones before, too, for ``overlap`` longer at the most.

        Raises WebhookRefused: overlap_out_of_range, secret_shown_already.
        """
        if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
            raise WebhookRefused(
                "overlap_out_of_range", f"an overlap lasts {LONGEST_OVERLAP.days} days at the most"
            )
        secret = new_secret()

        def rotated(_: WebhookEndpoint) -> tuple[Event, Written]:
            now = self._clock()
            event = e.WebhookSecretRotated(previous_until=now + overlap, at=now)
            return event, Written(secret=self._seal(secret, id_), previous_until=now + overlap)

        done = await self._write(asking, id_, "rotate", overlap, rotated)
        if done.repeated:
            raise _shown_already()
        return replace(done, secret=secret_text(secret))

    async def test(self, asking: Asking, id_: UUID) -> Done:
        """Have an event sent that says so. Raises WebhookRefused: webhook_endpoint_disabled."""
        for _ in range(ATTEMPTS):
            known = await self._known(asking, id_, "test")
            _enabled(known)
            event = e.WebhookEndpointTested(origin=origin_of(known.url), at=self._clock())
            new = asked_event(asking, f"{id_}/test", event, known.version + 1, None)
            try:
                delivery = await self.store.test(asking.tenant_id, id_, known.version, new)
            except DuplicateEvent as error:
                await self._same_request(asking, new, error)
                log = await self.store.deliveries(asking.tenant_id, id_, event_type=TEST, limit=100)
                found = next((each for each in log if each.event_id == new.event_id), None)
                return Done(endpoint=known, delivery=found, repeated=True)
            except VersionConflict:
                continue
            return Done(endpoint=replace(known, version=known.version + 1), delivery=delivery)
        raise TooContended("webhook endpoint")

    async def replay(self, asking: Asking, id_: UUID, asked: Replay) -> Replayed:
        """Have deliveries sent again, so many at most. Raises WebhookRefused: webhook_endpoint_disabled,
        webhook_delivery_not_found."""
        for _ in range(ATTEMPTS):
            known = await self._known(asking, id_, "replay")
            _enabled(known)
            if asked.delivery is not None:
                await self.delivery(asking.tenant_id, id_, asked.delivery)
            event = e.WebhookDeliveriesReplayed(
                delivery=asked.delivery,
                since=asked.since,
                until=asked.until,
                statuses=tuple(asked.statuses),
                at=self._clock(),
            )
            new = asked_event(asking, f"{id_}/replay", event, known.version + 1, asked)
            try:
                done = await self.store.replay(asking.tenant_id, id_, known.version, new, asked)
            except DuplicateEvent as error:
                stored = await self._same_request(asking, new, error)
                said: e.WebhookDeliveriesReplayed = codec.decode_of(WEBHOOK, stored.type, stored.data)
                done = Replayed(count=said.count, last=said.last)
            except VersionConflict:
                continue
            return replace(done, last=done.last if done.count == asked.limit else None)
        raise TooContended("webhook endpoint")

    async def delivery(self, tenant_id: UUID, endpoint: UUID, id_: UUID) -> WebhookDelivery:
        """Raises WebhookRefused: webhook_delivery_not_found."""
        found = await self.store.deliveries(tenant_id, endpoint, id_=id_)
        if not found:
            raise WebhookRefused("webhook_delivery_not_found", f"there is no delivery {id_} of this endpoint")
        return found[0]

    async def _write(
        self,
        asking: Asking,
        id_: UUID,
        scope: str,
        asked: Any,
        change: Callable[[WebhookEndpoint], tuple[Event, Written] | None],
    ) -> Done:
        for _ in range(ATTEMPTS):
            known = await self._known(asking, id_, scope)
            decided = change(known)
            if decided is None:
                return Done(endpoint=known)
            event, row = decided
            new = asked_event(asking, f"{id_}/{scope}", event, known.version + 1, asked)
            try:
                return Done(endpoint=await self.store.write(asking.tenant_id, id_, known.version, new, row))
            except DuplicateEvent as error:
                await self._same_request(asking, new, error)
                return Done(endpoint=known, repeated=True)
            except VersionConflict:
                continue
        raise TooContended("webhook endpoint")

    async def _known(self, asking: Asking, id_: UUID, scope: str = "") -> WebhookEndpoint:
        known = await self.get(asking.tenant_id, id_)
        if asking.expected is not None and known.version != asking.expected:
            scoped = first_event_id(asking.tenant_id, f"{id_}/{scope}", asking.key)
            if await self.store.event(asking.tenant_id, scoped) is None:
                raise PreconditionFailed(asking.expected, known.version, "webhook endpoint")
        return known

    async def _same_request(self, asking: Asking, new: NewEvent, error: Exception) -> StoredEvent:
        """The event that this very request appended before. Raises KeyReused if it was another request."""
        stored = await self.store.event(asking.tenant_id, new.event_id)
        if stored is None:
            raise error
        if stored.metadata["fingerprint"] != msgspec.json.decode(new.metadata)["fingerprint"]:
            raise KeyReused
        return stored

    def _target(self, url: str) -> str:
        try:
            return read(url, self._allowed).url
        except Refused as refused:
            raise WebhookRefused(refused.code, refused.message, "url") from refused

    def _seal(self, secret: bytes, id_: UUID) -> bytes:
        return self._seals.seal(secret, about_secret(id_))


def _fields(wanted: Wanted) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in Wanted.__dataclass_fields__}


def _types(asked: Sequence[str]) -> tuple[str, ...]:
    """Raises WebhookRefused (event_type_unknown)."""
    unknown = [each for each in asked if each not in CHOICES]
    if unknown:
        raise WebhookRefused(
            "event_type_unknown",
            f"no event called {unknown[0][:80]!r} is sent; they are like match.ball_recorded, or match.* for all",
            "event_types",
        )
    return tuple(dict.fromkeys(asked))


def _enabled(known: WebhookEndpoint) -> None:
    if known.status != "enabled":
        raise WebhookRefused("webhook_endpoint_disabled", "the endpoint is disabled; enable it first")


def _shown_already() -> WebhookRefused:
    return WebhookRefused(
        "secret_shown_already", "the secret was shown when this was done first; rotate it to be shown another"
    )
