"""The write side of a match. The mechanics are those of every stream (``handlers.stream``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from contracts import codec
from domain.match import decide, evolve, initial
from domain.match.commands import CreateMatch, MatchCommand
from domain.match.events import MatchEvent
from domain.match.scoring import refuse_other_scorers
from domain.match.state import MatchState
from domain.match.summary import Summary, summarise
from handlers.errors import MatchIdTaken, MatchNotFound
from handlers.ports import EventStore
from handlers.request import NOBODY, Caller, CommandRequest, fingerprint_of
from handlers.stream import AggregateKind, StreamHandler

CREATION_SCOPE = "matches"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """The answer to a command: what was appended, and where the match stands after it.

    A correction names a ball by the version of its event: ``first_version``, for a single ball.
    """

    match_id: UUID
    version: int
    first_version: int
    events: tuple[str, ...]
    summary: Summary
    repeated: bool = False


def _ack(match_id: UUID, first: int, names: Sequence[str], state: MatchState, repeated: bool) -> Ack:
    return Ack(
        match_id=match_id,
        version=state.version,
        first_version=first,
        events=tuple(names),
        summary=summarise(state),
        repeated=repeated,
    )


def _check_caller(state: MatchState, request: CommandRequest[MatchCommand]) -> None:
    if state.scorer is not None and not request.caller.may_override:
        refuse_other_scorers(state, request.commands, request.caller.subject)


MATCH: AggregateKind[MatchState, MatchCommand, MatchEvent, Ack] = AggregateKind(
    name=codec.MATCH,
    initial=initial,
    decide=decide,
    evolve=evolve,
    encode=codec.encode,
    decode=codec.decode,
    schema_versions=codec.SCHEMA_VERSIONS,
    answer=_ack,
    encode_command=msgspec.json.Encoder().encode,
    check_caller=_check_caller,
    not_found=MatchNotFound,
    id_taken=MatchIdTaken,
)


class MatchHandler(StreamHandler[MatchState, MatchCommand, MatchEvent, Ack]):
    """Serves commands and reads of matches. One per process; safe to call from many tasks."""

    def __init__(self, store: EventStore, *, cached_matches: int = 1000) -> None:
        super().__init__(store, MATCH, cached_streams=cached_matches)

    async def create(
        self,
        tenant_id: UUID,
        command: CreateMatch,
        *,
        idempotency_key: str,
        now: datetime,
        match_id: UUID,
        id_given: bool = False,
        caller: Caller = NOBODY,
    ) -> Ack:
        """Create a match under ``match_id``; a repeat answers with the id of the first time.

        ``id_given``: the client chose the id, so it is part of what a repeat must have the same.
        Raises as ``execute``, and MatchIdTaken.
        """
        given = str(match_id) if id_given else ""
        return await self.serve(
            CommandRequest(
                tenant_id=tenant_id,
                stream_id=match_id,
                commands=(command,),
                scope=CREATION_SCOPE,
                idempotency_key=idempotency_key,
                fingerprint=fingerprint_of((command,), given),
                now=now,
                expected_version=None,
                caller=caller,
                creates=True,
            )
        )
