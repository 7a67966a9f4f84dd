"""What the endpoints work with, put together in ``api.main``."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request

from api.security import TokenVerifier
from domain.match.state import MatchState
from handlers.match import MatchHandler
from handlers.ports import EventStore, MatchReadModel
from handlers.register import RegisterHandler


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """``ready`` raises when a request could not be served now; ``export`` writes Cricsheet's JSON."""

    verifier: TokenVerifier
    matches: MatchHandler
    store: EventStore
    read_model: MatchReadModel
    registers: RegisterHandler
    ready: Callable[[], Awaitable[None]]
    export: Callable[[MatchState], bytes]
    card_wait_seconds: float


def services(request: Request) -> Services:
    """The services of the application that a request came to."""
    return request.app.state.services
