"""API4, API6: asking for too much, and doing twice what is to be done once."""

import contextlib
import json
import socket
import ssl
import time
from urllib.parse import urlsplit

import httpx

from tests.e2e.blackbox.attempts import STAFF, attempt
from tests.e2e.blackbox.conftest import PASSWORD, Caller, League, Outside, expect, refused
from tests.e2e.blackbox.test_objects import tournament_of

QUOTA = 100
HALF_OPEN = 150


@attempt(
    "API4",
    tried="bodies of 100 kB and of 99 MB, headers of 40 kB, JSON nested ten thousand deep, a body that unpacks to 100 MB",
    refused_by="413 by each operation's limit and by the gateway's before it is read, 431, 400; nothing is unpacked (415, 400)",
)
def test_what_is_too_large_is_refused(ours: League) -> None:
    us = ours.with_role(*STAFF)
    headers = {
        "authorization": us.authorization or "",
        "idempotency-key": "k",
        "content-type": "application/json",
    }
    long = {"id": "t", "name": "x" * 100_000}
    refused(us.post("/v1/teams", long), "body_too_large")
    deep = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
    for path in ("/v1/teams", "/v1/tournaments", "/v1/webhooks/stripe"):
        answer = us.http.post(path, content=deep, headers=headers)
        refused(answer, "malformed_json", "body_too_large", "invalid_body", "signature_invalid")
    huge, length = (b"x" * 1_000_000 for _ in range(99)), {"content-length": "99000000"}
    with contextlib.suppress(httpx.TransportError):  # hung up on before all was sent
        assert us.http.post("/v1/teams", content=huge, headers={**headers, **length}).status_code == 413
    assert us.get("/v1/matches", x_long="x" * 40_000).status_code == 431
    packed = us.http.post(
        "/v1/teams", content=b"\x1f\x8b" + b"\0" * 50, headers={**headers, "content-encoding": "gzip"}
    )
    refused(packed, "malformed_json", "unsupported_media_type", "invalid_body")


@attempt(
    "API4",
    tried="pages of a million rows, batches of 1,001 balls, lists longer than allowed, numbers beyond every range",
    refused_by="400, 413 and 422: every list, string, number and page has a limit in its schema",
)
def test_nothing_is_asked_for_without_a_limit(ours: League) -> None:
    us = ours.with_role(*STAFF)
    for query in (
        "limit=1000000",
        "limit=0",
        "limit=-1",
        "limit=1e9",
        f"limit={'9' * 400}",
        "cursor=" + "x" * 5000,
    ):
        refused(us.get(f"/v1/matches?{query}"), "malformed_parameter")
    match = ours.match()
    balls = [{"striker": "a", "non_striker": "b", "bowler": "c"}] * 1001
    refused(us.post(f"{match}/balls:batch", {"balls": balls}), "batch_too_large")
    settings = {"format": "page-playoff", "conditions": "t20", "registration": {"capacity": 10**9}}
    refused(
        us.post("/v1/tournaments", {"name": "C", "season": "2030", "settings": settings}),
        "invalid_body",
        "invalid_command",
    )
    refused(
        us.post("/v1/auth/keys", {"name": "k", "roles": ["viewer"] * 200}),
        "invalid_body",
        "role_missing",
        "grants_missing",
    )
    refused(us.get(f"/v1/matches/{'0' * 3000}"), "match_not_found")


@attempt(
    "API4",
    tried="101 requests in a minute with one key, the 101st by another address; as many without a token",
    refused_by="429 with Retry-After and RateLimit from the door, counted by caller in Redis; others go on",
)
def test_nobody_asks_more_often_than_allowed(outside: Outside) -> None:
    league = outside.league()
    viewer = league.with_role("viewer")
    statuses = [viewer.get("/v1/teams").status_code for _ in range(QUOTA)]
    assert statuses.count(200) >= QUOTA - 1
    over = [Caller(outside.http(), viewer.authorization).get("/v1/teams") for _ in range(2)][-1]
    refused(over, "too_many_requests")
    assert 1 <= int(over.headers["retry-after"]) <= 61
    assert "ratelimit" in over.headers
    assert "ratelimit-policy" in over.headers
    fine = league.with_role("scorer").get("/v1/teams")
    expect(fine, 200)
    assert f"q={QUOTA}" in fine.headers["ratelimit-policy"]
    anybody = outside.caller()
    answers = [anybody.get("/v1/matches") for _ in range(QUOTA + 1)]
    assert [answer.status_code for answer in answers].count(429) >= 1


