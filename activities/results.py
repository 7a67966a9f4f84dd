"""Results on their way from a session to its tournament."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from temporalio import activity

from activities.aggregates import now
from activities.refusals import insisting
from activities.sessions import Streams
from contracts.work import (
    Progress,
    ResultOf,
    match_id_of,
    session_stream_id,
    tournament_workflow_id,
)
from domain.match.errors import CommandRefused
from domain.match.state import MatchState
from domain.session.state import Phase, SessionState
from domain.tournament.lifecycle.commands import ProposeCorrection, RecordResult, TournamentCommand
from domain.tournament.lifecycle.state import MatchStatus, TournamentState
from domain.tournament.match_summary import MatchSummary
from handlers.errors import StreamNotFound
from projections.progress import tournament_progress
from projections.summary import summarise_match

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """The result of a match that is over for its session."""

    node: str
    summary: MatchSummary
    match_version: int


class ResultActivities:
    """What TournamentWorkflow does when it hears that a match is over, or was corrected since."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    @activity.defn
    async def take_result(self, result: ResultOf) -> Progress:
        """Record the result of a match, or propose the correction of one recorded. Known already, it changes
        nothing; a match that is to be played again, or was never played, has none."""
        tournament = result.aggregate
        with insisting(tournament):
            outcome = await self._outcome(tournament.tenant_id, result.match_id)
            if outcome is not None:
                await self._take(result, outcome)
            return await self._streams.tournaments.read(
                tournament.tenant_id, tournament.id, lambda state: tournament_progress(tournament.id, state)
            )

    async def _outcome(self, tenant_id: UUID, match_id: UUID) -> _Outcome | None:
        def node(state: SessionState) -> str | None:
            return state.node if state.phase in (Phase.OFFICIAL, Phase.CANCELLED) else None

        def summary(state: MatchState) -> tuple[MatchSummary, int] | None:
            return (summarise_match(state, str(match_id)), state.version) if state.result else None

        try:
            found = await self._streams.sessions.read(tenant_id, session_stream_id(match_id), node)
            played = await self._streams.matches.read(tenant_id, match_id, summary)
        except StreamNotFound:
            return None
        if not found or played is None:
            return None
        return _Outcome(node=found, summary=played[0], match_version=played[1])

    async def _take(self, result: ResultOf, outcome: _Outcome) -> None:
        tournament, tournaments = result.aggregate, self._streams.tournaments

        def command(state: TournamentState) -> TournamentCommand | None:
            match = state.match(outcome.node)
            if match_id_of(tournament.id, outcome.node, match.replay) != result.match_id:
                return None
            if match.status is MatchStatus.OPEN:
                return RecordResult(
                    node=outcome.node, summary=outcome.summary, match_version=outcome.match_version
                )
            if match.status is MatchStatus.OFFICIAL and outcome.match_version > match.match_version > 0:
                return ProposeCorrection(
                    node=outcome.node, summary=outcome.summary, match_version=outcome.match_version
                )
            return None

        asked, clock = await tournaments.read(
            tournament.tenant_id, tournament.id, lambda state: (command(state), state.rules.clock)
        )
        if asked is None:
            return
        workflow = tournament_workflow_id(tournament.tenant_id, tournament.id)
        try:
            await tournaments.execute(
                tournament.tenant_id,
                tournament.id,
                (asked,),
                idempotency_key=f"{workflow}:{type(asked).__name__}:{result.match_id}:{outcome.match_version}",
                now=clock.here(now()),
            )
        except CommandRefused as refusal:
            if isinstance(asked, RecordResult):
                raise
            # The tournament is settled, or nothing in it changes: the result stands as it was.
            log.warning("correction.refused", match=str(result.match_id), why=str(refusal))
