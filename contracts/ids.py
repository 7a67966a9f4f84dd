"""Ids that more than one process must agree on."""

from uuid import UUID, uuid5

PAVILION = UUID("6b1d5c1e-7d0c-5a53-9a0f-4d5f0f4b8f10")
"""The namespace of every derived id."""


def event_ids(tenant_id: UUID, scope: str, idempotency_key: str, count: int) -> list[UUID]:
    """The ids of the events that one request appends.

    They depend on nothing but the request, so a repeat meets the unique constraint on them, whichever
    process serves it. ``scope`` is what the key is unique within: a stream's id, or "matches" for
    creation, where the stream's id is not known to a client that repeats.
    """
    base = uuid5(PAVILION, f"{tenant_id}/{scope}/{idempotency_key}")
    return [base if index == 0 else uuid5(base, str(index)) for index in range(count)]


def first_event_id(tenant_id: UUID, scope: str, idempotency_key: str) -> UUID:
    """The id of the first event of a request, by which a repeat is looked up."""
    return event_ids(tenant_id, scope, idempotency_key, 1)[0]


def time_ordered_uuid(milliseconds: int, random_bits: int) -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of Unix time, then ``random_bits`` (74 are used)."""
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (random_bits >> 62 & 0xFFF) << 64
    value |= 0b10 << 62 | random_bits & (1 << 62) - 1
    return UUID(int=value)
