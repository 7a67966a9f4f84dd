"""The worker that has fixtures solved. Wiring only."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker

from activities.fixtures import FixtureActivities
from contracts.fixtures import FIXTURES_QUEUE, FixtureSolver
from workflows.fixtures import FixturesWorkflow

AT_ONCE = 1
"""A search takes every core it is given: one after the other is done sooner than two side by side."""
CANCELLED_WITHIN = timedelta(seconds=1)
"""A cancellation comes with the answer to a heartbeat, which the SDK sends no oftener than this."""
GRACEFUL_SHUTDOWN = timedelta(seconds=5)


def fixtures_worker(client: Client, solver: FixtureSolver, *, queue: str = FIXTURES_QUEUE) -> Worker:
    """The worker of the fixtures queue."""
    return Worker(
        client,
        task_queue=queue,
        workflows=[FixturesWorkflow],
        activities=[FixtureActivities(solver).solve_fixtures],
        max_concurrent_activities=AT_ONCE,
        max_heartbeat_throttle_interval=CANCELLED_WITHIN,
        graceful_shutdown_timeout=GRACEFUL_SHUTDOWN,
    )
