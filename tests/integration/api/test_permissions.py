"""Every operation of the OpenAPI document against everybody who may come: no token, an old one, another league's, each
role in the league, in what the operation is about, and elsewhere. The answers are those of ``api.permissions``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from api.issuer import DevelopmentIssuer
from api.permissions import AUTH_SERVICE, PERMISSIONS, PUBLIC
from contracts.identity import CAPTAIN, ORGANISER, ROLES, ScopeKind
from tests.integration.api.conftest import Client, Shared
from tests.integration.api.league import OPERATIONS, SYSTEM, Documented, League, league
from tests.integration.api.matrix import (
    ELSEWHERE,
    Tokens,
    another_league,
    of_the_scope,
    visitors,
    wrongly_answered,
)

PROTECTED = [each for each in OPERATIONS if not each.public]
EACH = pytest.mark.parametrize("operation", PROTECTED, ids=lambda each: each.id)
SHARED = pytest.mark.asyncio(loop_scope="module")

ONE = "tournament_id={tournament}&team={team}"
FILTERED = {"list_payments": ONE, "list_refunds": ONE, "list_payouts": "tournament_id={tournament}"}
"""Lists in which a role in a tournament or a team counts, if no more is asked for."""
OWN = {"get_payment", "list_payment_refunds"}
"""A captain finds those of its own team only."""
LONG = {"solve_fixtures", "reschedule_fixtures"}
"""The solver would begin to work, so these are only knocked at."""
ANSWERED: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("create_match", "create_tournament"), (201,)),
    **dict.fromkeys(("register_team", "register_player", "register_venue"), (409,)),  # they are there
    **dict.fromkeys(
        (
            "bulk_teams",
            "bulk_players",
            "bulk_venues",
            "close_ledger_case",
            "preview_award_match",
            "erase_person",
        ),
        (200,),
    ),
    **dict.fromkeys(
        ("preview_correct_ball", "preview_remove_ball", "preview_insert_ball"), (422,)
    ),  # no such ball
    **dict.fromkeys(("register_payee", "link_payee"), (409,)),  # no Stripe is there
    **dict.fromkeys(("begin_payment", "prepare_payout"), (404,)),  # of no tournament
    **dict.fromkeys(
        ("retry_refund", "call_off_payment", "approve_payout", "retry_payout"), (404,)
    ),  # no workflow
    "retry_webhook_event": (202,),
    # somebody else's, or not followed
    **dict.fromkeys(("mark_notification_read", "unfollow", "push_unsubscribe"), (404,)),
    "mark_notifications_read": (204,),
    **dict.fromkeys(("follow", "push_subscribe"), (201,)),
    "put_notification_preferences": (412,),
    "create_webhook_endpoint": (201,),
    **dict.fromkeys(("follow_match", "follow_tournament"), (400,)),  # from nowhere
}
"""What the right role is answered to the operation's example, where that is neither 200 to a read nor 412 to a write
for another version."""


@dataclass(frozen=True, slots=True)
class Known:
    """A league, called as the matrix does."""

    league: League

    @property
    def tenant_id(self) -> Any:
        return self.league.client.tenant_id

    def within(self, operation: Documented) -> Mapping[ScopeKind, str]:
        return self.league.within(operation)

    def hidden(self, operation: Documented, grants: tuple[str, ...]) -> bool:
        return operation.id in OWN and all(grant.startswith(CAPTAIN) for grant in grants)

    async def knock(self, operation: Documented, authorization: str | None) -> httpx.Response:
        return await self.call(operation, authorization, if_match="yesterday")

    async def call(self, operation: Documented, authorization: str | None, **more: str) -> httpx.Response:
        """The answer to an operation with its example; ``if_match`` is sent to those that take it."""
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        if not operation.parameter("If-Match"):
            headers.pop("if-match", None)
        if authorization is not None:
            headers["authorization"] = authorization
        if operation.parameter("Last-Event-ID"):
            headers["last-event-id"] = "nowhere"  # refused to who may listen, instead of going on
        address = self.league.address(operation)
        query = FILTERED.get(operation.id, "").format(**self.within(operation))
        return await self.league.client.http.request(
            operation.method,
            f"{address}{'&' if '?' in address else '?'}{query}" if query else address,
            json=operation.example,
            headers=headers,
        )

    async def ask(self, operation: Documented, authorization: str) -> httpx.Response:
        """The same, from somebody who means it: it is carried out, unless it is for another version."""
        key = f"{operation.id} {authorization[-20:]}"
        return await self.call(operation, authorization, if_match='"99999"', idempotency_key=key)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def known(shared: Shared, issuer: DevelopmentIssuer) -> Known:
    client = Client(shared.http, issuer)
    return Known(await league(client, shared.app.state.services, shared.dsn))


@pytest.fixture(scope="module")
def tokens(issuer: DevelopmentIssuer) -> Tokens:
    return Tokens(issuer)


def test_the_document_knows_every_operation_and_who_may_call_it() -> None:
    ids = [each.id for each in OPERATIONS]
    assert sorted([*ids, *SYSTEM]) == sorted(
        (PERMISSIONS.keys() | (PUBLIC - {"openapi", "docs"})) - AUTH_SERVICE
    )
    assert all(each.said["security"] == [{"bearer": []}] for each in PROTECTED)
    assert all(set(each.said["x-roles"]) == PERMISSIONS[each.id] for each in PROTECTED)


def test_everybody_comes() -> None:
    here: dict[ScopeKind, str] = {"tournament": "t", "team": "rcb", "match": "m"}
    ball = next(each for each in PROTECTED if each.id == "record_ball")
    told = {each.name: each.told for each in visitors(ball, here)}
    assert told["scorer of the league"] is told["scorer of this match"] is told["scorer of this team"] is None
    assert {name for name, answer in told.items() if answer and name.startswith("scorer")} == {
        f"scorer of another {kind}" for kind in ELSEWHERE
    }
    assert told["umpire of this team"] == told["viewer of the league"] == (403, "role_missing")


@SHARED
@EACH
async def test_who_may(known: Known, tokens: Tokens, operation: Documented) -> None:
    assert await wrongly_answered(known, tokens, operation) == {}


@SHARED
@EACH
async def test_the_right_role_succeeds_in_the_league_and_in_its_scope(
    known: Known, tokens: Tokens, operation: Documented
) -> None:
    if operation.id in LONG:
        return
    roles = operation.said["x-roles"]
    held = [ORGANISER if ORGANISER in roles else roles[0], of_the_scope(operation, known.within(operation))]
    answers = [await known.ask(operation, tokens.of(known.tenant_id, (grant,))) for grant in held if grant]
    expected = ANSWERED.get(operation.id, (200,) if operation.method == "GET" else (412,))
    assert [answer.status_code for answer in answers] == [*expected] * len(answers), answers[-1].text


@SHARED
@EACH
async def test_another_league_has_nothing_of_it(known: Known, tokens: Tokens, operation: Documented) -> None:
    if operation.id in LONG:
        return
    answer = await known.ask(operation, tokens.of(another_league(), ROLES))
    register = operation.path.startswith(("/v1/teams/{id}", "/v1/players/{id}", "/v1/venues/{id}"))
    if register and operation.parameter("If-Match") and operation.method != "PATCH":
        assert answer.status_code == 412  # at version 0: its own league has none yet
    elif "{" in operation.path:
        assert answer.status_code == 404
        assert answer.json()["code"].endswith("_not_found")
    elif operation.method == "GET":
        assert answer.status_code == 200
        there = (known.league.tournament, known.league.cup, known.league.match, known.league.payment)
        assert not [one for one in there if one[-36:] in answer.text]
        if answer.headers["content-type"] == "application/json":
            assert [value for value in answer.json().values() if isinstance(value, list) and value] == []
    elif operation.id == "close_ledger_case":
        assert answer.status_code == 404
    else:  # something new in a league of its own
        assert answer.status_code in (200, 201, *ANSWERED[operation.id])
