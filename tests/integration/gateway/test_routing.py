"""What comes in at the gateway, and where it goes."""

import itertools
import json
import ssl
import time
import warnings
from contextlib import closing
from http.client import HTTPSConnection

import httpx
import pytest

from stack.gateway import API, AUTH_HTTP, FORGED, LARGEST_BODY_BYTES
from tests.integration.gateway.backend import EVENTS, PAUSE_SECONDS
from tests.integration.gateway.conftest import Site


def test_its_certificate_is_verified(site: Site) -> None:
    assert site.client().get("/healthz").status_code == 200
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"{site.traefik.url}/healthz", verify=ssl.create_default_context())


def test_old_versions_of_tls_are_refused(site: Site) -> None:
    context = site.traefik.trust()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that is what the test is about
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{site.traefik.url}/healthz", verify=context)


def test_who_comes_unencrypted_is_sent_to_https(site: Site) -> None:
    answer = httpx.get(f"{site.traefik.http_url}/v1/matches?limit=3")
    assert answer.status_code in (301, 308)
    assert answer.headers["location"] == f"{site.traefik.url}/v1/matches?limit=3"


def test_a_post_that_comes_unencrypted_is_not_served(site: Site) -> None:
    before = site.backends["scoring"].asked.total()
    assert httpx.post(f"{site.traefik.http_url}/v1/matches", json={}).status_code == 308
    assert site.backends["scoring"].asked.total() == before


def test_every_answer_tells_browsers_to_be_careful(site: Site) -> None:
    for path in ("/v1/matches", "/healthz", "/nothing"):
        headers = site.client(site.token()).get(path).headers
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers


@pytest.mark.parametrize(
    ("method", "path", "service"),
    [
        ("GET", "/v1/matches", "scoring"),
        ("POST", "/v1/matches/x/balls", "scoring"),
        ("POST", "/v1/matches/x/balls:batch", "scoring"),
        ("GET", "/v1/tournaments", API),  # no process of its own here
        ("GET", "/v1/public/x/tournaments", API),
        ("POST", "/v1/teams:bulk", API),
        ("POST", "/v1/payments", API),
        ("POST", "/v1/webhooks/stripe", API),
        ("POST", "/v1/webhook-endpoints", API),
        ("GET", "/v1/anything", API),
        ("GET", "/v1/matcheses", API),
        ("GET", "/docs", API),
        ("GET", "/openapi.json", API),
        ("GET", "/problems/not_found", API),
        ("GET", "/healthz", API),
        ("GET", "/readyz", API),
        ("POST", "/v1/auth/sessions", AUTH_HTTP),
        ("GET", "/v1/auth/openapi.json", AUTH_HTTP),
        ("GET", "/v1/audit", API),
        ("GET", "/.well-known/jwks.json", AUTH_HTTP),
        ("GET", "/v1/authors", API),
    ],
)
def test_each_address_goes_to_its_service(site: Site, method: str, path: str, service: str) -> None:
    before = site.backends[service].asked[path]
    answer = site.client(site.token()).request(method, path)
    assert (answer.status_code, answer.json()["path"]) == (200, path)
    assert site.backends[service].asked[path] == before + 1


@pytest.mark.parametrize(
    "path",
    [
        *("/metrics", "/internal/forward-auth", "/internal/problems/503", "/", "/v2/matches"),
        *("//metrics", "/v1/../metrics", "/%6Detrics", "/v1/..%2fmetrics", "/.well-known/other"),
    ],
)
def test_nothing_else_is_reached(site: Site, path: str) -> None:
    before = {name: backend.asked.total() for name, backend in site.backends.items()}
    answer = site.client(site.token()).send(
        httpx.Request("GET", httpx.URL(site.traefik.url).copy_with(raw_path=path.encode()))
    )
    assert answer.status_code in (400, 404)
    if answer.status_code == 404:
        assert answer.json()["code"] == "not_found"
        assert answer.json()["status"] == 404
    assert {name: backend.asked.total() for name, backend in site.backends.items()} == before


