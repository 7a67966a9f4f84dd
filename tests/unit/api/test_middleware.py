"""What every answer has: security headers, and CORS from the origins that were named."""

import functools

import httpx
import pytest

from api import middleware
from api.main import create_app
from api.settings import ApiSettings

APP = "https://app.example"
PREFLIGHT = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization, content-type, idempotency-key",
}


made = functools.cache(lambda cors_origins: create_app(ApiSettings(cors_origins=cors_origins)))
"""Applications by their setting; making one takes a second."""


def calling(cors_origins: str = "") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(made(cors_origins)), base_url="http://api")


@pytest.mark.parametrize(
    "path", ["/healthz", "/v1/nothing", "/problems/bowler_quota_reached", "/openapi.json"]
)
async def test_every_answer_is_data_and_nothing_else(path: str) -> None:
    async with calling() as http:
        headers = (await http.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers.get_list("cache-control") == ["no-store"]


async def test_the_documentation_may_load_what_it_is_made_of() -> None:
    async with calling() as http:
        page = await http.get("/docs")
    policy = page.headers["content-security-policy"]
    assert "https://cdn.jsdelivr.net" in page.text
    assert "script-src 'unsafe-inline' https://cdn.jsdelivr.net" in policy
    assert "frame-ancestors 'none'" in policy


async def test_a_page_of_a_named_origin_may_call() -> None:
    async with calling(f"{APP}, http://localhost:5173/") as http:
        asked = await http.options("/v1/matches", headers={"origin": APP, **PREFLIGHT})
        refused = await http.get("/v1/nothing", headers={"origin": APP})
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == APP
    allowed = asked.headers["access-control-allow-headers"].lower()
    assert "idempotency-key" in allowed
    assert "last-event-id" in allowed, "a page that follows live resumes where it was"
    assert "access-control-allow-credentials" not in asked.headers
    assert asked.headers["x-content-type-options"] == "nosniff"
    # What is refused can be read by the page too, and so can the headers it goes on with.
    assert refused.json()["code"] == "not_found"
    assert refused.headers["access-control-allow-origin"] == APP
    assert "etag" in refused.headers["access-control-expose-headers"]
    assert "Origin" in refused.headers["vary"]


@pytest.mark.parametrize(
    "more",
    [
        {"origin": "https://app.example.evil"},
        {"origin": "null"},
        {"origin": APP, "access-control-request-headers": "x-forwarded-user"},
        {"origin": APP, "access-control-request-method": "TRACE"},
    ],
    ids=lambda more: ", ".join(more.values()),
)
async def test_other_pages_may_not(more: dict[str, str]) -> None:
    async with calling(f"{APP}, http://localhost:5173/") as http:
        answer = await http.options("/v1/matches", headers={**PREFLIGHT, **more})
    assert (answer.status_code, answer.json()["code"]) == (403, "cors_refused")
    assert answer.json()["instance"] == "/v1/matches"
    assert "access-control-allow-origin" not in answer.headers


async def test_without_a_setting_no_page_may() -> None:
    async with calling() as http:
        asked = await http.options("/v1/matches", headers={"origin": APP, **PREFLIGHT})
        read = await http.get("/healthz", headers={"origin": APP})
    assert asked.status_code == 405
    assert "access-control-allow-origin" not in read.headers


async def test_every_page_may_where_the_setting_says_so() -> None:
    async with calling("*") as http:
        asked = await http.options("/v1/matches", headers={"origin": APP, **PREFLIGHT})
    assert asked.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("said", ["app.example", "https://app.example/path", "ftp://app.example", "https://"])
def test_what_is_no_origin_does_not_start(said: str) -> None:
    with pytest.raises(ValueError, match="is no origin"):
        middleware.origins(said)
