"""Every operation of an OpenAPI document against everybody who may come, and what the table says they are answered.

For any application of ours: the document's ``x-roles`` and ``x-scopes`` are the table, and a ``World`` says how its
operations are called.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from uuid import UUID, uuid4

import httpx

from api.issuer import DevelopmentIssuer
from api.permissions import OWN
from contracts.identity import CAPTAIN, PLAYER, ROLES, SCOPES_OF, ScopeKind
from tests.integration.api.league import Documented

ELSEWHERE: dict[ScopeKind, str] = {
    "tournament": str(UUID(int=8)),
    "team": "nobodys",
    "match": str(UUID(int=9)),
}
"""Scopes that nothing is in."""
REFUSED = (403, "role_missing")
PERSON = "menon"
"""Who comes; an official of the league, whose consent only this person can give."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody, by their grants, and what they are told: None where they are let in."""

    name: str
    grants: tuple[str, ...]
    told: tuple[int, str] | None = None


class World(Protocol):
    """An application with something in it."""

    @property
    def tenant_id(self) -> UUID: ...

    def within(self, operation: Documented) -> Mapping[ScopeKind, str]:
        """The scopes that the operation takes place in when it is called."""
        ...

    async def knock(self, operation: Documented, authorization: str | None) -> httpx.Response:
        """The answer to a call that changes nothing: a read, or a write that is refused with 400 behind the door."""
        ...

    def hidden(self, operation: Documented, grants: tuple[str, ...]) -> bool:
        """Whether what is there is kept from those let in with these grants, since it is not their own."""
        ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of people of one league, one for each set of grants."""

    issuer: DevelopmentIssuer

    @lru_cache  # noqa: B019 - as long as a test module
    def of(self, tenant_id: UUID, grants: tuple[str, ...], hours_ago: int = 0) -> str:
        """An Authorization header; the token is good for two hours."""
        token = self.issuer.token(
            now=datetime.now(UTC) - timedelta(hours=hours_ago),
            roles=grants,
            tenant_id=tenant_id,
            subject=PERSON,
            lifetime=timedelta(hours=2),
        )
        return f"Bearer {token}"


def visitors(operation: Documented, here: Mapping[ScopeKind, str]) -> Iterator[Visitor]:
    """Everybody of the operation's own league: each role in the league, here and elsewhere, and no known role."""
    for visitor in _by_role(operation, here):
        yield replace(visitor, told=None) if operation.id in OWN else visitor


def _by_role(operation: Documented, here: Mapping[ScopeKind, str]) -> Iterator[Visitor]:
    allowed, kinds = operation.said["x-roles"], operation.said["x-scopes"][1:]
    for role in ROLES:
        yield Visitor(f"{role} of the league", (role,), None if role in allowed else REFUSED)
    yield Visitor("nobody known", ("no such role",), REFUSED)
    yield Visitor("without a role", (), REFUSED)
    for kind, elsewhere in ELSEWHERE.items():
        counting = [role for role in allowed if kind in kinds and kind in SCOPES_OF[role]]
        for role in {*counting[:1], *counting[-1:]}:
            yield Visitor(f"{role} of this {kind}", (f"{role}@{kind}:{here[kind]}",))
            yield Visitor(f"{role} of another {kind}", (f"{role}@{kind}:{elsewhere}",), REFUSED)
        for role in (role for role in ROLES if role not in counting):
            yield Visitor(f"{role} of this {kind}", (f"{role}@{kind}:{here[kind]}",), REFUSED)
    wrong = [role for role in ROLES if role not in allowed]
    everything = [f"{role}@{kind}:{id_}" for role in allowed for kind, id_ in ELSEWHERE.items()]
    yield Visitor("of every right role elsewhere, and the wrong ones here", (*wrong, *everything), REFUSED)


def of_the_scope(operation: Documented, here: Mapping[ScopeKind, str]) -> str | None:
    """The right role as narrowly as it can be held; None if it must be the league's. Captains and players are
    asked whose team it is besides, so it is none of theirs."""
    return next(
        (
            f"{role}@{kind}:{here[kind]}"
            for kind in reversed(operation.said["x-scopes"][1:])
            for role in operation.said["x-roles"]
            if kind in SCOPES_OF[role] and role not in (CAPTAIN, PLAYER)
        ),
        None,
    )


async def wrongly_answered(world: World, tokens: Tokens, operation: Documented) -> dict[str, str]:
    """Whoever was answered otherwise than the table says: without a token, with an old one, and every visitor."""
    wrong: dict[str, str] = {}
    # A stream that is asked to go on from nowhere is refused, to whoever may listen.
    let_in = 200 if operation.method == "GET" and not operation.parameter("Last-Event-ID") else 400
    if operation.method == "DELETE" and not operation.parameter("If-Match"):
        let_in = 404  # nothing of the visitor's own is there
    old = tokens.of(world.tenant_id, ROLES, hours_ago=24)
    for name, authorization, told in (
        ("anonymous", None, (401, "token_missing")),
        ("with an expired token", old, (401, "token_expired")),
        ("with no token of ours", "Bearer nonsense", (401, "token_malformed")),
    ):
        answer = await world.knock(operation, authorization)
        if (answer.status_code, answer.json()["code"]) != told:
            wrong[name] = answer.text
    for visitor in visitors(operation, world.within(operation)):
        answer = await world.knock(operation, tokens.of(world.tenant_id, visitor.grants))
        found = (answer.status_code, "" if answer.is_success else answer.json()["code"])
        hidden = world.hidden(operation, visitor.grants) and answer.status_code == 404
        if found != visitor.told if visitor.told else not (found[0] == let_in or hidden):
            wrong[visitor.name] = f"{answer.status_code} {answer.text[:300]}"
    return wrong


def another_league() -> UUID:
    """A league that has nothing."""
    return uuid4()
