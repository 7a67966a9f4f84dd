"""What the relay's workflow, activity and adapters agree on."""

from dataclasses import dataclass
from typing import NamedTuple

RELAY_QUEUE = "relay"


def relay_workflow_id(shard: int, name: str = RELAY_QUEUE) -> str:
    """One workflow for each shard, for ever."""
    return f"{name}/{shard}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayShard:
    """One part of the streams: those whose id hashes to ``shard`` modulo ``shards``.

    ``seconds_per_run``: how long the activity relays before its workflow begins a fresh history.
    """

    shard: int = 0
    shards: int = 1
    seconds_per_run: float = 6 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayReport:
    """What one run of the activity did: events acknowledged, and where its shard stands."""

    events: int
    txid: int
    position: int


class Cursor(NamedTuple):
    """How far a shard has been relayed: events go out in the order of (transaction, position)."""

    txid: int
    position: int


START = Cursor(0, 0)


class TailedEvent(NamedTuple):
    """An event as the tail reads it: ids and JSON are bytes, ready to be put on the wire."""

    txid: int
    position: int
    tenant_id: bytes
    stream_kind: str
    stream_id: bytes
    version: int
    event_id: bytes
    type: str
    schema_version: int
    data: bytes
    recorded_at: bytes


class PublisherLost(Exception):
    """The producer can't go on (fenced, out of sequence, no broker); a new one has to be opened."""


class Fenced(Exception):
    """Another relay has taken this shard over; this one must stop."""
