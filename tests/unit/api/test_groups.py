"""The groups of operations that processes serve apart."""

import httpx
import pytest

from api.groups import GROUPS, UnknownGroup, first_words, named
from api.main import OPERATIONS, create_app
from api.operations import OperationRoute
from api.settings import ApiSettings
from api.system import OPERATIONS as SYSTEM


def served(services: str) -> set[str]:
    app = create_app(ApiSettings(services=services))
    return {route.operation.id for route in app.routes if isinstance(route, OperationRoute)}


def test_every_operation_but_the_systems_own_is_in_one_group() -> None:
    grouped = [operation.id for group in GROUPS.values() for operation in group]
    assert sorted(grouped) == sorted({each.id for each in OPERATIONS} - {each.id for each in SYSTEM})


def test_no_two_groups_share_an_address() -> None:
    words = [word for group in GROUPS for word in first_words(group)]
    assert len(set(words)) == len(words)
    assert first_words("scoring") == ("matches",)


def test_without_a_name_all_are_served() -> None:
    assert served("") == {operation.id for operation in OPERATIONS}


@pytest.mark.parametrize("group", GROUPS)
def test_a_process_serves_the_group_it_is_told_to(group: str) -> None:
    assert served(group) == {operation.id for operation in (*GROUPS[group], *SYSTEM)}


def test_several_may_be_named() -> None:
    assert {each.id for each in named("scoring, payment,")} == {
        each.id for group in ("scoring", "payment") for each in GROUPS[group]
    }


def test_a_group_that_there_is_not_does_not_start() -> None:
    with pytest.raises(UnknownGroup, match="names umpiring; there are scoring, tournament"):
        create_app(ApiSettings(services="scoring,umpiring"))


async def test_what_is_not_served_is_not_found_but_documented() -> None:
    transport = httpx.ASGITransport(create_app(ApiSettings(services="payment")), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as http:
        assert (await http.get("/v1/matches")).json()["code"] == "not_found"
        assert (await http.get("/v1/payments")).json()["code"] != "not_found"
        assert "/v1/matches" in (await http.get("/openapi.json")).json()["paths"]
