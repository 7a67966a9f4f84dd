"""Workflows that began with earlier code go on with this one: their histories are replayed.

A history that no longer replays means that running tournaments would be stuck after a deploy. The change is
gated by ``workflow.patched`` then, and the history stays; new ones are recorded beside it (``record``).
"""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from contracts.notifications import NotificationRun
from contracts.work import SessionRun, TournamentRun, WireDue
from tests.workflows.record import HISTORIES
from workflows.entry import EntryWorkflow
from workflows.match import MatchWorkflow
from workflows.notification import NoticeWorkflow, NotificationWorkflow
from workflows.payout import PayoutWorkflow
from workflows.steward import Steward
from workflows.tournament import TournamentWorkflow

RECORDED = sorted(HISTORIES.glob("*.json"))


def history(file: Path) -> WorkflowHistory:
    recorded = json.loads(file.read_text())
    return WorkflowHistory.from_json(recorded["id"], recorded)


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
async def test_a_recorded_history_replays(file: Path) -> None:
    replayer = Replayer(
        workflows=[
            *(TournamentWorkflow, MatchWorkflow, EntryWorkflow, PayoutWorkflow),
            *(NoticeWorkflow, NotificationWorkflow),
        ],
        data_converter=pydantic_data_converter,
    )
    replayed = await replayer.replay_workflow(history(file), raise_on_replay_failure=False)
    assert replayed.replay_failure is None


def test_what_is_recorded_covers_both_workflows_and_their_ends() -> None:
    assert {file.stem for file in RECORDED} >= {
        "tournament",
        "tournament_cancelled",
        "match",
        "match_cancelled",
        "box_continued",
        "entry_refunded",
        "entry_cancelled",
        "tournament_with_fee",
        "payout",
        "payout_revised",
        "notice",
        "notification",
    }


@workflow.defn(name="TournamentWorkflow")
class LooksBeforeEachDue(TournamentWorkflow):
    """A step put before another, as somebody might who does not think of those already running."""

    @workflow.init
    def __init__(self, run: TournamentRun) -> None:
        super().__init__(run)

    @workflow.run
    async def run(self, run: TournamentRun) -> None:
        await super().run(run)

    async def fall_due(self, dues: tuple[WireDue, ...]) -> None:
        await self.look()
        await super().fall_due(dues)


@workflow.defn(name="MatchWorkflow")
class CarriesOutBeforeItCatchesUp(MatchWorkflow):
    """Two steps the other way round."""

    @workflow.init
    def __init__(self, run: SessionRun) -> None:
        super().__init__(run)

    @workflow.run
    async def run(self, run: SessionRun) -> None:
        await super().run(run)

    async def fall_due(self, dues: tuple[WireDue, ...]) -> None:
        await Steward.fall_due(self, dues)
        await self._catch_up()


@workflow.defn(name="NotificationWorkflow")
class SendsBeforeItWaits(NotificationWorkflow):
    """The message goes out whatever the hour."""

    @workflow.run
    async def run(self, run: NotificationRun) -> None:
        await super().run(replace(run, due_at=run.due_at - timedelta(days=1)))


@pytest.mark.parametrize(
    ("changed", "recorded"),
    [
        (LooksBeforeEachDue, "tournament"),
        (CarriesOutBeforeItCatchesUp, "match"),
        (SendsBeforeItWaits, "notification"),
    ],
)
async def test_a_changed_order_without_a_patch_is_found_out(changed: type, recorded: str) -> None:
    replayer = Replayer(
        workflows=[changed],
        data_converter=pydantic_data_converter,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    with pytest.raises(workflow.NondeterminismError):
        await replayer.replay_workflow(history(HISTORIES / f"{recorded}.json"))