@attempt(
    "API4",
    tried="150 connections that begin a request and never end it",
    refused_by="they wait alone: others are answered meanwhile, and the gateway ends them after 60 s",
)
def test_slow_requests_hold_nobody_up(outside: Outside, ours: League) -> None:
    where = urlsplit(outside.url)
    context: ssl.SSLContext = outside.trust()
    held = []
    try:
        for _ in range(HALF_OPEN):
            raw = socket.create_connection((where.hostname, where.port or 443), timeout=20)
            sock = context.wrap_socket(raw, server_hostname=where.hostname)
            sock.sendall(b"POST /v1/teams HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\nX-Slow: ")
            held.append(sock)
        begun = time.monotonic()
        expect(ours.with_role("viewer").get("/v1/teams"), 200)
        assert time.monotonic() - begun < 10
    finally:
        for sock in held:
            sock.close()


@attempt(
    "API6",
    tried="entering a team twice, more teams than there are places, a key's second request with another body",
    refused_by="409 and 422: the tournament's own rules, and idempotency keys that are bound to their body",
)
def test_a_place_is_taken_once(ours: League) -> None:
    us, cup = ours.with_role(*STAFF), tournament_of(ours, "Once")
    expect(us.post(f"{cup}/registration:open"), 200)
    entry = {"team": "ham", "name": "Hambledon"}
    first = us.post(f"{cup}/entries", entry, idempotency_key=f"first-{cup}")
    expect(first, 200)
    expect(us.post(f"{cup}/entries", entry, idempotency_key=f"first-{cup}"), 200)
    refused(us.post(f"{cup}/entries", entry), "team_entered_already")
    other = {"team": "eng", "name": "England"}
    refused(us.post(f"{cup}/entries", other, idempotency_key=f"first-{cup}"), "idempotency_key_reused")
    refused(
        us.http.post(f"{cup}/entries", json=other, headers={"authorization": us.authorization or ""}),
        "idempotency_key_missing",
    )
    assert len(expect(us.get(f"{cup}/entries"), 200)["entries"]) == 1


@attempt(
    "API6",
    tried="following an invitation twice, and with another's account; the mail of a sign-up twice; a share link second",
    refused_by="409, 410 and 403: each token works once, for whom it was meant",
)
def test_what_opens_once_opens_once(outside: Outside, ours: League, theirs: League) -> None:
    email = f"once{ours.slug}@example.com"
    expect(ours.owner.post("/v1/auth/invitations", {"email": email, "roles": ["viewer"]}), 201)
    token, anybody = outside.token_mailed(email, "invites you"), outside.caller()
    stranger = Caller(anybody.http, theirs.owner.authorization)
    refused(stranger.post("/v1/auth/invitations:accept", {"token": token}), "invitation_of_another")
    joining = {"token": token, "name": "New", "password": PASSWORD}
    expect(anybody.post("/v1/auth/invitations:accept", joining), 200)
    refused(anybody.post("/v1/auth/invitations:accept", joining), "link_used", "link_invalid")
    verified = outside.token_mailed(ours.email, "Confirm")
    for token in (verified, verified[:-1] + "x"):
        proving = {"token": token, "password": PASSWORD}
        refused(anybody.post("/v1/auth/email:verify", proving), "link_used", "link_invalid")
    shared = {"match_id": ours.match()[-36:], "name": "Ravi"}
    url = expect(ours.owner.post("/v1/auth/share-links", shared), 201)["url"]
    expect(outside.caller().post("/v1/auth/share-links:open", {"link": url}), 201)
    refused(outside.caller().post("/v1/auth/share-links:open", {"link": url}), "share_link_taken")


@attempt(
    "API6",
    tried="having somebody's mailbox filled with mails to reset a password, from one address",
    refused_by="429 after some; to one mailbox go three mails at most for who asks from one network",
)
def test_a_mailbox_cannot_be_filled(outside: Outside) -> None:
    email, anybody = outside.league().email, outside.caller()
    answers = [anybody.post("/v1/auth/password:forgot", {"email": email}) for _ in range(25)]
    assert {answer.status_code for answer in answers} == {202, 429}
    refused(answers[-1], "too_many_attempts")
    outside.token_mailed(email, "password")
    mails = httpx.get(f"{outside.mails}/mails", params={"to": email}).json()["mails"]
    assert 1 <= len([mail for mail in mails if mail["subject"] == "Set a new password"]) <= 3
    assert json.dumps(mails).count(PASSWORD) == 0
