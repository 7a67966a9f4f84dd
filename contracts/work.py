"""What workflows, activities and those who call them agree on: names, queues, ids, inputs and results."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

TOURNAMENT_QUEUE = "tournament"
MATCH_QUEUE = "match"

EXECUTE = "execute"
"""Update of both workflows: one command; answers a :class:`Done`."""
PROGRESS = "progress"
"""Query of both workflows: where it is and what happens next; answers a :class:`Progress`."""
MATCH_MOVED = "match_moved"
"""Signal to MatchWorkflow: the match's stream has reached a version. Only a hint; the stream is what counts."""
SESSION_OVER = "session_over"
"""Signal to TournamentWorkflow: a match's session has ended, or its match was corrected since."""


def tournament_workflow_id(tenant_id: UUID, tournament_id: UUID) -> str:
    return f"{tenant_id}/tournament/{tournament_id}"


def match_workflow_id(tenant_id: UUID, match_id: UUID) -> str:
    return f"{tenant_id}/match/{match_id}"


def match_id_of(tournament_id: UUID, node: str, replay: int = 0) -> UUID:
    """The match played for a node; ``replay`` counts from 1 when it is ordered to be played again."""
    return uuid5(tournament_id, f"{node}/{replay}" if replay else node)


def session_stream_id(match_id: UUID) -> UUID:
    """The stream of a match's session (the match's own stream has the match's id)."""
    return uuid5(match_id, "session")


@dataclass(frozen=True, slots=True, kw_only=True)
class WireCommand:
    """A command of a tournament or session. ``type`` is its class, ``data`` its fields as JSON has them.

    ``idempotency_key`` makes it happen once, whatever is repeated; ``expected_version`` refuses it if the
    stream is elsewhere (If-Match).
    """

    type: str
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    idempotency_key: str
    subject: str | None = None
    request_id: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """Which tournament (``kind`` "tournament") or session ("session", then ``id`` is the match's id)."""

    kind: str
    tenant_id: UUID
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class WireDue:
    """Something due, as a workflow sees it: ``at`` is in real time. Carried out by name (``carry_out``)."""

    name: str
    subject: str
    at: datetime
    """Real time, to wait by."""
    due_at: datetime
    """The tournament's time, which with the name tells two dues apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionToOpen:
    """A match whose session is to be started as a child workflow."""

    node: str
    match_id: UUID
    name: str
    """"Qualifier 1: CSK v GT"."""
    starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where an aggregate stands after a command: all its workflow needs.

    ``dues`` in order of time. ``sessions``: opened but not yet started (tournament). ``orders``: versions of
    session events that ask something of the match and were not carried out (session). ``details`` is Markdown
    for the Temporal UI.
    """

    version: int
    phase: str
    finished: bool = False
    dues: tuple[WireDue, ...] = ()
    sessions: tuple[SessionToOpen, ...] = ()
    orders: tuple[int, ...] = ()
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The answer to a command: the events it made (types), and where the aggregate stands."""

    version: int
    first_version: int
    events: tuple[str, ...]
    repeated: bool
    progress: Progress
