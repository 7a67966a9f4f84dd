"""The write side of a session. The mechanics are those of every stream (``handlers.stream``)."""

from contracts import codec
from domain.session.commands import OpenSession, SessionCommand
from domain.session.decide import decide
from domain.session.events import SessionEvent
from domain.session.evolve import evolve, initial
from domain.session.state import Phase, SessionState
from handlers.errors import SessionNotFound
from handlers.kept import kept_kind
from handlers.ports import EventStore
from handlers.stream import AggregateKind, StreamAck, StreamHandler

SessionAck = StreamAck[Phase]
"""Its summary is the phase after the command."""


SESSION: AggregateKind[SessionState, SessionCommand, SessionEvent, SessionAck] = kept_kind(
    codec.SESSION,
    codec.SESSION_EVENTS,
    initial=initial,
    decide=decide,
    evolve=evolve,
    created_by=OpenSession,
    not_found=SessionNotFound,
)


class SessionHandler(StreamHandler[SessionState, SessionCommand, SessionEvent, SessionAck]):
    """Serves commands and reads of sessions. One per process; safe to call from many tasks."""

    def __init__(self, store: EventStore, *, cached_sessions: int = 1000) -> None:
        super().__init__(store, SESSION, cached_streams=cached_sessions)
