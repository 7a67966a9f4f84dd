"""What whoever asks a workflow is told when it does not go well: one exception, with a code of the API."""

from typing import Any

import structlog
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from contracts.work import Aggregate, workflow_id

BUSY = frozenset({"workflow_leaving", "too_many_requests"})
"""Codes after which the same request may be served a moment later."""

log = structlog.get_logger()


class WorkflowRefused(Exception):
    """A command or question that was not served. ``code`` is one of the API's; ``detail`` the problem's further
    members."""

    def __init__(self, code: str, message: str, detail: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail = detail or {}


async def refusal(client: Client, aggregate: Aggregate, error: Exception) -> WorkflowRefused:
    """What an error of Temporal's client means to whoever asked something of this aggregate's workflow."""
    cause = error.__cause__ if isinstance(error, WorkflowUpdateFailedError) else None
    if isinstance(cause, ApplicationError) and cause.type:
        detail = cause.details[0] if cause.details and isinstance(cause.details[0], dict) else None
        return WorkflowRefused(cause.type, cause.message, detail)
    if isinstance(error, RPCError) and error.status == RPCStatusCode.NOT_FOUND:
        return await _absent(client, aggregate)
    return unavailable(error)


async def _absent(client: Client, aggregate: Aggregate) -> WorkflowRefused:
    """The server answers commands alike for workflows that never were and those that are closed.

    One that runs by now has begun in between, and can be asked again.
    """
    kind = aggregate.kind
    try:
        found = await client.get_workflow_handle(workflow_id(aggregate)).describe()
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            return unavailable(error)
        return WorkflowRefused(f"{kind}_not_found", f"there is no {kind} {aggregate.id}")
    if found.status is WorkflowExecutionStatus.RUNNING:
        return WorkflowRefused("workflow_leaving", f"this {kind} has only just begun; ask again")
    return WorkflowRefused(f"{kind}_closed", f"this {kind} is closed: nothing can be asked of it any more")


def unavailable(error: Exception) -> WorkflowRefused:
    """What the server really said is for operators: a client can only come again."""
    said = error.status.name if isinstance(error, RPCError) else type(error).__name__
    log.warning("workflows.unavailable", status=said, error=str(error))
    return WorkflowRefused("workflows_unavailable", "the workflows cannot be reached at the moment")
