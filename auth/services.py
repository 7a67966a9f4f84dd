"""What the endpoints of the Auth Service's HTTP side work with, put together in ``auth.http``."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starlette.requests import Request

from auth.addresses import TrustedProxies
from contracts.identity import Principal
from handlers.identity import Identity


class Verifier(Protocol):
    """Who calls, by their ``Authorization`` header. Raises Problem."""

    async def verify(self, authorization: str | None, *, fresh: bool = False) -> Principal: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthServices:
    """``app_url``: of the pages that people use, None where there are none; ``clock`` tells the time; ``ready`` raises
    when a request could not be served now."""

    identity: Identity
    verifier: Verifier
    proxies: TrustedProxies
    app_url: str | None
    clock: Callable[[], datetime]
    ready: Callable[[], Awaitable[None]]


def services(request: Request) -> AuthServices:
    """The services of the application that a request came to."""
    return request.app.state.services
