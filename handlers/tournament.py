"""The write side of a tournament. The mechanics are those of every stream (``handlers.stream``)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from contracts import codec
from contracts.events import NewEvent
from contracts.work import match_id_of
from domain.match.errors import CommandRefused
from domain.tournament.lifecycle.commands import CreateTournament, TournamentCommand
from domain.tournament.lifecycle.decide import decide
from domain.tournament.lifecycle.events import OfficialAssigned, TournamentEvent
from domain.tournament.lifecycle.evolve import evolve, fold, initial
from domain.tournament.lifecycle.officials import bookings
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import TournamentState
from handlers.errors import TournamentNotFound
from handlers.kept import kept_kind
from handlers.ports import EntryPayment, EventStore, OfficialBusy, OfficialsDiary
from handlers.request import CommandRequest
from handlers.stream import AggregateKind, StreamAck, StreamHandler

TournamentAck = StreamAck[Phase]
"""Its summary is the phase after the command."""


def _decide(
    state: TournamentState, command: TournamentCommand, now: datetime, *, payment: EntryPayment
) -> list[TournamentEvent]:
    return decide(state, command, now, payment.is_due)


TournamentKind = AggregateKind[TournamentState, TournamentCommand, TournamentEvent, TournamentAck]

TOURNAMENT: TournamentKind = kept_kind(
    codec.TOURNAMENT,
    codec.TOURNAMENT_EVENTS,
    initial=initial,
    decide=decide,
    evolve=evolve,
    created_by=CreateTournament,
    not_found=TournamentNotFound,
)


class TournamentHandler(StreamHandler[TournamentState, TournamentCommand, TournamentEvent, TournamentAck]):
    """Serves commands and reads of tournaments. One per process; safe to call from many tasks.

    ``now`` of a command is the tournament's time (``settings.clock.here``). ``payment`` decides whether an
    entry is confirmed at once, in place of the fee in the tournament's settings. ``diary`` has officials taken
    by one tournament of a league not be taken by another at the same time.
    """

    def __init__(
        self,
        store: EventStore,
        *,
        payment: EntryPayment | None = None,
        diary: OfficialsDiary | None = None,
        cached_tournaments: int = 200,
    ) -> None:
        kind = replace(TOURNAMENT, decide=partial(_decide, payment=payment)) if payment else TOURNAMENT
        super().__init__(store, kind, cached_streams=cached_tournaments)
        self._diary = diary

    async def write(
        self,
        request: CommandRequest[TournamentCommand],
        version: int,
        new: Sequence[NewEvent],
        state: TournamentState,
        events: Sequence[TournamentEvent],
    ) -> None:
        """What changes when officials are taken is written with the events, or refused with them."""
        taken = bookings(state)
        concerned = taken or any(isinstance(event, OfficialAssigned) for event in events)
        if self._diary is None or not concerned or (after := bookings(fold(events, state))) == taken:
            return await super().write(request, version, new, state, events)
        try:
            await self._diary.append(request.tenant_id, request.stream_id, version, new, after)
        except OfficialBusy as busy:
            raise CommandRefused(
                "official_busy",
                f"{busy.person} is an official of another tournament at that time ({busy.what})",
                detail={"person": busy.person, "tournament": str(busy.tournament_id), "nodes": [busy.node]},
            ) from busy


def match_ids(state: TournamentState, tournament_id: UUID) -> dict[UUID, str]:
    """The node of each match of the tournament, by the id of the match played for it now."""
    return {
        match_id_of(tournament_id, match.node, match.replay): match.node for match in state.matches.values()
    }
