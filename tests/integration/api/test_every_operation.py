"""What holds for every operation of the OpenAPI document alike, whichever are added: keys, versions, pages, what is
added to an answer, and what the public sees. Who may call which stands in ``test_permissions``."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from api.session import commands as sessions
from api.tournament import commands as tournaments
from tests.integration.api.conftest import Client
from tests.integration.api.league import OPERATIONS, POSTS, READS, WRITES, League, league
from tests.integration.api.test_tournaments import created, ok, project

CREATES = {
    "create_match",
    "create_tournament",
    "register_team",
    "register_player",
    "register_venue",
    "begin_payment",
    "prepare_payout",
    "register_payee",
    "link_payee",
    "create_webhook_endpoint",
}
MANY = {"bulk_teams", "bulk_players", "bulk_venues"}
WORKED_OUT = {"solve_fixtures", "reschedule_fixtures"} | {
    each.id for each in WRITES if each.id.startswith("preview_")
}
"""Nothing is changed by what is only worked out."""
WITHOUT_VERSION = {"close_ledger_case", "retry_webhook_event", "erase_person"} | {
    *("mark_notification_read", "mark_notifications_read", "follow", "unfollow"),
    *("push_subscribe", "push_unsubscribe"),
}
"""What they change has none: a case is closed once, an event only tried sooner, a person found everywhere,
a notification read or a team followed or not."""
SIGNED = {"receive_stripe_webhook", "unsubscribe"}
"""Sent by another service, which signs it and names its own events: they are known by their ids if repeated; or by a
mail program, to a signed address that does the same each time."""
PAGES = {"show_unsubscribe"}
"""Pages for people, by an address that is only in a mail to them."""
STREAMED = {"export_ledger", "export_tenant", "export_person"}
"""Written while it is sent: what it says is not known before."""
LIVE = {each.id for each in READS if each.id.removeprefix("public_") in ("follow_match", "follow_tournament")}
"""Goes on until what is followed ends: see ``tests/integration/live``."""
KEPT_ELSEWHERE = ("/v1/payments/", "/v1/payouts/")
"""The workflows of payments and payouts need Stripe's simulator: see ``tests/integration/stripe``."""
BY_VERSION = {"list_events"}
"""Events are paged by their version, which says more than a cursor."""
OWN_ONLY = {
    "list_officials": "who is appointed and has not confirmed yet",
    "list_corrections": "results that may still change",
    "get_structure": "a draft is looked at before it is published",
    "get_tournament_progress": "what the workflow waits for",
    "get_fixture_solution": "fixtures that are not in force",
    "explain_fixture": "what an organiser weighs",
}
"""Reads of tournaments that are not for everybody, and why."""
PRIVATE = ("captain", "born", "permits", "corrections", "refundable", "invited")


@pytest.fixture
async def given(client: Client, app: FastAPI, with_workflows: object, postgres_dsn: str) -> League:
    return await league(client, app.state.services, postgres_dsn)


# --- keys ------------------------------------------------------------------------------------------------------


async def test_every_post_needs_a_key_it_can_be_repeated_with(client: Client) -> None:
    nowhere = str(UUID(int=0))
    here = League(
        client=client,
        tournament=nowhere,
        solution=nowhere,
        node="final",
        opponents=("a", "b"),
        match=nowhere,
        payment=nowhere,
        cup=nowhere,
    )
    wrong: dict[str, Any] = {}
    for operation in (each for each in POSTS if each.id not in SIGNED):
        documented = operation.parameter("Idempotency-Key")
        missing = await here.call(operation, without="idempotency-key")
        long = await here.call(operation, idempotency_key="x" * 256)
        found = [missing.json().get("code"), long.json().get("code"), documented and documented["required"]]
        if found != ["idempotency_key_missing", "idempotency_key_malformed", True]:
            wrong[operation.id] = found
    assert wrong == {}


