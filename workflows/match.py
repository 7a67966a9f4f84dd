"""The session of one match: everything about a match day that is not cricket, from the line-ups to the result."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.sessions import SessionActivities
    from contracts.work import (
        MATCH_MOVED,
        SESSION_MOVED,
        SESSION_OVER,
        CaughtUp,
        OrderOf,
        SessionOf,
        SessionRun,
        WireDue,
        tournament_workflow_id,
    )
    from workflows.steward import ATTEMPT, RETRIES, Steward


@workflow.defn
class MatchWorkflow(Steward):
    """Keeps one session: opens it, hears of the match, gives the match its orders."""

    @workflow.init
    def __init__(self, run: SessionRun) -> None:
        super().__init__(run.aggregate, run.progress)
        self._session = SessionOf(aggregate=run.aggregate, tournament_id=run.tournament_id, node=run.node)
        self._heard = run.match_version
        self._hinted = 0
        self._look_again = False

    @workflow.run
    async def run(self, run: SessionRun) -> None:
        if self.progress_now.version == 0:
            await self._open()
        if await self.keep():
            await self._tell_tournament()
            return
        workflow.continue_as_new(
            SessionRun(
                aggregate=run.aggregate,
                tournament_id=run.tournament_id,
                node=run.node,
                progress=self.progress_now,
                match_version=self._heard,
            )
        )

    @workflow.signal(name=MATCH_MOVED)
    def match_moved(self, version: int) -> None:
        """The match's stream has reached a version. Late, twice or out of order it changes nothing."""
        self._hinted = max(self._hinted, version)

    @workflow.signal(name=SESSION_MOVED)
    def session_moved(self) -> None:
        """The tournament has arranged something else."""
        self._look_again = True

    async def ready(self) -> None:
        await workflow.wait_condition(lambda: self.progress_now.version > 0)

    def has_work(self) -> bool:
        return self._look_again or self._hinted > self._heard or bool(self.progress_now.orders)

    async def follow_up(self) -> None:
        while self.has_work():
            for version in self.progress_now.orders:
                await self._carry_out_order(version)
            await self._catch_up()

    async def fall_due(self, dues: tuple[WireDue, ...]) -> None:
        """A deadline is missed only if the match, too, knows of nothing that meets it."""
        await self._catch_up()
        still = tuple(due for due in dues if due in self.progress_now.dues)
        if still:
            await super().fall_due(still)

    async def _open(self) -> None:
        self.take(
            await workflow.execute_activity_method(
                SessionActivities.open_session,
                self._session,
                start_to_close_timeout=ATTEMPT,
                retry_policy=RETRIES,
                summary="the session and its match",
            )
        )

    async def _catch_up(self) -> None:
        self._look_again = False
        hinted = self._hinted  # what is hinted at meanwhile may not have been read
        caught_up: CaughtUp = await workflow.execute_activity_method(
            SessionActivities.catch_up,
            self._session,
            start_to_close_timeout=ATTEMPT,
            retry_policy=RETRIES,
            summary=f"match at version {max(hinted, self._heard)}",
        )
        self._heard = max(caught_up.match_version, hinted)
        self.take(caught_up.progress)

    async def _carry_out_order(self, version: int) -> None:
        """The match may refuse it (it is over meanwhile), which the session hears, too."""
        self.take(
            await workflow.execute_activity_method(
                SessionActivities.carry_out_order,
                OrderOf(aggregate=self.aggregate, version=version),
                start_to_close_timeout=ATTEMPT,
                retry_policy=RETRIES,
                summary=f"order {version}",
            )
        )

    async def _tell_tournament(self) -> None:
        tournament = self._session
        handle = workflow.get_external_workflow_handle(
            tournament_workflow_id(tournament.aggregate.tenant_id, tournament.tournament_id)
        )
        try:
            await handle.signal(SESSION_OVER, self.aggregate.id)
        except Exception as error:
            # The tournament is closed; nobody waits for this result.
            workflow.logger.info("session.nobody_to_tell", extra={"error": repr(error)})
