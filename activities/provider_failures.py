"""What came of asking Stripe, in the words of who asked: a code, and whether and when to try again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from temporalio.exceptions import ApplicationError

from activities.refusals import PROVIDER_UNAVAILABLE
from handlers.payment_provider import ProviderConflict, ProviderRefused, ProviderUnavailable

AFTER_CONFLICT = timedelta(minutes=5)


@contextmanager
def asking_provider() -> Iterator[None]:
    """Turns what asking Stripe raises into ApplicationErrors with a code as their type; all are tried again.

    The message is Stripe's own and may be shown to nobody but operators.
    """
    try:
        yield
    except ProviderUnavailable as failure:
        seconds = failure.retry_after_seconds
        raise ApplicationError(
            str(failure),
            type=PROVIDER_UNAVAILABLE,
            next_retry_delay=None if seconds is None else timedelta(seconds=seconds),
        ) from failure
    except ProviderRefused as refusal:
        raise ApplicationError(str(refusal), type="provider_refused") from refusal
    except ProviderConflict as conflict:
        # A mistake of ours, for an operator to see.
        raise ApplicationError(
            str(conflict), type="provider_conflict", next_retry_delay=AFTER_CONFLICT
        ) from conflict