# --- versions --------------------------------------------------------------------------------------------------


async def test_every_answer_has_a_tag_and_is_not_sent_twice(given: League) -> None:
    wrong: dict[str, Any] = {}
    for operation in (each for each in READS if each.id not in STREAMED | LIVE | PAGES):
        first = await given.call(operation)
        tag = first.headers.get("etag", "")
        again = await given.call(operation, if_none_match=tag)
        found = (
            first.status_code,
            bool(tag),
            again.status_code,
            again.headers.get("etag") == tag,
            again.content,
        )
        documented = operation.parameter("If-None-Match") and "304" in operation.said["responses"]
        if found != (200, True, 304, True, b"") or not documented:
            wrong[operation.id] = (found, documented, first.text[:200])
    assert wrong == {}


async def test_every_write_of_what_there_is_can_be_made_for_one_version_alone(given: League) -> None:
    wrong: dict[str, Any] = {}
    for operation in WRITES:
        documented = operation.parameter("If-Match") is not None
        if documented == (operation.id in CREATES | MANY | WORKED_OUT | SIGNED | WITHOUT_VERSION):
            wrong[operation.id] = "documented" if documented else "not documented"
        if not documented or operation.path.startswith(KEPT_ELSEWHERE):
            continue
        answer = await given.call(operation, if_match='"99999"')
        if (answer.status_code, answer.json().get("code")) != (412, "version_mismatch"):
            wrong[operation.id] = (answer.status_code, answer.text[:200])
        answer = await given.call(operation, if_match="yesterday")
        if (answer.status_code, answer.json().get("code")) != (400, "malformed_parameter"):
            wrong[operation.id] = (answer.status_code, answer.text[:200])
    assert wrong == {}


# --- pages -----------------------------------------------------------------------------------------------------


async def test_every_list_is_read_page_by_page(given: League) -> None:
    """One row a page gives the same rows in the same order as all at once, each exactly once."""
    wrong: dict[str, Any] = {}
    seen: dict[str, int] = {}
    paged = [each for each in READS if "list_" in each.id or each.parameter("cursor")]
    for operation in (each for each in paged if each.id not in BY_VERSION):
        if not (operation.parameter("limit") and operation.parameter("cursor")):
            wrong[operation.id] = "no limit, no cursor"
            continue
        whole = (await given.call(operation, query="limit=100")).json()
        (rows,) = (value for value in whole.values() if isinstance(value, list))
        single, cursor = [], ""
        while cursor is not None and len(single) <= len(rows):
            page = (await given.call(operation, query=f"limit=1{cursor and f'&cursor={cursor}'}")).json()
            single += next(value for value in page.values() if isinstance(value, list))
            cursor = page["next"]
        seen[operation.id] = len(rows)
        if single != rows or whole["next"] is not None:
            wrong[operation.id] = f"{len(single)} rows instead of {len(rows)}"
        for query in ("limit=0", "limit=101", "cursor=x", "cursor=bnVsbA", "cursor=WyIxIiwiMiIsIjMiLCI0Il0"):
            answer = await given.call(operation, query=query)
            if (answer.status_code, answer.json().get("code")) != (400, "malformed_parameter"):
                wrong[f"{operation.id}?{query}"] = (answer.status_code, answer.text[:200])
    assert wrong == {}
    assert {name for name, rows in seen.items() if rows < 2} == {"list_corrections", "list_payment_refunds"}


# --- what is added ---------------------------------------------------------------------------------------------