def arrivals(answer: httpx.Response) -> list[float]:
    """When each event of a stream has come."""
    begun = time.monotonic()
    return [time.monotonic() - begun for line in answer.iter_lines() if line.startswith("data")]


@pytest.mark.parametrize("encoding", ["identity", "gzip, br"])
def test_events_of_a_stream_come_as_they_happen(site: Site, encoding: str) -> None:
    headers = {"accept": "text/event-stream", "accept-encoding": encoding}
    with site.client(site.token()).stream("GET", "/v1/matches/live", headers=headers) as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        assert "content-encoding" not in answer.headers
        came = arrivals(answer)
    assert len(came) == EVENTS
    pauses = [later - earlier for earlier, later in itertools.pairwise(came)]
    assert max(came[0], 0) < (EVENTS - 1) * PAUSE_SECONDS, "all came at the end"
    assert min(pauses) > PAUSE_SECONDS / 3, f"they came together: {came}"


def test_large_answers_are_compressed_for_whoever_wants_it(site: Site) -> None:
    client = site.client(site.token())
    assert (
        client.get("/v1/matches/large", headers={"accept-encoding": "gzip"}).headers["content-encoding"]
        == "gzip"
    )
    assert (
        "content-encoding"
        not in client.get("/v1/matches/large", headers={"accept-encoding": "identity"}).headers
    )


def test_forged_headers_do_not_get_through(site: Site) -> None:
    said = dict.fromkeys(FORGED, "root")
    said |= {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
    }
    said |= {"RateLimit": "forged", "RateLimit-Policy": "forged", "Traceparent": "forged"}
    told = site.client(site.token()).get("/v1/matches", headers=said).json()["headers"]
    assert [name for name, value in told.items() if value == "root"] == []
    assert told["x-forwarded-for"] == "127.0.0.1"
    assert told["x-forwarded-host"] != "evil.example"
    assert told["x-forwarded-proto"] == "https"
    assert "forged" not in told.values()


def test_a_header_cannot_be_taken_away_by_naming_it_in_connection(site: Site) -> None:
    said = {"connection": "close, x-forwarded-for, authorization, ratelimit"}
    answer = site.client(site.token()).get("/v1/matches", headers=said)
    told = answer.json()["headers"]
    assert told["x-forwarded-for"] == "127.0.0.1"
    assert "ratelimit" in told


@pytest.mark.parametrize(
    ("length", "counted"), [(LARGEST_BODY_BYTES + 1, True), (LARGEST_BODY_BYTES + 1, False)]
)
def test_a_body_that_is_too_large_stays_outside(site: Site, length: int, counted: bool) -> None:
    before = site.backends["scoring"].asked["/v1/matches/too-large"]
    content = b"x" * length
    body = content if counted else iter([content[:1_000_000]] * 5)
    try:
        answer = site.client(site.token()).post("/v1/matches/too-large", content=body)
        assert answer.status_code == 413
    except httpx.WriteError:
        pass  # it has hung up on us before all was sent
    assert site.backends["scoring"].asked["/v1/matches/too-large"] == before


def test_a_body_far_too_large_is_refused_as_a_problem_before_it_is_sent(site: Site) -> None:
    port = site.traefik.ports["gateway"]
    with closing(HTTPSConnection("127.0.0.1", port, context=site.traefik.trust(), timeout=20)) as connection:
        connection.putrequest("POST", "/v1/matches/huge")
        connection.putheader("Content-Length", "99000000")
        connection.endheaders()
        answer = connection.getresponse()
        problem = json.loads(answer.read())
    assert (answer.status, problem["code"], problem["instance"]) == (
        413,
        "body_too_large",
        "/v1/matches/huge",
    )
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_is_large_but_allowed_arrives_whole(site: Site) -> None:
    answer = site.client(site.token()).post("/v1/teams:bulk", content=b"x" * 2_000_000)
    assert answer.json()["bytes"] == 2_000_000


def test_headers_that_are_too_large_stay_outside(site: Site) -> None:
    assert site.client(site.token()).get("/v1/matches", headers={"x-long": "x" * 40_000}).status_code == 431
