"""API7 to API10: what it can be made to call, how it is set up, what there is of it, and whom it believes."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from stripe import WebhookSignature

from stack import secrets
from stack.stack import Stack
from tests.e2e.blackbox.attempts import STAFF, attempt
from tests.e2e.blackbox.conftest import Caller, League, Outside, expect, refused
from tests.e2e.blackbox.documented import DOCUMENTS, operations

WEBHOOKS = "/v1/webhooks/stripe"
JSON = {"content-type": "application/json"}


class Canary:
    """A server that nobody has a reason to call. ``calls`` counts who did."""

    def __init__(self) -> None:
        self.calls = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self.url = f"http://{self.address}"
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    canary = Canary()
    yield canary
    canary.close()


def raw(outside: Outside, request: str, context: ssl.SSLContext | None = None) -> str:
    """What is answered to a request that no client would send."""
    where = urlsplit(outside.url)
    with (
        socket.create_connection((where.hostname, where.port or 443), timeout=20) as plain,
        (context or outside.trust()).wrap_socket(plain, server_hostname=where.hostname) as sock,
    ):
        sock.sendall(request.encode())
        found = b""
        try:
            while chunk := sock.recv(65536):
                found += chunk
        except (ConnectionError, TimeoutError):
            pass
        return found.decode("latin-1")


def code_of(answer: httpx.Response) -> str:
    """The code of a problem; blank for what is none."""
    return answer.json()["code"] if "problem" in answer.headers.get("content-type", "") else ""


@attempt(
    "API7",
    tried="addresses of one's own server wherever one is taken: a payee's return links, Host and X-Forwarded-Host, a request "
    "by absolute address, CONNECT, a token's jku, names that are addresses, a webhook's payload",
    refused_by="nothing but webhooks fetches an address that a caller names: links go to Stripe as text, keys come from configured "
    "places alone, the gateway routes by path; the server waited in vain",
)
def test_nothing_is_fetched_for_a_caller(outside: Outside, ours: League, canary: Canary) -> None:
    us, anybody = ours.with_role(*STAFF), outside.caller()
    made = us.post("/v1/payees", {"id": "ham", "email": "ham@example.com", "country": "IN"})
    assert made.status_code in (201, 200, 409), made.text
    for url in (canary.url, "http://169.254.169.254/latest/meta-data", "http://[::1]:5432/"):
        linked = us.post("/v1/payees/ham/onboarding-links", {"return_url": url, "refresh_url": url})
        assert linked.status_code in (201, 404, 409, 422), linked.text
    for url in ("file:///etc/passwd", "gopher://127.0.0.1:6379/_INFO", "javascript:alert(1)", canary.address):
        refused(
            us.post("/v1/payees/ham/onboarding-links", {"return_url": url, "refresh_url": url}),
            "invalid_body",
        )
    us.post("/v1/teams", {"id": "ssrf", "name": canary.url})
    event = json.dumps({"id": "evt_1", "type": "x", "data": {"object": {"url": canary.url}}})
    anybody.http.post(WEBHOOKS, content=event, headers=JSON)
    anybody.get("/v1/matches", host=canary.address, x_forwarded_host=canary.address)
    head = f"Host: {canary.address}\r\nConnection: close\r\n\r\n"
    assert " 200 " not in raw(outside, f"GET {canary.url}/ HTTP/1.1\r\n{head}").split("\r\n")[0]
    assert " 200 " not in raw(outside, f"CONNECT {canary.address} HTTP/1.1\r\n{head}").split("\r\n")[0]
    time.sleep(0.5)
    assert canary.calls == 0


@attempt(
    "API7",
    tried="webhook endpoints at the metadata of a cloud, at this machine, in private networks: as numbers in every notation, "
    "IPv4 in IPv6, NAT64, local names, with a user before the @, by plain HTTP, at the ports of databases; a good one "
    "moved there afterwards",
    refused_by="422 with a code when it is named (domain/outgoing.py); besides, what a name stands for is looked at when "
    "it is called, and that address is connected to (adapters/http/guarded.py, tests/integration/http)",
)
def test_no_webhook_goes_where_only_we_can(ours: League, canary: Canary) -> None:
    owner, path, codes = ours.with_role("admin"), "/v1/webhook-endpoints", set[str]()
    port = canary.address.rpartition(":")[2]
    hosts = (
        *("169.254.169.254", "127.0.0.1", "10.0.0.1", "192.168.0.1", "100.64.0.1", "0.0.0.0", "2130706433"),  # noqa: S104
        *(
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::a9fe:a9fe]",
            "[fd00::1]",
        ),
        *("localhost", "metadata.google.internal", "postgres", "example.org@127.0.0.1", "example.org:6379"),
        *("example.org#@127.0.0.1", "127.0.0.1\\@example.org"),
    )
    for url in (*(f"https://{host}/latest/meta-data/" for host in hosts), canary.url, "http://example.org/"):
        answer = owner.post(path, {"url": url})
        refused(
            answer,
            *(
                "address_not_public",
                "url_malformed",
                "url_has_credentials",
                "url_not_https",
                "url_port_refused",
            ),
        )
        codes.add(answer.json()["code"])
    assert len(codes) == 5
    made = expect(owner.post(path, {"url": "https://hooks.example.org/"}), 201)["endpoint"]["id"]
    refused(
        owner.call("PATCH", f"{path}/{made}", {"url": f"https://127.0.0.1:{port}/"}), "address_not_public"
    )
    expect(owner.call("DELETE", f"{path}/{made}"), 204)
    time.sleep(0.5)
    assert canary.calls == 0


@attempt(
    "API8",
    tried="TLS 1.1, plain HTTP, a request with two lengths, with two hosts, and what TRACE, OPTIONS and errors tell",
    refused_by="the gateway (TLS 1.2 and newer, HTTPS alone, HTTP read strictly); problems with a code and no trace",
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_it_is_set_up_tightly(outside: Outside, ours: League) -> None:
    old = outside.trust()
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        raw(outside, "GET / HTTP/1.1\r\n\r\n", old)
    smuggled = "POST /v1/teams HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\nabcd"
    assert " 400 " in raw(outside, smuggled).split("\r\n")[0]
    assert " 400 " in raw(outside, "GET /v1/teams HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").split("\r\n")[0]
    headers = {"authorization": ours.with_role("admin").authorization or "", "idempotency-key": "k", **JSON}
    bad = outside.http().post("/v1/teams", content=b"{'", headers=headers)
    refused(bad, "malformed_json")
    odd = ours.with_role("admin").get("/v1/teams/%27%22%3B--%00")
    assert 400 <= odd.status_code < 500
    for answer in (bad, odd):
        for word in ("Traceback", "asyncpg", "SELECT", "/api/", ".py", "postgres"):
            assert word not in answer.text


@attempt(
    "API8",
    tried="calling from a page of another origin, with its preflight; framing, sniffing, caching what is personal",
    refused_by="no origin is allowed unless it is configured; security headers on every answer, HSTS, no-store",
)
def test_browsers_are_told_to_be_careful(outside: Outside, ours: League) -> None:
    evil = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    for path in ("/v1/matches", "/v1/auth/sessions", "/v1/auth/me"):
        preflight = outside.http().request("OPTIONS", path, headers=evil)
        assert "access-control-allow-origin" not in preflight.headers
        assert "access-control-allow-credentials" not in preflight.headers
    viewer = ours.with_role("viewer")
    for path in ("/v1/matches", "/v1/auth/me", "/healthz", "/nothing", "/docs"):
        answer = viewer.get(path, origin="https://evil.example")
        assert "access-control-allow-origin" not in answer.headers
        said = answer.headers
        assert said["x-content-type-options"] == "nosniff"
        assert said["x-frame-options"] == "DENY"
        assert "max-age" in said["strict-transport-security"]
        assert "server" not in said
        assert "x-powered-by" not in said
        assert "set-cookie" not in said
    assert "private" in viewer.get("/v1/auth/me").headers["cache-control"]
    assert "no-store" in viewer.post("/v1/auth/tokens", {"api_key": "pvk_x"}).headers["cache-control"]


@attempt(
    "API9",
    tried="addresses that are in no document: /metrics, /internal, other versions, admin and debug pages, files, the "
    "gateway's own pages, gRPC reflection, and ways around by // .. and %2f",
    refused_by="404 from the door: the gateway leads to what it names, and to nothing else",
)
def test_there_is_nothing_but_what_is_documented(outside: Outside) -> None:
    http = outside.http()
    paths = [
        *("/metrics", "/internal/forward-auth", "/internal/problems/503", "/", "/v0/matches", "/v2/matches"),
        *(
            "/admin",
            "/api/rawdata",
            "/dashboard/",
            "/debug/vars",
            "/actuator/env",
            "/graphql",
            "/swagger.json",
        ),
        *("/.env", "/.git/config", "/redoc", "/server-status", "/.well-known/openid-configuration"),
        *("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "/v1", "/ping"),
        *(
            "//metrics",
            "/v1/../metrics",
            "/%6Detrics",
            "/v1/..%2fmetrics",
            "/v1/%2e%2e/metrics",
            "/v1\\..\\metrics",
        ),
    ]
    for path in paths:
        url = httpx.URL(outside.url).copy_with(raw_path=path.encode())
        answer = http.send(httpx.Request("GET", url))
        assert answer.status_code in (400, 404), f"{path}: {answer.status_code} {answer.text[:200]}"
    for path in ("/v1/nothing", "/v1/auth/nothing", "/v1/matches/x/y/z", "/v1/teams/x/secret"):
        refused(Caller(outside.http()).get(path), "not_found", "token_missing")


@attempt(
    "API9",
    tried="operations that answer and are not documented, or are documented and not there",
    refused_by="documents are made from the routes; each documented operation is reached through the gateway",
)
def test_every_documented_operation_is_reached(outside: Outside, ours: League) -> None:
    for path in DOCUMENTS:
        assert expect(outside.http().get(path), 200)["info"]["version"] == "1.0.0"
    viewer = ours.with_role("viewer")
    missing = [
        f"{each.method} {each.path}"
        for each in operations(outside)
        if not each.path.endswith("/live")
        and code_of(viewer.call(each.method, each.at(), {})) in ("not_found", "method_not_allowed")
    ]
    assert missing == []


@attempt(
    "API10",
    tried="webhooks in Stripe's name: unsigned, signed with another secret, changed after signing, signed an hour ago, "
    "of 600 kB, no object, twice",
    refused_by="400 and 413: the signature over the body as it came, five minutes old at most; a second one has no effect",
)
def test_what_comes_in_stripes_name_is_not_believed(outside: Outside, whole_stack: Stack) -> None:
    http = outside.http()
    secret = secrets.stripe_webhook_secrets(whole_stack.root).split(",")[0]

    def signed(content: str, by: str = secret, age: int = 0) -> dict[str, str]:
        made = WebhookSignature.generate_signature_header(content, by, int(time.time()) - age)
        return {**JSON, "stripe-signature": made}

    id_ = f"evt_{time.time_ns()}"
    event = json.dumps({"id": id_, "type": "payment_intent.succeeded", "created": 1, "livemode": False,
                        "data": {"object": {"id": "pi_1", "object": "payment_intent"}}})  # fmt: skip
    changed = event.replace("pi_1", "pi_2")
    for content, headers, code in (
        (event, JSON, "signature_invalid"),
        (event, {**JSON, "stripe-signature": "t=1,v1=00"}, "signature_invalid"),
        (event, signed(event, "whsec_guessed"), "signature_invalid"),
        (changed, signed(event), "signature_invalid"),
        (event, signed(event, age=3600), "signature_expired"),
        ("[]", signed("[]"), "malformed_json"),
        (" " * 600_000, signed(" " * 600_000), "body_too_large"),
    ):
        refused(http.post(WEBHOOKS, content=content, headers=headers), code)
    said = [expect(http.post(WEBHOOKS, content=event, headers=signed(event)), 200) for _ in range(2)]
    assert [each["duplicate"] for each in said] == [False, True]


@attempt(
    "API10",
    tried="names that are code where they come out: SQL, HTML, templates, CSV formulas, lines for mails and logs, NULs",
    refused_by="they are data all the way, or refused: parameters in SQL, JSON out, plain text in mails on one line",
)
def test_what_people_call_things_is_never_run(outside: Outside, ours: League) -> None:
    us = ours.with_role(*STAFF)
    names = ["'; drop table event; --", "<script>alert(1)</script>", "{{7*7}}${7*7}", "=cmd|' /C calc'!A0"]
    for number, name in enumerate(names):
        us.post("/v1/teams", {"id": f"odd-{number}", "name": name})
        found = us.get(f"/v1/teams/odd-{number}")
        if found.status_code == 200:
            assert found.json()["name"] == name
            assert found.headers["content-type"] == "application/json"
    refused(us.post("/v1/teams", {"id": "nul", "name": "a\u0000b"}), "invalid_body", "invalid_command")
    lines = f"x{ours.slug}@example.com\r\nBcc: all@example.com"
    refused(
        ours.owner.post("/v1/auth/invitations", {"email": lines, "roles": ["viewer"]}),
        "email_malformed",
        "invalid_body",
    )
    expect(us.get("/v1/teams"), 200)
