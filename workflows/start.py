"""How each workflow is started: its input, id and queue, what becomes of a repeated start, and what operators see.

One function a workflow; what it gives are the keyword arguments of ``Client.start_workflow``.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from temporalio.common import (
    Priority,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)

from contracts.entry import EntryOf, EntryRun
from contracts.fixtures import FIXTURES_QUEUE, FixturesRequest, fixtures_workflow_id
from contracts.notifications import (
    NOTIFICATION_QUEUE,
    NoticeRun,
    NotificationRun,
    notice_workflow_id,
    notification_workflow_id,
)
from contracts.payout import PayoutRun
from contracts.reconciliation import ReconciliationRun, reconciliation_workflow_id
from contracts.work import (
    MATCH_QUEUE,
    PAYMENT_QUEUE,
    PAYOUT_QUEUE,
    TOURNAMENT_QUEUE,
    Aggregate,
    TournamentRun,
    entry_workflow_id,
    payout_workflow_id,
    tournament_workflow_id,
)
from workflows import search_attributes

Start = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """The task queues on which workers wait for each kind of workflow."""

    tournament: str = TOURNAMENT_QUEUE
    match: str = MATCH_QUEUE
    fixtures: str = FIXTURES_QUEUE
    payment: str = PAYMENT_QUEUE
    payout: str = PAYOUT_QUEUE
    notification: str = NOTIFICATION_QUEUE


QUEUES = Queues()


def tournament(queues: Queues, aggregate: Aggregate, name: str) -> Start:
    """``name`` is what operators see, if it has one by now."""
    tenant, tournament_id = aggregate.tenant_id, aggregate.id
    run = TournamentRun(
        aggregate=aggregate,
        match_queue=queues.match,
        payment_queue=queues.payment,
        payout_queue=queues.payout,
    )
    shown = name or str(tournament_id)
    return {
        **_start(run, tournament_workflow_id(tenant, tournament_id), queues.tournament, shown),
        **_of_tenant(tenant, search_attributes.of_tournament(tenant, tournament_id)),
        # A fresh history begins without a summary, but not without its memo.
        "memo": {"name": shown},
    }


def payment(queues: Queues, aggregate: Aggregate, entry: EntryOf | None, name: str) -> Start:
    """``entry`` is what is paid for, where its workflow has still to be told; ``name`` that of the team."""
    tenant, tournament_id = aggregate.tenant_id, entry.tournament_id if entry else None
    run = EntryRun(aggregate=aggregate, entry=entry)
    summary = f"entry fee of {name}" if name else "entry fee"
    return {
        **_start(run, entry_workflow_id(tenant, aggregate.id), queues.payment, summary),
        **_of_tenant(tenant, search_attributes.of_payment(tenant, tournament_id, aggregate.id)),
    }


def payout(queues: Queues, aggregate: Aggregate) -> Start:
    tenant, tournament_id = aggregate.tenant_id, aggregate.id
    run = PayoutRun(aggregate=aggregate)
    return {
        **_start(run, payout_workflow_id(tenant, tournament_id), queues.payout, "prize money"),
        **_of_tenant(tenant, search_attributes.of_tournament(tenant, tournament_id)),
    }


def fixtures(queues: Queues, request: FixturesRequest) -> Start:
    tenant, tournament_id = request.tenant_id, request.tournament_id
    id_ = fixtures_workflow_id(tenant, tournament_id, request.request_id)
    return {
        **_start(request, id_, queues.fixtures, f"fixtures of {tournament_id}"),
        **_of_tenant(tenant, search_attributes.of_tournament(tenant, tournament_id)),
        # A request that was answered is not worked out again.
        "id_reuse_policy": WorkflowIDReusePolicy.REJECT_DUPLICATE,
    }


def reconciliation(queues: Queues, run: ReconciliationRun) -> Start:
    return _start(run, reconciliation_workflow_id(run.home), queues.payment, "reconciliation with Stripe")


def notice(queues: Queues, run: NoticeRun) -> Start:
    tenant, id_ = run.notice.tenant_id, run.notice.notice_id
    return {
        **_start(run, notice_workflow_id(tenant, id_), queues.notification, "a notice"),
        **_of_tenant(tenant, search_attributes.of_league(tenant)),
        **_ONCE,
    }


def notification(queues: Queues, run: NotificationRun) -> Start:
    tenant, summary = run.tenant_id, run.category or "digest"
    return {
        **_start(run, notification_workflow_id(tenant, run.notification_id), queues.notification, summary),
        **_of_tenant(tenant, search_attributes.of_league(tenant)),
        **_ONCE,
    }


_ONCE: Start = {"id_reuse_policy": WorkflowIDReusePolicy.REJECT_DUPLICATE}
"""What was told is not told again."""


def _start(arg: Any, id_: str, queue: str, summary: str) -> Start:
    """Started again while it runs, it is the same run; afterwards another, which is never wrong: it begins with
    what the store has, and ends if that is over."""
    return {
        "arg": arg,
        "id": id_,
        "task_queue": queue,
        "id_conflict_policy": WorkflowIDConflictPolicy.USE_EXISTING,
        "id_reuse_policy": WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        "static_summary": summary,
    }


def _of_tenant(tenant: UUID, found_by: TypedSearchAttributes) -> Start:
    """One league's many workflows do not keep another's waiting."""
    return {"search_attributes": found_by, "priority": Priority(fairness_key=str(tenant))}
