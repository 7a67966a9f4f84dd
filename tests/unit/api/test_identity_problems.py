"""What identity refuses, as a client sees it."""

import msgspec
import pytest

from api.errors import as_problem
from contracts.codes import CODES
from domain.identity.errors import IdentityRefused
from handlers.ports import DuplicateEvent, VersionConflict


def test_a_refusal_says_when_to_come_again() -> None:
    refusal = IdentityRefused("too_many_logins", "too many attempts", retry_after=1.2)
    answer = as_problem(refusal).response(instance="/v1/auth/sessions", request_id="r1")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    assert answer.headers["cache-control"] == "no-store"


def test_a_refusal_says_what_to_choose_from() -> None:
    tenants = [{"id": "1", "slug": "coastal", "name": "Coastal"}]
    problem = as_problem(IdentityRefused("tenant_missing", "say which league", detail={"tenants": tenants}))
    answer = problem.response(instance="/", request_id="r1")
    assert answer.status_code == 409
    assert msgspec.json.decode(answer.body)["tenants"] == tenants


@pytest.mark.parametrize("secret", [f"pvr_{'0' * 32}.abcdef", f"pvk_{'0' * 32}_abcdef"])
def test_a_refusal_that_quotes_a_secret_does_not_show_it(secret: str) -> None:
    answer = as_problem(IdentityRefused("refresh_invalid", f"no such {secret}")).response(
        instance="/", request_id="r1"
    )
    assert b"abcdef" not in answer.body


@pytest.mark.parametrize(
    ("code", "status"),
    [("credentials_wrong", 401), ("refresh_reused", 401), ("refresh_raced", 409), ("tenant_suspended", 403)],
)
def test_the_status_of_what_is_refused_most(code: str, status: int) -> None:
    assert CODES[code].status == status


@pytest.mark.parametrize("error", [VersionConflict("x is written to all the time"), DuplicateEvent("x")])
def test_who_loses_against_others_is_told_to_come_again(error: Exception) -> None:
    problem = as_problem(error)
    assert (problem.code, problem.status) == ("too_contended", 409)
    assert "retry-after" in problem.headers
