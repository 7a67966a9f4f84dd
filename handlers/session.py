"""The write side of a session. The mechanics are those of every stream (``handlers.stream``)."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from contracts import codec
from domain.session.commands import OpenSession, SessionCommand
from domain.session.decide import decide
from domain.session.events import SessionEvent
from domain.session.evolve import evolve, initial
from domain.session.state import Phase, SessionState
from handlers.errors import SessionNotFound
from handlers.ports import EventStore
from handlers.stream import AggregateKind, StreamAck, StreamHandler


def _ack(
    stream_id: UUID, first: int, names: Sequence[str], state: SessionState, repeated: bool
) -> StreamAck[Phase]:
    return StreamAck(
        stream_id=stream_id,
        version=state.version,
        first_version=first,
        events=tuple(names),
        summary=state.phase,
        repeated=repeated,
    )


SESSION: AggregateKind[SessionState, SessionCommand, SessionEvent, StreamAck[Phase]] = AggregateKind(
    name=codec.SESSION,
    initial=initial,
    decide=decide,
    evolve=evolve,
    encode=codec.SESSION_EVENTS.encode,
    decode=codec.SESSION_EVENTS.decode,
    schema_versions=codec.SESSION_EVENTS.schema_versions,
    answer=_ack,
    encode_command=partial(codec.encode_command, codec.SESSION),
    created_by=(OpenSession,),
    not_found=SessionNotFound,
)


class SessionHandler(StreamHandler[SessionState, SessionCommand, SessionEvent, StreamAck[Phase]]):
    """Serves commands and reads of sessions. One per process; safe to call from many tasks."""

    def __init__(self, store: EventStore, *, cached_sessions: int = 1000) -> None:
        super().__init__(store, SESSION, cached_streams=cached_sessions)
