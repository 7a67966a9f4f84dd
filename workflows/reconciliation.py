"""Stripe beside the books: whoever differs looks at Stripe again, and what then still differs is a case."""

from dataclasses import replace
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.reconciliation import ReconciliationActivities
    from contracts.reconciliation import PROGRESS, Comparison, ReconciliationReport, ReconciliationRun
    from workflows.steward import RETRIES

COMPARISON = timedelta(hours=1)
"""How long a comparison may take: a first one reads thirty days."""
HEARTBEAT = timedelta(seconds=60)


@workflow.defn
class ReconciliationWorkflow:
    """One run."""

    def __init__(self) -> None:
        self._doing = "comparing Stripe with the books"

    @workflow.run
    async def run(self, run: ReconciliationRun) -> ReconciliationReport:
        first = await self._compare(Comparison(home=run.home, judge=False))
        if first.told:
            self._doing = f"{first.told} differ and look at Stripe again"
            await workflow.sleep(run.settle_seconds, summary=self._doing)
        self._doing = "judging what still differs"
        judged = await self._compare(Comparison(home=run.home, judge=True, suspects=first.suspects))
        self._doing = "done"
        return replace(judged, told=first.told)

    @workflow.query(name=PROGRESS)
    def progress(self) -> str:
        """What is being done."""
        return self._doing

    async def _compare(self, comparison: Comparison) -> ReconciliationReport:
        return await workflow.execute_activity_method(
            ReconciliationActivities.compare,
            comparison,
            start_to_close_timeout=COMPARISON,
            heartbeat_timeout=HEARTBEAT,
            retry_policy=RETRIES,
            summary=self._doing,
        )
