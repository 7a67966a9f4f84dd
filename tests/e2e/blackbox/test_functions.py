"""API5: what others may do, and how one might come to be one of them."""

from auth.v1.auth_pb2 import SuspendTenantRequest
from tests.e2e.blackbox.attempts import attempt
from tests.e2e.blackbox.conftest import League, Outside, expect, refused
from tests.e2e.blackbox.documented import operations, wrongly_let_in


@attempt(
    "API5",
    tried="every documented operation that a viewer's key, and then no token, may not call",
    refused_by="403 and 401 before the body is read: one table, api/permissions.py; a route that is not in it does not start",
)
def test_every_operation_that_is_not_a_viewers_is_refused(outside: Outside, ours: League) -> None:
    viewer, anybody = ours.with_role("viewer"), outside.http()
    protected = [each for each in operations(outside) if each.roles is not None]
    kept = [each for each in protected if "viewer" not in each.roles and not each.own]  # type: ignore[operator]
    assert len(kept) > 100
    answers = {each.id: viewer.call(each.method, each.at(), each.example) for each in kept}
    assert wrongly_let_in(answers, 403) == {}
    # One connection a hundred requests: what shows no token is counted by its address.
    without = {}
    for number, each in enumerate(protected):
        anybody = outside.http() if number % 90 == 0 else anybody
        without[each.id] = anybody.request(each.method, each.at(), json=each.example)
    assert wrongly_let_in(without, 401) == {}


@attempt(
    "API5",
    tried="making oneself more: an admin who makes an owner, an organiser who makes an admin's key or invites a treasurer, "
    "a key that changes its owner's roles, removes an owner, or opens a league",
    refused_by="403: who may grant what is a table (handlers/identity/granting.py), and one's own account is for people",
)
def test_nobody_makes_themselves_more(ours: League) -> None:
    owner = ours.tokens["subject"]
    admin, organiser, scorer = (ours.with_role(role) for role in ("admin", "organiser", "scorer"))
    mail = f"w{ours.slug}@example.com"
    refused(
        admin.post("/v1/auth/invitations", {"email": mail, "roles": ["owner"]}), "not_allowed", "role_missing"
    )
    refused(admin.post("/v1/auth/keys", {"name": "k", "roles": ["owner"]}), "not_allowed", "role_missing")
    refused(organiser.post("/v1/auth/keys", {"name": "k", "roles": ["admin"]}), "not_allowed", "role_missing")
    refused(
        organiser.post("/v1/auth/invitations", {"email": mail, "roles": ["treasurer"]}),
        "not_allowed",
        "role_missing",
    )
    refused(scorer.post("/v1/auth/invitations", {"email": mail, "roles": ["scorer"]}), "role_missing")
    for who in (admin, organiser):
        refused(
            who.call("PUT", f"/v1/auth/members/{owner}", {"roles": ["viewer"]}), "not_allowed", "role_missing"
        )
        refused(who.call("DELETE", f"/v1/auth/members/{owner}"), "not_allowed", "role_missing")
    refused(admin.post("/v1/auth/tenants", {"name": "Mine", "slug": f"{ours.slug}mine"}), "not_allowed")
    refused(ours.owner.call("DELETE", f"/v1/auth/members/{owner}"), "last_owner")
    assert expect(ours.owner.get("/v1/auth/me"), 200)["roles"] == ["owner"]


@attempt(
    "API5",
    tried="another method for the same address: X-HTTP-Method-Override, _method, HEAD, TRACE, invented ones",
    refused_by="405, or the answer to the method that was sent: no service reads such a header",
)
def test_a_method_is_what_was_sent(ours: League) -> None:
    viewer, match = ours.with_role("viewer"), ours.match()
    teams = "/v1/teams"
    override = {"x-http-method-override": "POST", "x-method-override": "POST", "x-http-method": "POST"}
    expect(viewer.get(f"{teams}?_method=POST", **override), 200)
    for method, path in (
        ("DELETE", match),
        ("TRACE", match),
        ("PATCH", teams),
        ("PURGE", match),
        ("PUT", teams),
    ):
        answer = viewer.call(method, path)
        assert answer.status_code in (400, 403, 405, 501), f"{method}: {answer.status_code}"
    expect(viewer.get(match), 200)


@attempt(
    "API5",
    tried="operations of whoever runs the installation: suspending a league by HTTP and by gRPC through the gateway",
    refused_by="there is no such address; the RPC needs an operator's client certificate, and the gateway has none",
)
def test_what_runs_the_installation_is_not_outside(ours: League, theirs: League) -> None:
    for path in (
        f"/v1/auth/tenants/{theirs.id}:suspend",
        f"/v1/tenants/{theirs.id}",
        "/v1/auth/tenant:suspend",
    ):
        refused(ours.owner.post(path), "not_found", "method_not_allowed")
    for league in (theirs, ours):
        message = SuspendTenantRequest(tenant_id=league.id, reason="spite").SerializeToString()
        answer = ours.owner.http.post(
            "/auth.AuthService/SuspendTenant",
            content=b"\x00" + len(message).to_bytes(4) + message,
            headers={
                "content-type": "application/grpc",
                "te": "trailers",
                "authorization": ours.owner.authorization or "",
            },
        )
        assert answer.headers.get("grpc-status") not in ("0", None) or answer.status_code >= 400
        expect(league.owner.get("/v1/auth/me"), 200)
