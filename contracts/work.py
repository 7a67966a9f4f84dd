"""What workflows, activities and those who call them agree on: names, queues, ids, inputs and results."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

TOURNAMENT = "tournament"
SESSION = "session"
PAYMENT = "payment"
PAYOUT = "payout"
"""The kinds of aggregates that workflows carry through time; the kinds of their streams, too."""

TOURNAMENT_QUEUE = "tournament"
MATCH_QUEUE = "match"
PAYMENT_QUEUE = "payment"
PAYOUT_QUEUE = "payout"

EXECUTE = "execute"
"""Update of both workflows: one command; answers a :class:`Done`."""
PROGRESS = "progress"
"""Query of both workflows: where it is and what happens next; answers a :class:`Progress`."""
MATCH_MOVED = "match_moved"
"""Signal to MatchWorkflow: the match's stream has reached a version. Only a hint; the stream is what counts."""
SESSION_OVER = "session_over"
"""Signal to TournamentWorkflow: a match's session has ended, or its match was corrected since."""
TOURNAMENT_MOVED = "tournament_moved"
"""Signal to TournamentWorkflow: something was decided in its stream by another than itself. Only a hint, too."""
SESSION_MOVED = "session_moved"
"""Signal to MatchWorkflow: what the tournament has arranged for it is another. Only a hint, too."""


def tournament_workflow_id(tenant_id: UUID, tournament_id: UUID) -> str:
    return f"{tenant_id}/tournament/{tournament_id}"


def workflow_id(aggregate: "Aggregate") -> str:
    """Of the workflow that carries it through time."""
    return _WORKFLOW_IDS[aggregate.kind](aggregate.tenant_id, aggregate.id)


def match_workflow_id(tenant_id: UUID, match_id: UUID) -> str:
    return f"{tenant_id}/match/{match_id}"


def entry_workflow_id(tenant_id: UUID, payment_id: UUID) -> str:
    return f"{tenant_id}/entry/{payment_id}"


def payout_workflow_id(tenant_id: UUID, tournament_id: UUID) -> str:
    return f"{tenant_id}/payout/{tournament_id}"


_WORKFLOW_IDS = {
    TOURNAMENT: tournament_workflow_id,
    SESSION: match_workflow_id,
    PAYMENT: entry_workflow_id,
    PAYOUT: payout_workflow_id,
}


def match_id_of(tournament_id: UUID, node: str, replay: int = 0) -> UUID:
    """The match played for a node; ``replay`` counts from 1 when it is ordered to be played again."""
    return uuid5(tournament_id, f"{node}/{replay}" if replay else node)


def session_stream_id(match_id: UUID) -> UUID:
    """The stream of a match's session (the match's own stream has the match's id)."""
    return uuid5(match_id, "session")


def payout_stream_id(tournament_id: UUID) -> UUID:
    """The stream of a tournament's payout (the tournament's own stream has its id)."""
    return uuid5(tournament_id, "payout")


def payment_id_of(tournament_id: UUID, team: str, number: int) -> UUID:
    """The payment of an entry, by its number: two captains of a team share it; entered again, it has another."""
    return uuid5(tournament_id, f"entry/{team}/{number}")


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
    """Which tournament (``kind`` "tournament"), session ("session", then ``id`` is the match's id), payment or
    payout ("payout", then ``id`` is the tournament's id)."""

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
    """A match whose session is to be kept by a child workflow until it is over."""

    node: str
    match_id: UUID
    name: str
    """"Qualifier 1: CSK v GT"."""
    starts_at: datetime
    """In real time."""
    arrangement: str = ""
    """Changes with whatever the session must hear of: time, ground, officials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where an aggregate stands after a command: all its workflow needs.

    ``dues`` in order of time. ``sessions``: those open (of a tournament). ``orders``: versions of the session's
    events that ask something of the match and were not carried out yet, in order. ``details`` is Markdown for
    the Temporal UI.

    ``payments``: the last movement of entries with a fee (version and number), for a tournament to tell their
    payments. ``steps``: what a payment wants done next, by name; ``watched``: it expects something of Stripe.
    ``heard``: the version of the tournament at which a payment last heard of its entry.
    ``prizes_due``: the tournament is settled and has money to pay out.
    """

    version: int = 0
    phase: str = ""
    finished: bool = False
    dues: tuple[WireDue, ...] = ()
    sessions: tuple[SessionToOpen, ...] = ()
    orders: tuple[int, ...] = ()
    payments: tuple[int, int] = (0, 0)
    steps: tuple[str, ...] = ()
    watched: bool = False
    heard: int = 0
    prizes_due: bool = False
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The answer to a command: the events it made (types), and where the aggregate stands."""

    version: int
    first_version: int
    events: tuple[str, ...]
    repeated: bool
    progress: Progress


NOT_BEGUN = Progress()
"""Of an aggregate that is not there (yet)."""

# --- what workflows begin and go on with -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TournamentRun:
    """What TournamentWorkflow begins a history with; without ``progress`` it looks into the store first.

    ``told``: the sessions it has started, as it last told them. ``over``: matches whose result is to be taken.
    ``match_queue``: who serves its sessions, where several installations share a namespace; likewise
    ``payment_queue`` and ``payout_queue``. ``payments_told``: how far the payments of its entries have been told of them.
    """

    aggregate: Aggregate
    progress: Progress = NOT_BEGUN
    told: tuple[SessionToOpen, ...] = ()
    over: tuple[UUID, ...] = ()
    match_queue: str = MATCH_QUEUE
    payment_queue: str = PAYMENT_QUEUE
    payout_queue: str = PAYOUT_QUEUE
    payments_told: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRun:
    """What MatchWorkflow begins a history with. ``match_version``: how far of the match the session has heard."""

    aggregate: Aggregate
    tournament_id: UUID
    node: str
    progress: Progress = NOT_BEGUN
    match_version: int = 0


# --- inputs and results of activities ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFor:
    """A command and the aggregate it is for."""

    aggregate: Aggregate
    command: WireCommand


@dataclass(frozen=True, slots=True, kw_only=True)
class DuesOf:
    """What has come due of an aggregate."""

    aggregate: Aggregate
    dues: tuple[WireDue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOf:
    """A session (``aggregate``) and the tournament it belongs to."""

    aggregate: Aggregate
    tournament_id: UUID
    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOf:
    """The session's event of that version, which asks something of the match."""

    aggregate: Aggregate
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultOf:
    """A match whose session says it is over, for its tournament (``aggregate``)."""

    aggregate: Aggregate
    match_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtUp:
    """Where a session stands, having heard of its match up to ``match_version``."""

    progress: Progress
    match_version: int
