"""Who somebody is and what they were granted, as every service understands it: roles, grants, the verified caller."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, get_args
from uuid import UUID

OWNER = "owner"
ADMIN = "admin"
ORGANISER = "organiser"
TREASURER = "treasurer"
REFEREE = "referee"
UMPIRE = "umpire"
SCORER = "scorer"
CAPTAIN = "captain"
PLAYER = "player"
VIEWER = "viewer"
ROLES = (OWNER, ADMIN, ORGANISER, TREASURER, REFEREE, UMPIRE, SCORER, CAPTAIN, PLAYER, VIEWER)

ScopeKind = Literal["tournament", "team", "match"]
SCOPE_KINDS: tuple[ScopeKind, ...] = get_args(ScopeKind)

SCOPES_OF: dict[str, frozenset[ScopeKind]] = {
    OWNER: frozenset(),
    ADMIN: frozenset({"tournament"}),
    ORGANISER: frozenset({"tournament"}),
    TREASURER: frozenset({"tournament"}),
    REFEREE: frozenset({"tournament", "match"}),
    UMPIRE: frozenset({"tournament", "match"}),
    SCORER: frozenset({"tournament", "team", "match"}),
    CAPTAIN: frozenset({"tournament", "team"}),
    PLAYER: frozenset({"tournament", "team"}),
    VIEWER: frozenset({"tournament", "team", "match"}),
}
"""In what each role can be held, beside the whole league. Nobody who decides between teams holds that role in one of
them: a grant like ``referee@team:rcb`` grants nothing."""


class MalformedGrant(ValueError):
    """A text that grants nothing."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One tournament, team or match of a league, by its id in the API's paths."""

    kind: ScopeKind
    id: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, held in a whole league (``scope`` None) or in one tournament, team or match of it.

    In a token and on the wire it is ``scorer``, or ``scorer@match:0191…``.
    """

    role: str
    scope: Scope | None = None

    def __str__(self) -> str:
        return self.role if self.scope is None else f"{self.role}@{self.scope.kind}:{self.scope.id}"

    @property
    def possible(self) -> bool:
        """Whether a role can be held there at all (see SCOPES_OF)."""
        return self.scope is None or self.scope.kind in SCOPES_OF.get(self.role, frozenset())

    def holds_in(self, scopes: frozenset[Scope]) -> bool:
        """Whether it counts for what is in all of these scopes."""
        return self.scope is None or (self.scope in scopes and self.possible)

    @classmethod
    def parse(cls, text: str) -> "Grant":
        """The grant that a text says. Raises MalformedGrant; a role that is not known here grants nothing, but is
        no mistake: another release may know it."""
        role, at, where = text.partition("@")
        if not at:
            return cls(role)
        kind, _, id_ = where.partition(":")
        if not role or not id_ or kind not in SCOPE_KINDS:
            raise MalformedGrant(f"{text[:80]!r} is no role, nor a role in a tournament, team or match")
        return cls(role, Scope(kind, id_))


CallerKind = Literal["user", "api_key", "share_link"]
CALLER_KINDS: tuple[CallerKind, ...] = get_args(CallerKind)


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified caller. The tenant of everything it does is ``tenant_id``.

    ``subject`` is the id of the user, API key or share link. ``session_id`` is what is revoked when somebody logs
    out: a session, and for a key or a link itself. ``issued_at`` and ``expires_at`` in seconds of Unix time.
    """

    subject: str
    tenant_id: UUID
    grants: frozenset[Grant]
    token_id: str
    expires_at: float
    issued_at: float = 0.0
    kind: CallerKind = "user"
    session_id: str | None = None
    roles: frozenset[str] = field(init=False, compare=False)
    """The roles of the grants, wherever they hold. After admission only those that hold where the request goes."""
    scoped: bool = field(init=False, compare=False)
    """Whether a grant holds in a part of the league only."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(grant.role for grant in self.grants))
        object.__setattr__(self, "scoped", any(grant.scope is not None for grant in self.grants))

    def within(self, scopes: Iterable[Scope]) -> "Principal":
        """The same caller with those grants only that hold in a league or in one of these scopes of it."""
        held = frozenset(scopes)
        grants = frozenset(grant for grant in self.grants if grant.holds_in(held))
        return self if grants == self.grants else replace(self, grants=grants)
