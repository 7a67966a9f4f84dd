"""How the commands reach the API of this checkout: its address, and a token for it."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from api.issuer import DevelopmentIssuer
from cli.client import ApiUnreachable, PavilionClient
from contracts.identity import ORGANISER
from stack.folders import project_root, state_folder
from stack.stack import Stack

COMMAND = "pavilion command"
"""As whom the command speaks."""


_by_gateway: ContextVar[bool] = ContextVar("_by_gateway", default=False)
_logged_in: ContextVar[str | None] = ContextVar("_logged_in", default=None)


@contextmanager
def through_gateway() -> Iterator[None]:
    """Within, ``connect`` goes through the stack's gateway where it has one, as the rest of the world does."""
    before = _by_gateway.set(True)
    try:
        yield
    finally:
        _by_gateway.reset(before)


@contextmanager
def logged_in(access_token: str) -> Iterator[None]:
    """Within, the organiser of ``connect`` is whoever the Auth Service gave this token."""
    before = _logged_in.set(access_token)
    try:
        yield
    finally:
        _logged_in.reset(before)


def connect(*, connections: int = 16, role: str = ORGANISER, subject: str = COMMAND) -> PavilionClient:
    """A client of the running API, as ``subject`` of the development tenant. Raises ApiUnreachable."""
    known = Stack().addresses()
    url, trust = os.environ.get("PAVILION_API_URL") or known.api_url, None
    if _by_gateway.get() and known.gateway_url and not os.environ.get("PAVILION_API_URL"):
        url, trust = known.gateway_url, ssl.create_default_context(cafile=known.gateway_ca)
    if url is None:
        raise ApiUnreachable("Pavilion is not running here")
    return PavilionClient(url.rstrip("/"), lambda: token(role, subject), connections=connections, trust=trust)


def token(role: str = ORGANISER, subject: str = COMMAND) -> str:
    """A token of the development issuer; PAVILION_TOKEN where the API is somebody else's, and that of a login."""
    given = os.environ.get("PAVILION_TOKEN")
    if given:
        return given
    login = _logged_in.get()
    if login is not None and (role, subject) == (ORGANISER, COMMAND):
        return login
    issuer = DevelopmentIssuer(state_folder(project_root()) / "issuer")
    return issuer.token(now=datetime.now(UTC), roles=[role], subject=subject)
