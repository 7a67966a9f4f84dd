"""Which events leave the house as webhooks, what they are called there, and how they are written.

The body is that of the Standard Webhooks specification (``type``, ``timestamp``, ``data``) with what identifies the
event beside it; ``data`` is the event's JSON as it is in Kafka, whose schema stands in contracts/schemas.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from contracts.cloudevents import event_type
from contracts.codec import EVENT_TYPES_OF, MATCH, PAYMENT, PAYOUT, SESSION, TOURNAMENT
from contracts.notifications import NOTIFICATION
from contracts.topics import HOME_TOPICS, takes_wicket

SENT_KINDS = (MATCH, TOURNAMENT, SESSION, "team", "player", "venue", PAYMENT, PAYOUT, NOTIFICATION)
"""Kinds of streams whose events a league may have sent to its own systems.

What stays: ``identity`` (who logs in, from where, with which key, is for the Auth Service and the audit log),
``webhook`` (what an endpoint is told is no event for endpoints). That there is something to tell (``NoticeRaised``) is
sent: it is the webhook among the ways to be told of a fifty or a moved fixture.
"""
WITHHELD: dict[tuple[str, str], str] = {
    (TOURNAMENT, "CaptainInvited"): "it holds a mail address, and the hash of the secret in the mail",
    (NOTIFICATION, "NotificationSent"): "what was said to a person is that person's",
    (NOTIFICATION, "NotificationFailed"): "the same",
}
"""Single events of those kinds that stay, and why. That a person was forgotten is sent: who has the name must forget it."""
TEST = "webhook.webhook_endpoint_tested"
"""What a test sends, to the endpoint that is tested alone."""
WICKET = "match.wicket_fallen"
"""Another name by which a ball that takes a wicket is wanted; it comes under its own."""


def type_of(stream_kind: str, type_name: str) -> str:
    """``match.ball_recorded``: the kind of the stream, and the event's name."""
    return f"{stream_kind}.{event_type(type_name).lower()}"


TYPES: tuple[str, ...] = tuple(
    sorted(
        {WICKET}
        | {
            type_of(kind, name)
            for kind in SENT_KINDS
            for name in EVENT_TYPES_OF[kind]
            if (kind, name) not in WITHHELD
        }
    )
)
"""Every type that can be had."""
CHOICES = frozenset((*TYPES, *(f"{kind}.*" for kind in SENT_KINDS)))
"""What a filter may say."""
TOPICS: tuple[str, ...] = tuple(dict.fromkeys(HOME_TOPICS[kind].name for kind in SENT_KINDS))
"""Where they are published, each once."""


def leaves(stream_kind: str, type_name: str) -> bool:
    """May this event be sent?"""
    return stream_kind in SENT_KINDS and (stream_kind, type_name) not in WITHHELD


def names_of(stream_kind: str, type_name: str, data: bytes) -> tuple[str, ...]:
    """What an event is wanted by."""
    own = type_of(stream_kind, type_name)
    wicket = stream_kind == MATCH and takes_wicket(type_name, data)
    return (own, WICKET) if wicket else (own,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An event as it is sent. ``data`` is its JSON."""

    event_id: UUID
    stream_kind: str
    stream_id: UUID
    version: int
    type: str
    schema_version: int
    recorded_at: datetime
    data: str


_encoder = msgspec.json.Encoder()


def body_of(event: Sent) -> bytes:
    """The body of its webhook: the same bytes each time, as long as nobody's name is taken out of the event."""
    said: dict[str, Any] = {
        "type": type_of(event.stream_kind, event.type),
        "timestamp": event.recorded_at.astimezone(UTC),
        "id": event.event_id,
        "subject": event.stream_id,
        "version": event.version,
        "schema_version": event.schema_version,
        "data": msgspec.Raw(event.data.encode()),
    }
    return _encoder.encode(said)
