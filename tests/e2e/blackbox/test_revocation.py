"""API2: tokens of those who may no longer come, shown again at once."""

import time
from collections.abc import Callable

import httpx
import pytest

from tests.e2e.blackbox.attempts import attempt
from tests.e2e.blackbox.conftest import PASSWORD, PLAN, Caller, League, Outside, expect
from tests.e2e.conftest import Pavilion

WITHIN_SECONDS = 1.0
PAUSE_SECONDS = 0.02
GIVEN_UP_SECONDS = 15.0


@pytest.fixture
def league(outside: Outside, pavilion: Pavilion) -> League:
    """One of its own: it does not come back from what is done to it."""
    league = outside.league()
    done = pavilion("quotas", "set", league.id, *PLAN)
    assert done.returncode == 0, done.stderr
    return league


def joined(outside: Outside, league: League) -> tuple[str, Caller]:
    """A new member of it, who is logged in; with the id."""
    email = f"member-of-{league.slug}@example.com"
    expect(league.owner.post("/v1/auth/invitations", {"email": email, "roles": ["viewer"]}), 201)
    invited = {
        "token": outside.token_mailed(email, "invites you"),
        "name": "Mia Member",
        "password": PASSWORD,
    }
    anybody = outside.caller()
    expect(anybody.post("/v1/auth/invitations:accept", invited), 200)
    tokens = outside.log_in(anybody, email)
    member = Caller(anybody.http, f"Bearer {tokens['access_token']}")
    return expect(member.get("/v1/auth/me"), 200)["user"]["id"], member


def seconds_until(ask: Callable[[], httpx.Response], refused: tuple[int, str]) -> float:
    """How long after now it is first refused so. Fails for any answer that is neither that nor what it was before."""
    begun = time.monotonic()
    while time.monotonic() - begun < GIVEN_UP_SECONDS:
        answer = ask()
        if answer.status_code != 200:
            assert (answer.status_code, answer.json()["code"]) == refused
            return time.monotonic() - begun
        time.sleep(PAUSE_SECONDS)
    raise AssertionError("it is not refused")


@attempt(
    "API2",
    tried="the access token of a member who was removed a moment ago, and of a league that was suspended",
    refused_by="401 and 403 within a second of the answer, at the API as at the Auth Service: revocations reach every "
    "process by Kafka",
)
def test_whoever_is_out_is_out_within_a_second(outside: Outside, league: League, pavilion: Pavilion) -> None:
    member_id, member = joined(outside, league)
    owner = league.owner
    for caller in (owner, member):
        expect(caller.get("/v1/matches"), 200)
    expect(owner.call("DELETE", f"/v1/auth/members/{member_id}"), 204)
    assert seconds_until(lambda: member.get("/v1/matches"), (401, "token_revoked")) < WITHIN_SECONDS
    expect(owner.get("/v1/matches"), 200)
    # The command goes on for a moment after its transaction; the clock starts when it has answered.
    done = pavilion("tenants", "suspend", league.id, "--reason", "unpaid")
    assert done.returncode == 0, done.stderr
    assert seconds_until(lambda: owner.get("/v1/matches"), (403, "tenant_suspended")) < WITHIN_SECONDS