async def test_whatever_can_be_added_to_an_answer_is_added(given: League) -> None:
    wrong: dict[str, Any] = {}
    expandable = [each for each in READS if each.parameter("expand")]
    for operation in expandable:
        documented = operation.parameter("expand") or {}
        names = documented["schema"]["items"]["enum"]
        plain = (await given.call(operation)).json()
        for asked in (*([name] for name in names), names):
            found = (await given.call(operation, query=f"expand={','.join(asked)}")).json()
            added = found.keys() - plain.keys()
            if added != set(asked) or not all(found[name] for name in asked):
                wrong[f"{operation.id}: {asked}"] = sorted(added)
        answer = await given.call(operation, query=f"expand={names[0]},nonsense")
        if (answer.status_code, answer.json().get("param")) != (400, "expand"):
            wrong[operation.id] = answer.text[:200]
    assert wrong == {}
    assert {each.id for each in expandable} == {
        "get_tournament",
        "public_get_tournament",
        "get_session",
        "get_payment",
    }


# --- for oneself alone -----------------------------------------------------------------------------------------


async def test_who_speaks_for_a_team_or_for_oneself_speaks_for_no_other(given: League) -> None:
    """A captain of no team here, and an umpire who is somebody else, on every command that is a captain's own or a
    person's own."""
    wrong: dict[str, Any] = {}
    rows = {row.operation: row for row in (*tournaments.COMMANDS, *sessions.COMMANDS)}
    captain, umpire = (given.client.somebody("stranger", role) for role in ("captain", "umpire"))
    for operation in WRITES:
        row = rows.get(operation.id)
        who = captain if row and row.team else umpire if row and row.person else None
        if who is None:
            continue
        answer = await replace(given, client=who).call(operation)
        if (answer.status_code, answer.json().get("code")) != (403, "not_yours"):
            wrong[operation.id] = (answer.status_code, answer.text[:200])
    assert wrong == {}
    assert sum(row.team or row.person for row in rows.values()) > 5


# --- the public ------------------------------------------------------------------------------------------------


async def test_the_public_reads_what_is_published_and_nothing_else(given: League, postgres_dsn: str) -> None:
    draft, hidden = await created(given.client), await created(given.client, public=False)
    ok(await given.client.post(f"{hidden}/registration:open"))
    await project(postgres_dsn)
    stranger = Client(given.client.http, given.client.issuer)
    wrong: dict[str, Any] = {}
    for operation in (each for each in READS if each.public and each.id not in LIVE | PAGES):
        answer = await given.call(operation)
        if answer.status_code != 200 or any(f'"{name}"' in answer.text for name in PRIVATE):
            wrong[operation.id] = (answer.status_code, answer.text[:200])
        if "public" not in answer.headers["cache-control"]:
            wrong[f"{operation.id}, cache"] = answer.headers["cache-control"]
        path = given.address(operation)
        elsewhere = path.replace(str(given.client.tenant_id), str(stranger.tenant_id))
        if "{tournament_id}" not in operation.path:
            shown = answer.text + (await given.call(operation, query="limit=100")).text
            if draft[-36:] in shown or hidden[-36:] in shown:
                wrong[operation.id] = "shows what is not published"
            if given.tournament[-36:] in (await given.client.http.get(elsewhere)).text:
                wrong[operation.id] = "shows another league's"
            continue
        for address in (
            elsewhere,
            *(path.replace(given.tournament[-36:], other[-36:]) for other in (draft, hidden)),
        ):
            refused = await given.client.http.get(address)
            if (refused.status_code, refused.json().get("code")) != (404, "tournament_not_found"):
                wrong[f"{operation.id} at {address}"] = refused.status_code
    assert wrong == {}


def test_every_read_of_a_tournament_is_the_publics_too_or_says_why_not() -> None:
    own = {each.id for each in READS if not each.public and "/tournaments" in each.path}
    shown = [each for each in READS if each.public and each.id not in PAGES]
    public = {each.id.removeprefix("public_") for each in shown}
    assert own - public == OWN_ONLY.keys()
    assert all(each.id.startswith("public_") and each.path.startswith("/v1/public/") for each in shown)
    assert {each.id for each in WRITES if each.public} == SIGNED
    assert len({(each.method, each.path) for each in OPERATIONS}) == len(OPERATIONS)
