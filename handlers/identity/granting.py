"""Who may grant what to whom, and what can be granted at all."""

import json
from collections.abc import Iterable, Mapping

from contracts.identity import (
    ADMIN,
    CAPTAIN,
    ORGANISER,
    OWNER,
    PLAYER,
    REFEREE,
    ROLES,
    SCOPES_OF,
    SCORER,
    UMPIRE,
    VIEWER,
    Grant,
)
from domain.identity.errors import IdentityRefused
from handlers.identity.model import Actor

ON_THE_FIELD = frozenset({REFEREE, UMPIRE, SCORER, CAPTAIN, PLAYER, VIEWER})
MAY_GRANT: Mapping[str, frozenset[str]] = {
    OWNER: frozenset(ROLES),
    ADMIN: frozenset(ROLES) - {OWNER},
    ORGANISER: ON_THE_FIELD,
}
"""What each role may give and take: an admin what admins hold, too, and an organiser what is below them. The others
none. One that is held in a scope gives and takes in that scope only."""
MOST_GRANTS = 50
MOST_GRANTED_CHARACTERS = 2000
"""Of all grants as they stand in a token, in which they all travel: none may be too long to be believed
(``contracts.tokens.LONGEST_TOKEN``), or nobody could take back what made it so."""
LONGEST_SCOPE_ID = 200


def checked_grants(grants: Iterable[Grant]) -> frozenset[Grant]:
    """The grants, if they can be granted. Raises IdentityRefused."""
    wanted = frozenset(grants)
    if not wanted:
        raise IdentityRefused("grants_missing", "at least one role is needed")
    if len(wanted) > MOST_GRANTS:
        raise IdentityRefused("too_many_grants", f"at most {MOST_GRANTS} roles can be held at once")
    for grant in sorted(wanted, key=str):
        if grant.role not in ROLES:
            raise IdentityRefused("role_unknown", f"{grant.role[:80]!r} is none of {', '.join(ROLES)}")
        where = SCOPES_OF[grant.role]
        if grant.scope and not (grant.scope.kind in where and _is_id(grant.scope.id)):
            kinds = " or ".join(sorted(where)) or "nothing smaller"
            raise IdentityRefused(
                "grant_scope_wrong", f"the role {grant.role} is held in the whole league, or in {kinds}"
            )
    if len(json.dumps([str(grant) for grant in wanted])) > MOST_GRANTED_CHARACTERS:
        raise IdentityRefused("too_many_grants", "so many roles do not fit into a token")
    return wanted


def _is_id(text: str) -> bool:
    """One that a token can say."""
    return 0 < len(text) <= LONGEST_SCOPE_ID and text.isprintable()


def may_grant(by: Actor, grant: Grant) -> bool:
    """May they give and take this role there?"""
    return by.operator or any(
        grant.role in MAY_GRANT.get(held.role, frozenset()) and held.scope in (None, grant.scope)
        for held in by.grants
    )


def check_may_grant(by: Actor, grants: Iterable[Grant]) -> None:
    """Raises IdentityRefused unless they may give and take all of these."""
    for grant in sorted(grants, key=str):
        if not may_grant(by, grant):
            raise IdentityRefused("not_allowed", f"who grants or takes {grant} must hold a role that may")


def check_may_change(by: Actor, grants: frozenset[Grant]) -> None:
    """Raises IdentityRefused unless they may do something to whom these grants are given."""
    check_may_grant(by, grants)
    if not by.operator and not any(held.role in MAY_GRANT for held in by.grants):
        raise IdentityRefused("not_allowed", "this is for owners, admins and organisers")


def check_administers(by: Actor) -> None:
    """Raises IdentityRefused for all but a league's owners and admins, and operators."""
    if not by.operator and not any(held.role in (OWNER, ADMIN) and not held.scope for held in by.grants):
        raise IdentityRefused("not_allowed", "this is for owners and admins of the league")
