"""The workers of tournaments and match days put together."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import (
    PollerBehaviorAutoscaling,
    UnsandboxedWorkflowRunner,
    Worker,
    WorkflowRunner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.aggregates import AggregateActivities
from activities.fees import FeeActivities
from activities.kinds import kept_kinds
from activities.results import ResultActivities
from activities.sessions import SessionActivities, Streams
from contracts.work import MATCH_QUEUE, TOURNAMENT_QUEUE
from handlers.match import MatchHandler
from handlers.ports import EventStore, OfficialsDiary
from handlers.session import SessionHandler
from handlers.tournament import TournamentHandler
from workflows.match import MatchWorkflow
from workflows.tournament import TournamentWorkflow

GRACEFUL_SHUTDOWN = timedelta(seconds=10)
TOURNAMENTS_CACHED = 200
SESSIONS_CACHED = 2_500
"""Above what lives at a time (47 KB each): one that is not cached is replayed from its first event each time."""
WORKFLOW_TASKS = 8
ACTIVITIES = 32
SANDBOX = SandboxedWorkflowRunner()
"""Finds a clock or a die in a workflow when it runs, and loads its module anew for each; the tests have this."""
UNBOXED = UnsandboxedWorkflowRunner()
"""What serves: the sandbox takes a fifth of a worker's time."""
POLLERS = PollerBehaviorAutoscaling(minimum=2, maximum=8, initial=2)


def streams_of(store: EventStore, diary: OfficialsDiary) -> Streams:
    """The write sides over a store and a diary of the same database."""
    return Streams(
        store=store,
        tournaments=TournamentHandler(store, diary=diary),
        sessions=SessionHandler(store),
        matches=MatchHandler(store),
    )


def queue_worker(
    client: Client,
    queue: str,
    workflows: Sequence[type],
    activities: Sequence[Callable[..., Any]],
    *,
    cached: int,
    runner: WorkflowRunner = SANDBOX,
    graceful_shutdown: timedelta = GRACEFUL_SHUTDOWN,
) -> Worker:
    """The worker of a queue, as large as all are. ``cached``: workflows of which it keeps the state."""
    return Worker(
        client,
        task_queue=queue,
        workflows=workflows,
        activities=activities,
        max_cached_workflows=cached,
        workflow_runner=runner,
        max_concurrent_workflow_tasks=WORKFLOW_TASKS,
        max_concurrent_activities=ACTIVITIES,
        workflow_task_poller_behavior=POLLERS,
        activity_task_poller_behavior=POLLERS,
        graceful_shutdown_timeout=graceful_shutdown,
    )


def tournament_worker(
    client: Client,
    streams: Streams,
    queue: str = TOURNAMENT_QUEUE,
    *,
    runner: WorkflowRunner = SANDBOX,
    graceful_shutdown: timedelta = GRACEFUL_SHUTDOWN,
    cached: int = TOURNAMENTS_CACHED,
) -> Worker:
    """The worker of the queue of tournaments."""
    aggregates = AggregateActivities(kept_kinds(streams))
    return queue_worker(
        client,
        queue,
        [TournamentWorkflow],
        [
            aggregates.execute,
            aggregates.progress,
            aggregates.carry_out,
            ResultActivities(streams).take_result,
            FeeActivities(streams.tournaments).payments_to_tell,
        ],
        cached=cached,
        runner=runner,
        graceful_shutdown=graceful_shutdown,
    )


def match_worker(
    client: Client, streams: Streams, queue: str = MATCH_QUEUE, *, runner: WorkflowRunner = SANDBOX
) -> Worker:
    """The worker of the queue of match days."""
    aggregates = AggregateActivities(kept_kinds(streams))
    sessions = SessionActivities(streams)
    return queue_worker(
        client,
        queue,
        [MatchWorkflow],
        [
            aggregates.execute,
            aggregates.progress,
            aggregates.carry_out,
            sessions.open_session,
            sessions.catch_up,
            sessions.carry_out_order,
        ],
        cached=SESSIONS_CACHED,
        runner=runner,
    )
