"""API1, API3: what is somebody else's, and what of one's own is not one's to see or set."""

from typing import Any

import pytest

from tests.e2e.blackbox.attempts import STAFF, attempt
from tests.e2e.blackbox.conftest import Caller, League, Outside, expect, refused
from tests.e2e.blackbox.documented import NOTHING, Operation, operations, wrongly_let_in

SETTINGS = {
    "format": "page-playoff",
    "conditions": "t20",
    "registration": {"capacity": 4},
    "squads": {"minimum_players": 1},
}


def tournament_of(league: League, name: str = "Cup") -> str:
    """The address of a draft."""
    made = league.with_role(*STAFF).post(
        "/v1/tournaments", {"name": name, "season": "2030", "settings": SETTINGS}
    )
    expect(made, 201)
    return made.headers["location"]


@pytest.fixture(scope="module")
def their_match(theirs: League) -> str:
    return theirs.match()


@pytest.fixture(scope="module")
def their_tournament(theirs: League) -> str:
    return tournament_of(theirs)


def about(outside: Outside, *names: str) -> list[Operation]:
    """The protected operations whose address begins with one of these ids; streams of events aside."""
    return [
        each
        for each in operations(outside)
        if each.roles and set(each.names[:1]) & set(names) and not each.path.endswith("/live")
    ]


@attempt(
    "API1",
    tried="every documented operation on another league's match and tournament, by its id, with every role of one's own",
    refused_by="404 as for what there is not: row-level security in Postgres, the tenant taken from the token alone",
)
def test_another_leagues_matches_and_tournaments_are_not_there(
    outside: Outside, ours: League, theirs: League, their_match: str, their_tournament: str
) -> None:
    before = theirs.with_role(*STAFF).get(their_match).headers["etag"]
    us, ids = ours.with_role(*STAFF), {"match_id": their_match[-36:], "tournament_id": their_tournament[-36:]}
    answers = {
        each.id: us.call(each.method, each.at(**ids), each.example)
        for each in about(outside, "match_id", "tournament_id")
    }
    assert len(answers) > 80
    # A query that is missing, or media other than JSON, are seen before anything is looked for.
    assert wrongly_let_in(answers, 404, 400, 415, 422) == {}
    assert sum(answer.status_code == 404 for answer in answers.values()) > 70
    assert theirs.with_role(*STAFF).get(their_match).headers["etag"] == before


@attempt(
    "API1",
    tried="another league's members, invitations, keys, share links and sessions, by their ids",
    refused_by="404: the Auth Service's tables have row-level security too",
)
def test_another_leagues_people_and_keys_are_not_there(ours: League, theirs: League) -> None:
    them, us = theirs.owner, ours.owner
    match = theirs.match()[-36:]
    invited = expect(
        them.post("/v1/auth/invitations", {"email": f"x{theirs.slug}@example.com", "roles": ["viewer"]}), 201
    )
    shared = expect(them.post("/v1/auth/share-links", {"match_id": match, "name": "Ravi"}), 201)
    keys = expect(them.get("/v1/auth/keys"), 200)["keys"]
    attacks = {
        f"/v1/auth/members/{theirs.tokens['subject']}": "member_not_found",
        f"/v1/auth/invitations/{invited['id']}": "invitation_not_found",
        f"/v1/auth/keys/{keys[0]['id']}": "api_key_not_found",
        f"/v1/auth/share-links/{shared['link']['id']}": "share_link_not_found",
        f"/v1/auth/sessions/{theirs.tokens['session']['id']}": "user_session_not_found",
    }
    for path, code in attacks.items():
        refused(us.call("DELETE", path), code)
    refused(us.post(f"/v1/auth/keys/{keys[0]['id']}:rotate", {}), "api_key_not_found")
    refused(
        us.call("PUT", f"/v1/auth/members/{theirs.tokens['subject']}", {"roles": ["viewer"]}),
        "member_not_found",
    )
    assert them.get("/v1/auth/me").status_code == 200


@attempt(
    "API1",
    tried="naming another league in headers, query and body: X-Tenant-Id, X-Forwarded-User, ?tenant_id=, tenant_id",
    refused_by="the gateway takes such headers away, the services read none; unknown members of a body are errors",
)
def test_nobody_is_in_a_league_by_saying_so(ours: League, theirs: League, their_match: str) -> None:
    us = ours.with_role(*STAFF)
    headers = {"x-tenant-id": theirs.id, "x-tenant": theirs.id, "x-roles": "owner", "x-user-id": "1"}
    headers |= {"x-forwarded-user": theirs.tokens["subject"], "tenant-id": theirs.id}
    for path in ("/v1/matches", f"/v1/matches?tenant_id={theirs.id}", f"/v1/tournaments?tenant={theirs.id}"):
        answer = us.get(path, **headers)
        assert answer.status_code in (200, 400)
        assert their_match[-36:] not in answer.text
    refused(us.get(their_match, **headers), "match_not_found")
    refused(us.post("/v1/teams", {"id": "t", "name": "T", "tenant_id": theirs.id}, **headers), "invalid_body")


