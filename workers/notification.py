"""The worker of notifications put together."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker, WorkflowRunner

from activities.notices import NoticeActivities, NotificationPorts
from activities.notifications import NotificationActivities
from contracts.notifications import NOTIFICATION_QUEUE, NotificationRun
from handlers.mailing import MailServer
from handlers.notification.composing import Composer
from handlers.notification.ports import NotificationWork, PushServer
from handlers.ports import EventStore
from handlers.session import SessionHandler
from handlers.tournament import TournamentHandler
from workers.tournament import ACTIVITIES, GRACEFUL_SHUTDOWN, POLLERS, SANDBOX, WORKFLOW_TASKS
from workflows.notification import NoticeWorkflow, NotificationWorkflow

NOTIFICATIONS_CACHED = 500
"""Most wait a moment, and those for the end of quiet hours are replayed from a handful of events."""


def notification_ports(
    work: NotificationWork,
    store: EventStore,
    composer: Composer,
    mail: MailServer | None,
    push: PushServer | None,
    deliver: Callable[[NotificationRun], Awaitable[None]],
) -> NotificationPorts:
    """What notifications touch, over a store."""
    return NotificationPorts(
        work=work,
        store=store,
        sessions=SessionHandler(store, cached_sessions=50),
        tournaments=TournamentHandler(store),
        composer=composer,
        mail=mail,
        push=push,
        deliver=deliver,
    )


def notification_worker(
    client: Client,
    ports: NotificationPorts,
    queue: str = NOTIFICATION_QUEUE,
    *,
    graceful_shutdown: timedelta = GRACEFUL_SHUTDOWN,
    cached: int = NOTIFICATIONS_CACHED,
    runner: WorkflowRunner = SANDBOX,
) -> Worker:
    """The worker of the queue of notifications."""
    notices, notifications = NoticeActivities(ports), NotificationActivities(ports)
    return Worker(
        client,
        task_queue=queue,
        workflows=[NoticeWorkflow, NotificationWorkflow],
        activities=[
            *(notices.raise_notice, notices.fan_out),
            *(notifications.deliver, notifications.conclude),
        ],
        max_cached_workflows=cached,
        workflow_runner=runner,
        max_concurrent_workflow_tasks=WORKFLOW_TASKS,
        max_concurrent_activities=ACTIVITIES,
        workflow_task_poller_behavior=POLLERS,
        activity_task_poller_behavior=POLLERS,
        graceful_shutdown_timeout=graceful_shutdown,
    )
