"""What the gateway says of a quota reaches the caller, whatever is answered."""

import httpx
import pytest

from api.main import app

TOLD = {"ratelimit": '"burst";r=7;t=12', "ratelimit-policy": '"burst";q=100;w=60'}


async def headers_of(path: str, **told: str) -> httpx.Headers:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as http:
        return (await http.get(path, headers={n.replace("_", "-"): v for n, v in told.items()})).headers


@pytest.mark.parametrize(
    "path", ["/healthz", "/v1/nothing", "/v1/matches", "/openapi.json", "/problems/not_found"]
)
async def test_it_is_on_every_answer(path: str) -> None:
    headers = await headers_of(path, **TOLD)
    assert {name: headers.get(name) for name in TOLD} == TOLD


async def test_nothing_is_said_where_nobody_counts() -> None:
    assert not TOLD.keys() & (await headers_of("/healthz")).keys()


async def test_what_is_too_long_is_not_repeated() -> None:
    assert "ratelimit" not in await headers_of("/healthz", ratelimit="x" * 1000)