@attempt(
    "API1",
    tried="a draft of another league by the public addresses, and lists by a cursor of another league's",
    refused_by="the public reads published tournaments only; a cursor is a place, and the tenant is the token's",
)
def test_what_is_not_published_is_not_public(
    anybody: Caller, ours: League, theirs: League, their_tournament: str
) -> None:
    public = f"/v1/public/{theirs.id}/tournaments/{their_tournament[-36:]}"
    for path in (
        public,
        f"{public}/entries",
        f"{public}/fixtures",
        f"{public}/standings",
        f"{public}/bracket",
    ):
        refused(anybody.get(path), "tournament_not_found")
    assert expect(anybody.get(f"/v1/public/{theirs.id}/tournaments"), 200)["tournaments"] == []
    tournament_of(theirs, "Second")
    cursor = expect(theirs.with_role(*STAFF).get("/v1/tournaments?limit=1"), 200)["next"]
    answer = ours.with_role(*STAFF).get(f"/v1/tournaments?limit=100&cursor={cursor}")
    assert their_tournament[-36:] not in answer.text


@attempt(
    "API1",
    tried="another match of the same league with a key and with a share link for one match alone",
    refused_by="403: a role held in a match counts in that match (api/permissions.py)",
)
def test_a_role_in_one_match_opens_no_other(ours: League, outside: Outside) -> None:
    mine, other = ours.match(), ours.match()
    link = expect(ours.owner.post("/v1/auth/share-links", {"match_id": mine[-36:], "name": "Ravi"}), 201)
    opened = expect(outside.caller().post("/v1/auth/share-links:open", {"link": link["url"]}), 201)
    by_link = outside.caller(f"Bearer {opened['access_token']}")
    for scorer in (by_link, ours.with_role(f"scorer@match:{mine[-36:]}")):
        toss = {"winner": "ham", "decision": "bat"}
        refused(scorer.post(f"{other}/toss", toss), "role_missing")
        refused(scorer.post("/v1/matches", {"conditions": "t20", "teams": []}), "role_missing")
        assert scorer.post(f"{mine}/toss", toss).status_code != 403


SMUGGLED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "POST",
        "/v1/matches",
        {"conditions": "t20", "teams": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]},
    ),
    ("POST", "/v1/tournaments", {"name": "Cup", "season": "2030", "settings": SETTINGS}),
    ("POST", "/v1/teams", {"id": "new", "name": "New"}),
    ("POST", "/v1/players", {"id": "new", "name": "New"}),
    ("PATCH", "/v1/auth/me", {"name": "Me"}),
    ("PATCH", "/v1/auth/tenant", {"name": "League"}),
    ("POST", "/v1/auth/keys", {"name": "key", "roles": ["viewer"]}),
    ("POST", "/v1/auth/invitations", {"email": "y@example.com", "roles": ["viewer"]}),
    ("POST", "/v1/auth/tenants", {"name": "Another", "slug": "another"}),
)


@attempt(
    "API3",
    tried="members that nobody asked for in every kind of body: tenant_id, roles, status, created_at, verified, is_admin",
    refused_by="422: bodies are strict, an unknown member is an error and nothing is done",
)
def test_nothing_is_set_by_naming_it(ours: League, anybody: Caller) -> None:
    extras = {
        "tenant_id": NOTHING,
        "is_admin": True,
        "status": "active",
        "verified": True,
        "version": 9,
        "created_at": "2020-01-01T00:00:00Z",
    }
    for method, path, body in SMUGGLED:
        who = ours.owner if "/auth/" in path else ours.with_role(*STAFF)
        for name, value in extras.items():
            refused(who.call(method, path, {**body, name: value}), "invalid_body", "invalid_command")
    mail = {"email": "z@example.com", "password": "seven willow bats", "name": "Z", "tenant_name": "Z"}
    refused(
        anybody.post("/v1/auth/signup", {**mail, "tenant_slug": "zzz", "roles": ["owner"]}), "invalid_body"
    )


@attempt(
    "API3",
    tried="secrets and hashes in what lists and single reads show: keys, members, sessions, invitations, links, payees",
    refused_by="each answer is a body of its own with named members; secrets are shown once, when they are made",
)
def test_answers_show_no_more_than_they_must(ours: League) -> None:
    secret = expect(ours.owner.post("/v1/auth/keys", {"name": "seen", "roles": ["viewer"]}), 201)["secret"]
    ours.owner.post("/v1/auth/invitations", {"email": f"i{ours.slug}@example.com", "roles": ["viewer"]})
    shown = ""
    for path in ("me", "members", "sessions", "keys", "invitations", "share-links", "tenant"):
        answer = ours.owner.get(f"/v1/auth/{path}")
        expect(answer, 200)
        shown += answer.text
    for path in ("/v1/audit", "/v1/payees", "/v1/payments"):
        answer = ours.with_role("owner", "admin").get(path)
        expect(answer, 200)
        shown += answer.text
    assert secret not in shown
    for word in (
        "password",
        "argon2",
        "secret",
        "hash",
        "totp_",
        "refresh_token",
        "pvi_",
        "pvl_",
        "pvr_",
        "pvm_",
    ):
        assert word not in shown, word


@attempt(
    "API3",
    tried="the league's money, people and audit log, with the role of a viewer",
    refused_by="403: these reads are for those whose work it is",
)
def test_a_viewer_sees_the_cricket_alone(ours: League) -> None:
    viewer = ours.with_role("viewer")
    for path in ("/v1/payments", "/v1/ledger/balances", "/v1/payees", "/v1/audit", "/v1/auth/members"):
        refused(viewer.get(path), "role_missing")
    for path in ("/v1/tenant/export", "/v1/persons/somebody/export", "/v1/ledger/export.csv"):
        refused(viewer.get(path), "role_missing")
