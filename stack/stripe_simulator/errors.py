"""How Stripe says no."""

from typing import Any


class StripeError(Exception):
    """A refusal, as Stripe words it.

    `kept`: whether the refusal is the answer that the idempotency key keeps. What fails before anything is carried
    out (a parameter that is wrong, a key in use, too many requests) is not kept, so it may be tried again.
    """

    def __init__(
        self,
        status: int,
        code: str | None,
        message: str,
        *,
        type: str = "invalid_request_error",
        param: str | None = None,
        kept: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kept = kept
        said = {"type": type, "code": code, "message": message, "param": param, **more}
        self.body = {"error": {name: value for name, value in said.items() if value is not None}}


def wrong(param: str, message: str, code: str | None = None) -> StripeError:
    """A parameter that can't be: nothing was carried out, and the key is free."""
    return StripeError(400, code, message, param=param, kept=False)


def missing(kind: str, id: str, param: str = "id") -> StripeError:
    """There is no such object."""
    what = kind.replace("_", " ")
    status = 404 if param == "id" else 400
    return StripeError(status, "resource_missing", f"No such {what}: '{id}'", param=param)


def refused(code: str, message: str, **more: Any) -> StripeError:
    """What was asked can't be done to the object in its state."""
    return StripeError(400, code, message, **more)
