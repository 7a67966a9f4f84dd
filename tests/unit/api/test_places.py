"""Where operations take place, as their addresses, bodies and queries say it."""

from uuid import UUID

import pytest

from api.belongings import Belongings
from api.main import OPERATIONS, app
from api.permissions import PERMISSIONS, access_of
from api.places import ELSEWHERE, LEAGUE, MATCH, PLACES, place_of
from contracts.identity import ROLES, SCOPES_OF, Scope

A_LEAGUE, A_MATCH = UUID(int=1), UUID(int=2)
PROTECTED = [each for each in OPERATIONS if not each.public]


def test_every_place_is_some_operations() -> None:
    taken = [place_of(each.id, each.path) for each in PROTECTED]
    assert [start for start, place in PLACES if place not in taken] == []
    assert ELSEWHERE.keys() <= {each.id for each in PROTECTED}


def test_what_is_about_one_match_tournament_team_or_payment_is_narrowed_to_it() -> None:
    wide = {each.path for each in PROTECTED if place_of(each.id, each.path) is LEAGUE and "{" in each.path}
    assert all(
        path.startswith(
            (
                *("/v1/players/", "/v1/venues/", "/v1/webhooks/", "/v1/webhook-endpoints/", "/v1/persons/"),
                "/v1/notifications/",
            )
        )
        for path in wide
    ), wide


def test_the_document_says_of_every_operation_who_may_call_it() -> None:
    for path, methods in app.openapi()["paths"].items():
        for said in methods.values():
            id_ = said["operationId"]
            if id_ in PERMISSIONS:
                assert {key: said[key] for key in ("x-roles", "x-scopes", "x-fresh")} == access_of(
                    id_, place_of(id_, path)
                )
                assert "**Roles:**" in said["description"]
            else:
                assert "x-roles" not in said


def test_who_decides_between_teams_holds_no_role_in_one() -> None:
    assert {role for role in ROLES if "team" in SCOPES_OF[role]} == {"scorer", "captain", "player", "viewer"}
    assert SCOPES_OF.keys() == set(ROLES)


def test_a_kind_counts_for_an_operation_if_one_of_its_roles_can_be_held_in_it() -> None:
    assert MATCH.kinds_for({"scorer"}) == ("tournament", "team", "match")
    assert MATCH.kinds_for({"referee", "umpire"}) == ("tournament", "match")
    assert MATCH.kinds_for({"owner"}) == ()


async def test_what_never_changes_is_looked_up_once() -> None:
    looks: list[UUID] = []
    known = Belongings(limit=2)

    async def look() -> frozenset[Scope]:
        looks.append(A_MATCH)
        return frozenset({Scope("team", "rcb")})

    for _ in range(3):
        assert await known.of(A_LEAGUE, A_MATCH, look) == {Scope("team", "rcb")}
    assert len(looks) == 1
    for other in (7, 8):  # two more, and the first is forgotten
        await known.of(A_LEAGUE, UUID(int=other), look)
    await known.of(A_LEAGUE, A_MATCH, look)
    assert len(looks) == 4


async def test_the_same_id_in_another_league_is_looked_up_for_itself() -> None:
    known = Belongings()

    async def one() -> frozenset[Scope]:
        return frozenset({Scope("team", "rcb")})

    async def other() -> frozenset[Scope]:
        return frozenset({Scope("team", "mi")})

    await known.of(A_LEAGUE, A_MATCH, one)
    assert await known.of(UUID(int=9), A_MATCH, other) == {Scope("team", "mi")}


async def test_what_was_not_found_is_looked_up_again() -> None:
    known = Belongings()

    async def fails() -> frozenset[Scope]:
        raise LookupError

    async def finds() -> frozenset[Scope]:
        return frozenset()

    with pytest.raises(LookupError):
        await known.of(A_LEAGUE, A_MATCH, fails)
    assert await known.of(A_LEAGUE, A_MATCH, finds) == frozenset()
