"""Where an operation takes place, so that a role held in a tournament, team or match counts there and not elsewhere.

The table (``PLACES``) goes by the operation's address. Who holds all roles in the whole league is never looked up;
for the others it is asked once which tournament and teams a match or a payment is of, since that does not change.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.requests import Request

from api.services import services
from contracts.identity import SCOPES_OF, Scope, ScopeKind
from contracts.work import session_stream_id
from domain.match.state import MatchState
from domain.session.state import SessionState
from domain.tournament.lifecycle.state import TournamentState
from handlers.errors import StreamNotFound


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a caller of this tenant, and what its body says where that matters."""

    request: Request
    tenant_id: UUID
    body: Mapping[str, Any]

    def word(self, name: str) -> str:
        """A word of the address; empty if it has none of that name."""
        return self.request.path_params.get(name, "")


Finder = Callable[[Asked], Awaitable[Iterable[Scope]]]


@dataclass(frozen=True, slots=True)
class Place:
    """``kinds``: in what a role may be held to count here. ``find``: in which ones, for a request. ``reads_body``:
    the body names them."""

    kinds: tuple[ScopeKind, ...]
    find: Finder
    reads_body: bool = False

    def kinds_for(self, roles: Iterable[str]) -> tuple[ScopeKind, ...]:
        """Those kinds in which at least one of the roles can be held."""
        possible = frozenset[ScopeKind]().union(*(SCOPES_OF[role] for role in roles))
        return tuple(kind for kind in self.kinds if kind in possible)


async def _nowhere(_: Asked) -> Iterable[Scope]:
    return ()


async def _match(asked: Asked) -> Iterable[Scope]:
    """The match, its teams, and the tournament whose fixture it is."""
    match_id = _uuid(asked.word("match_id"))
    if match_id is None:
        return ()
    known = services(asked.request)

    async def look() -> frozenset[Scope]:
        stream = session_stream_id(match_id)
        try:
            return await known.sessions.read(asked.tenant_id, stream, _of_session)
        except StreamNotFound:
            return await known.matches.read(asked.tenant_id, match_id, _of_match)

    itself = Scope("match", str(match_id))
    try:
        return {itself, *await known.belongings.of(asked.tenant_id, match_id, look)}
    except StreamNotFound:
        return (itself,)


def _of_session(state: SessionState) -> frozenset[Scope]:
    teams = state.match.teams if state.match is not None else ()
    return frozenset((*(Scope("team", team.id) for team in teams), *_tournaments(state.tournament)))


def _of_match(state: MatchState) -> frozenset[Scope]:
    return frozenset(Scope("team", team) for team in state.sides)


async def _tournament(asked: Asked) -> Iterable[Scope]:
    """The tournament and all teams that have entered it."""
    tournament_id = _uuid(asked.word("tournament_id"))
    if tournament_id is None:
        return ()
    try:
        teams = await services(asked.request).tournaments.read(asked.tenant_id, tournament_id, _entered)
    except StreamNotFound:
        teams = ()
    return (*_tournaments(str(tournament_id)), *(Scope("team", team) for team in teams))


def _entered(state: TournamentState) -> tuple[str, ...]:
    return tuple(state.entries)


async def _entry(asked: Asked) -> Iterable[Scope]:
    """The tournament, and the one team that it is about."""
    return (*_tournaments(asked.word("tournament_id")), *_teams(asked.word("team")))


async def _payment(asked: Asked) -> Iterable[Scope]:
    """The tournament and the team whose entry is paid for."""
    payment_id = _uuid(asked.word("payment_id"))
    if payment_id is None:
        return ()
    known = services(asked.request)

    async def look() -> frozenset[Scope]:
        terms = await known.payments.read(asked.tenant_id, payment_id, lambda state: state.terms)
        return frozenset((*_tournaments(str(terms.tournament)), *_teams(terms.team)))

    try:
        return await known.belongings.of(asked.tenant_id, payment_id, look)
    except StreamNotFound:
        return ()


async def _said(asked: Asked) -> Iterable[Scope]:
    """What the body names; the tournament may stand in the address."""
    tournament = asked.word("tournament_id") or asked.body.get("tournament_id")
    return (*_tournaments(tournament), *_teams(asked.body.get("team")))


async def _filtered(asked: Asked) -> Iterable[Scope]:
    """What the query asks for, and nothing beside it."""
    query = asked.request.query_params
    return (*_tournaments(query.get("tournament_id")), *_teams(query.get("team")))


async def _team(asked: Asked) -> Iterable[Scope]:
    return _teams(asked.word("id") or asked.word("payee"))


async def _new_payee(asked: Asked) -> Iterable[Scope]:
    return _teams(asked.body.get("id"))


def _tournaments(text: object) -> tuple[Scope, ...]:
    id_ = _uuid(text)
    return () if id_ is None else (Scope("tournament", str(id_)),)


def _teams(text: object) -> tuple[Scope, ...]:
    return (Scope("team", text),) if isinstance(text, str) and text else ()


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


LEAGUE = Place((), _nowhere)
"""Only a role in the whole league counts."""
MATCH = Place(("tournament", "team", "match"), _match)
TOURNAMENT = Place(("tournament", "team"), _tournament)
ENTRY = Place(("tournament", "team"), _entry)
TEAM = Place(("team",), _team)

PLACES: tuple[tuple[str, Place], ...] = (
    ("/v1/matches/{match_id}", MATCH),
    ("/v1/analytics/matches/{match_id}", MATCH),
    ("/v1/tournaments/{tournament_id}/entries/{team}", ENTRY),
    ("/v1/tournaments/{tournament_id}", TOURNAMENT),
    ("/v1/payouts/{tournament_id}", TOURNAMENT),
    ("/v1/payments/{payment_id}", Place(("tournament", "team"), _payment)),
    ("/v1/teams/{id}", TEAM),
    ("/v1/payees/{payee}", TEAM),
)
"""By the beginning of the address: the first that fits."""

ELSEWHERE: dict[str, Place] = {
    "submit_entry": Place(("tournament", "team"), _said, reads_body=True),
    "begin_payment": Place(("tournament", "team"), _said, reads_body=True),
    "prepare_payout": Place(("tournament",), _said, reads_body=True),
    "register_payee": Place(("team",), _new_payee, reads_body=True),
    "list_payments": Place(("tournament", "team"), _filtered),
    "list_refunds": Place(("tournament", "team"), _filtered),
    "list_payouts": Place(("tournament",), _filtered),
}
"""Operations whose body or query says where."""


def place_of(operation_id: str, path: str) -> Place:
    """Where an operation takes place."""
    if operation_id in ELSEWHERE:
        return ELSEWHERE[operation_id]
    return next((place for start, place in PLACES if path.startswith(start)), LEAGUE)
