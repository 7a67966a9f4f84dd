"""An event as Stripe sends it, and what of it is kept."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from api.errors import Problem
from contracts.payments import (
    METADATA_PAYMENT,
    METADATA_STEP,
    METADATA_TENANT,
    METADATA_TOURNAMENT,
    Metadata,
)
from contracts.webhooks import WebhookEvent

LONGEST_WORD = 255
_OURS = (METADATA_TENANT, METADATA_TOURNAMENT, METADATA_PAYMENT, METADATA_STEP)
_Word = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_WORD, pattern=r"^[!-~]+$")]


class _About(msgspec.Struct):
    """What is read of the object; the rest is passed over, unparsed."""

    id: Any = None
    object: Any = None
    payment_intent: Any = None
    metadata: Any = None


class _Data(msgspec.Struct):
    object: _About = msgspec.field(default_factory=_About)


class _Event(msgspec.Struct):
    """What every event has, those with ``data`` ("snapshot") and those without ("thin")."""

    id: _Word
    type: _Word
    created: int | datetime
    livemode: bool = False
    account: _Word | None = None
    data: _Data = msgspec.field(default_factory=_Data)


_decoder = msgspec.json.Decoder(_Event)


def read_event(body: bytes) -> WebhookEvent:
    """The event of a body whose signature was checked. Raises Problem (400) if it is none.

    Only what every event has is insisted on: of an object that nobody knows here, what can be read is kept.
    """
    try:
        event = _decoder.decode(body)
        created = event.created
        created_at = created if isinstance(created, datetime) else datetime.fromtimestamp(created, UTC)
    except (msgspec.MsgspecError, OverflowError, OSError, ValueError) as error:
        raise Problem("malformed_json", f"this is no event of Stripe's: {error}") from error
    about = event.data.object
    return WebhookEvent(
        id=event.id,
        type=event.type,
        created_at=created_at if created_at.tzinfo else created_at.replace(tzinfo=UTC),
        live=event.livemode,
        object_id=_word(about.id),
        object_type=_word(about.object),
        intent=_intent(about),
        account=event.account,
        metadata=_metadata(about.metadata),
    )


def _intent(about: _About) -> str | None:
    if about.object == "payment_intent":
        return _word(about.id)
    named = about.payment_intent
    return _word(named.get("id") if isinstance(named, dict) else named)


def _metadata(said: Any) -> Metadata:
    known = said if isinstance(said, dict) else {}
    read = ((name, _word(known.get(name))) for name in _OURS)
    return {name: word for name, word in read if word is not None}


def _word(said: Any) -> str | None:
    """What can be kept as text: no NUL, which Postgres has no place for."""
    usable = isinstance(said, str) and 0 < len(said) <= LONGEST_WORD and said.isprintable()
    return said if usable else None
