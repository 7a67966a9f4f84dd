"""A session between its tournament and its match: opened, kept up with both, and heard by the match.

What a session is to know is read where it stands, in the streams of the tournament and of the match, and
compared with what the session knows. So it does not matter which message was lost, doubled or late.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import structlog
from temporalio import activity

from activities.aggregates import now
from activities.refusals import answering, insisting
from contracts import codec
from contracts.work import (
    NOT_BEGUN,
    Aggregate,
    CaughtUp,
    OrderOf,
    Progress,
    SessionOf,
    match_id_of,
    match_workflow_id,
    session_stream_id,
)
from domain.match.commands import MatchCommand
from domain.match.errors import CommandRefused
from domain.match.state import MatchState
from domain.session import commands as c
from domain.session.facts import facts_of
from domain.session.orders import order_of
from domain.session.state import FINAL, SessionState
from domain.tournament.lifecycle.opening import session_of
from domain.tournament.lifecycle.state import MatchStatus, TournamentState
from handlers.errors import MatchNotFound, StreamNotFound
from handlers.match import MatchHandler
from handlers.ports import EventStore
from handlers.request import Caller
from handlers.session import SessionHandler
from handlers.tournament import TournamentHandler
from projections.progress import session_progress

SESSION = Caller(subject="session", may_override=True)
"""As whom a session gives its match orders."""

Rendered = TypeVar("Rendered")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """The write sides that a match day touches."""

    store: EventStore
    tournaments: TournamentHandler
    sessions: SessionHandler
    matches: MatchHandler


class SessionActivities:
    """What MatchWorkflow does beside commands and deadlines."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    @activity.defn
    async def open_session(self, session: SessionOf) -> Progress:
        """Open the session as the tournament has it, and create its match. Finished at once if the tournament
        no longer wants the match played."""
        with answering(session.aggregate):
            if not await self._is_open(session.aggregate):
                arranged = await self._arranged(session)
                if isinstance(arranged, str):
                    return replace(NOT_BEGUN, finished=True)
                await self._execute(session.aggregate, arranged, "open", at=arranged.clock.here(now()))
            plan = await self._read(session.aggregate, lambda state: state.plan)
            await self._streams.matches.create(
                session.aggregate.tenant_id,
                plan,
                idempotency_key=f"{_workflow(session.aggregate)}:create",
                now=now(),
                match_id=session.aggregate.id,
            )
            return await self._progress(session.aggregate)

    @activity.defn
    async def catch_up(self, session: SessionOf) -> CaughtUp:
        """Have the session know what the tournament has arranged and how far the match is."""
        with insisting(session.aggregate):
            await self._hear_of_tournament(session)
            version = await self._hear_of_match(session.aggregate)
            return CaughtUp(progress=await self._progress(session.aggregate), match_version=version)

    @activity.defn
    async def carry_out_order(self, order: OrderOf) -> Progress:
        """Put to the match what the session's event asks of it, and note in the session what came of it."""
        aggregate = order.aggregate
        with insisting(aggregate):
            command = await self._order(order)
            refused, version = None, 0
            if command is not None:
                refused, version = await self._command_match(order, command)
            await self._execute(
                aggregate,
                c.NoteOrder(order=order.version, refused=refused, match_version=version),
                f"order {order.version}",
            )
            return await self._progress(aggregate)

    # --- the tournament ------------------------------------------------------------------------------------

    async def _hear_of_tournament(self, session: SessionOf) -> None:
        arranged = await self._arranged(session)
        commands = await self._read(session.aggregate, lambda state: tuple(_news(state, arranged)))
        version = await self._read(session.aggregate, lambda state: state.version)
        for command in commands:
            try:
                await self._execute(session.aggregate, command, f"{type(command).__name__}:{version}")
            except CommandRefused as refusal:
                # Play has begun, or it is over: the session goes on as it is.
                log.warning("session.arrangement_refused", match=str(session.aggregate.id), why=str(refusal))

    async def _arranged(self, session: SessionOf) -> c.OpenSession | str:
        """The session as the tournament wants it, or why it wants none."""

        def render(state: TournamentState) -> c.OpenSession | str:
            match = state.match(session.node)
            if state.cancelled:
                return f"the tournament was cancelled: {state.cancelled}"
            if match_id_of(session.tournament_id, session.node, match.replay) != session.aggregate.id:
                return "the match is played again"
            if match.status is not MatchStatus.OPEN:
                return match.reason or f"the match is {match.status}"
            opening = session_of(state, session.node)
            return replace(opening, tournament=str(session.tournament_id), node=session.node)

        return await self._streams.tournaments.read(
            session.aggregate.tenant_id, session.tournament_id, render
        )

    # --- the match -----------------------------------------------------------------------------------------

    async def _hear_of_match(self, aggregate: Aggregate) -> int:
        """The version of the match that the session has heard of."""
        known, clock = await self._read(aggregate, lambda state: (state.facts.version, state.clock))

        def render(state: MatchState) -> c.MatchFacts | None:
            return facts_of(state, clock) if state.version > known else None

        try:
            facts = await self._streams.matches.read(aggregate.tenant_id, aggregate.id, render)
        except MatchNotFound:
            return 0
        if facts is None:
            return known
        await self._execute(aggregate, c.CatchUp(facts=facts), f"match {facts.version}")
        return facts.version

    async def _order(self, order: OrderOf) -> MatchCommand | None:
        (stored,) = await self._streams.store.load(
            order.aggregate.tenant_id, session_stream_id(order.aggregate.id), order.version - 1, 1
        )
        return order_of(codec.SESSION_EVENTS.decode(stored.type, stored.data, stored.schema_version))

    async def _command_match(self, order: OrderOf, command: MatchCommand) -> tuple[str | None, int]:
        """The code of the match's refusal, if it refused, and the match's version."""
        aggregate, matches = order.aggregate, self._streams.matches
        try:
            ack = await matches.execute(
                aggregate.tenant_id,
                aggregate.id,
                (command,),
                idempotency_key=f"{session_stream_id(aggregate.id)}:{order.version}",
                now=now(),
                caller=SESSION,
            )
        except CommandRefused as refusal:
            return refusal.code, await matches.read(
                aggregate.tenant_id, aggregate.id, lambda state: state.version
            )
        return None, ack.version

    # --- the session ---------------------------------------------------------------------------------------

    async def _is_open(self, aggregate: Aggregate) -> bool:
        try:
            return await self._read(aggregate, lambda state: True)
        except StreamNotFound:
            return False

    async def _progress(self, aggregate: Aggregate) -> Progress:
        return await self._read(aggregate, lambda state: session_progress(aggregate.id, state))

    async def _read(self, aggregate: Aggregate, render: Callable[[SessionState], Rendered]) -> Rendered:
        return await self._streams.sessions.read(aggregate.tenant_id, session_stream_id(aggregate.id), render)

    async def _execute(
        self, aggregate: Aggregate, command: Any, step: str, at: datetime | None = None
    ) -> None:
        """A command of the workflow's own; ``step`` tells it from the others."""
        if at is None:
            at = await self._read(aggregate, lambda state: state.clock.here(now()))
        await self._streams.sessions.execute(
            aggregate.tenant_id,
            session_stream_id(aggregate.id),
            (command,),
            idempotency_key=f"{_workflow(aggregate)}:{step}",
            now=at,
        )


def _news(state: SessionState, arranged: c.OpenSession | str) -> "list[c.SessionCommand]":
    """What the session has not heard of what the tournament has arranged."""
    if state.phase in FINAL:
        return []
    if isinstance(arranged, str):
        return [c.CancelSession(reason=arranged)]
    news: list[c.SessionCommand] = []
    # On its reserve day it is where the tournament's plan wants it, too.
    if state.starts_at not in (arranged.starts_at, arranged.reserve_starts_at) or (
        state.ground != arranged.ground
    ):
        news.append(
            c.RescheduleSession(
                starts_at=arranged.starts_at,
                ground=arranged.ground,
                reserve_starts_at=arranged.reserve_starts_at,
            )
        )
    if (state.officials, state.captains) != (arranged.officials, arranged.captains):
        news.append(c.NameOfficials(officials=arranged.officials, captains=arranged.captains))
    return news


def _workflow(aggregate: Aggregate) -> str:
    return match_workflow_id(aggregate.tenant_id, aggregate.id)
