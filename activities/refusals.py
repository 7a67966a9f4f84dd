"""What went wrong in an activity, in the words of who asked: a code, and whether to try again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from contracts.codec import MalformedCommand
from contracts.work import Aggregate
from domain.match.errors import CommandRefused
from handlers.errors import (
    KeyInFlight,
    KeyReused,
    PreconditionFailed,
    StreamIdTaken,
    StreamNotFound,
    TooContended,
)
from handlers.ports import StoreUnavailable

TRY_AGAIN: dict[type[Exception], str] = {
    KeyInFlight: "idempotency_key_in_flight",
    StoreUnavailable: "store_unavailable",
    TooContended: "too_contended",
}
PROVIDER_UNAVAILABLE = "provider_unavailable"
TRY_AGAIN_CODES = frozenset({*TRY_AGAIN.values(), PROVIDER_UNAVAILABLE})
"""Of what may be served in a moment."""
AFTER_REFUSAL = timedelta(minutes=1)
"""How long a workflow waits before it insists on what was refused."""


@contextmanager
def answering(aggregate: Aggregate) -> Iterator[None]:
    """Turns what the write side raises into ApplicationErrors with a code as their type.

    Their detail, where there is any, is what a problem says further. Whatever else is raised is a mistake of
    ours: the activity is tried again until that is repaired.
    """
    try:
        yield
    except CommandRefused as error:
        raise refused(error.code, error.message, members_of(error)) from error
    except MalformedCommand as error:
        raise refused("invalid_body", str(error), {"field": error.field}) from error
    except StreamNotFound as error:
        raise refused(f"{aggregate.kind}_not_found", str(error)) from error
    except StreamIdTaken as error:
        raise refused(f"{aggregate.kind}_id_taken", str(error)) from error
    except PreconditionFailed as error:
        raise refused("version_mismatch", str(error), {"current_version": error.current}) from error
    except KeyReused as error:
        raise refused("idempotency_key_reused", str(error)) from error
    except tuple(TRY_AGAIN) as error:
        raise ApplicationError(str(error), type=TRY_AGAIN[type(error)]) from error


@contextmanager
def insisting(aggregate: Aggregate) -> Iterator[None]:
    """The same for what nobody asked and must not be lost: a refusal is tried again, for an operator to see."""
    try:
        with answering(aggregate):
            yield
    except ApplicationError as error:
        if not error.non_retryable:
            raise
        raise ApplicationError(
            error.message, *error.details, type=error.type, next_retry_delay=AFTER_REFUSAL
        ) from error


def members_of(refusal: CommandRefused) -> dict[str, Any]:
    """What a problem says of a refusal beside its code and message."""
    context = dict(refusal.detail)
    members: dict[str, Any] = {"umpires_may_allow": refusal.umpires_may_allow}
    if refusal.rule:
        members["rule"] = refusal.rule
    if "index" in context:
        members["index"] = context.pop("index")
    if "lines" in context:
        members["lines"] = context.pop("lines")
    if context:
        members["context"] = context
    return members


def refused(code: str, message: str, members: dict[str, Any] | None = None) -> ApplicationError:
    """A refusal: asking again would be answered the same. It is nobody's failure, and not logged as one."""
    details = () if members is None else (members,)
    return ApplicationError(
        message, *details, type=code, non_retryable=True, category=ApplicationErrorCategory.BENIGN
    )
