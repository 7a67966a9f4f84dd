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
from workers.tournament import GRACEFUL_SHUTDOWN, SANDBOX, queue_worker
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
    return queue_worker(
        client,
        queue,
        [NoticeWorkflow, NotificationWorkflow],
        [
            *(notices.raise_notice, notices.fan_out),
            *(notifications.deliver, notifications.conclude),
        ],
        cached=cached,
        runner=runner,
        graceful_shutdown=graceful_shutdown,
    )
