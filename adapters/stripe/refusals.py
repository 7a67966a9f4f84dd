"""What went wrong, in the words of whoever asked: unknown, refused, or a key used for something else."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import ClientError
from stripe import (
    APIConnectionError,
    AuthenticationError,
    CardError,
    IdempotencyError,
    PermissionError,
    RateLimitError,
    StripeError,
)

from handlers.payment_provider import ProviderConflict, ProviderRefused, ProviderUnavailable

BROKEN = 500  # what Stripe's idempotency keeps; 502 to 504 are answered by what stands before it
KEY_IN_USE = 409
ACCOUNT_GONE = "account_invalid"


@contextmanager
def translated(*, keyed: bool = False) -> Iterator[None]:
    """Raise ProviderUnavailable, ProviderRefused or ProviderConflict for what Stripe, or the way to it, says.

    `keyed`: the request has an idempotency key, which a 500 then spends.
    """
    try:
        yield
    except (APIConnectionError, ClientError, TimeoutError) as error:
        raise ProviderUnavailable(f"no answer from Stripe ({type(error).__name__})") from error
    except IdempotencyError as error:
        raise ProviderConflict(error.user_message or "the key was used with other parameters") from error
    except StripeError as error:
        raise _said_no(error, keyed) from error


def _said_no(error: StripeError, keyed: bool) -> Exception:
    status = error.http_status or BROKEN
    said = f"Stripe answered {status}: {error.user_message or type(error).__name__}"
    if isinstance(error, RateLimitError):
        return ProviderUnavailable(said, retry_after_seconds=_retry_after(error))
    code = error.code or (error.error.code if error.error else None)
    if isinstance(error, AuthenticationError) or (
        isinstance(error, PermissionError) and code != ACCOUNT_GONE
    ):
        # A key that was rotated or lacks a permission says nothing about the payment: it waits until that is mended.
        return ProviderUnavailable(said)
    if status >= BROKEN or status == KEY_IN_USE:
        return ProviderUnavailable(said, key_spent=keyed and status == BROKEN)
    declined = error.error.decline_code if isinstance(error, CardError) and error.error else None
    return ProviderRefused(code or "invalid_request", error.user_message or said, decline_code=declined)


def _retry_after(error: StripeError) -> float | None:
    try:
        return float((error.headers or {})["Retry-After"])
    except (KeyError, ValueError):
        return None
