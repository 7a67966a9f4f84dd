"""Following a match over HTTP, through the store, the relay, Kafka and the real server."""

import asyncio
import http.client
import json
import re
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg
import httpx
import pytest

from benchmarks.matches import store
from cli.event_stream import ServerSentEvent, events_of
from contracts.codec import encode
from domain.match.events import PlayInterrupted, PlayResumed
from tests.integration.api.conftest import FIRST_BALL, Client
from tests.integration.api.test_server import Server
from tests.integration.live.conftest import LISTENERS, Pavilion, environment

pytestmark = pytest.mark.asyncio(loop_scope="module")

FREE = {"consecutive_overs": 20, "overs_per_bowler": None, "powerplays": []}
NEXT_BALL = {"bowler": FIRST_BALL["bowler"]}


@asynccontextmanager
async def following(
    client: Client, path: str, *, last: str = "", by_query: bool = False, seconds: float = 30
) -> AsyncIterator[tuple[aiohttp.ClientResponse, AsyncIterator[ServerSentEvent]]]:
    """The answer of a live address, and its events."""
    headers = {"authorization": client.headers()["authorization"]}
    if last and not by_query:
        headers["last-event-id"] = last
    query = {"last_event_id": last} if by_query else {}
    timeout = aiohttp.ClientTimeout(total=seconds)
    async with (
        aiohttp.ClientSession(str(client.http.base_url), timeout=timeout) as session,
        session.get(path, headers=headers, params=query) as answer,
    ):
        yield answer, events_of(answer.content)


def said(event: ServerSentEvent) -> Any:
    return json.loads(event.data)


async def bowl(client: Client, match: str, balls: int, **ball: Any) -> None:
    for _ in range(balls):
        answer = await client.post(f"{match}/balls", {**NEXT_BALL, "bat_runs": 2, **ball})
        assert answer.status_code == 200, answer.text


async def in_play(client: Client, **conditions: Any) -> str:
    """A match of which one ball is bowled: version 6."""
    match = await client.in_play(conditions={**FREE, **conditions})
    assert (await client.post(f"{match}/balls", {**FIRST_BALL, "bat_runs": 2})).status_code == 200
    return match


async def counted(client: Client, name: str) -> float:
    text = (await client.http.get("/metrics")).text
    found = re.search(rf"^pavilion_live_{name}(?:_total)? (\S+)$", text, re.MULTILINE)
    assert found, text
    return float(found[1])


async def test_a_reader_cut_off_ten_times_sees_every_version_once(client: Client) -> None:
    match = await in_play(client)
    scoring = asyncio.create_task(bowl(client, match, 110))
    versions: list[int] = []
    runs: list[int] = []
    last = ""
    for cut in range(11):
        async with following(client, f"{match}/live", last=last, by_query=cut % 2 == 1) as (answer, events):
            assert answer.status == 200
            async for event in events:
                if event.name == "snapshot":
                    assert last == "", "only who comes for the first time is shown one"
                    versions.append(said(event)["version"])
                else:
                    versions.append(said(event)["version"])
                    runs.append(said(event)["summary"]["runs"])
                last = event.id
                if len(versions) >= 10 * (cut + 1) or versions[-1] == 116:
                    break
    await scoring
    assert versions == list(range(versions[0], versions[0] + len(versions)))
    assert runs == sorted(set(runs))
    assert len(versions) >= 100


async def test_it_is_served_as_an_event_stream(client: Client) -> None:
    match = await in_play(client)
    async with following(client, f"{match}/live") as (answer, events):
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["x-accel-buffering"] == "no"
        assert answer.headers["x-request-id"]
        first = await anext(events)
        assert (first.name, first.id) == ("snapshot", "6")
        assert said(first)["innings"][0]["score"] == "2/0"
        assert [line["player"]["id"] for line in said(first)["in_play"]["batting"]] == ["rcb1", "rcb2"]


async def test_events_come_by_kafka(client: Client) -> None:
    match = await in_play(client)
    before = await counted(client, "from_store")
    async with following(client, f"{match}/live") as (_, events):
        await anext(events)
        await bowl(client, match, 20)
        async with asyncio.timeout(10):
            heard = [said(await anext(events))["version"] for _ in range(20)]
    assert heard == list(range(7, 27))
    assert await counted(client, "from_store") - before < 10


async def test_corrections_are_told_as_they_are_made(client: Client) -> None:
    match = await in_play(client)
    async with following(client, f"{match}/live") as (_, events):
        await anext(events)
        body = {"ball": 6, "delivery": {"bat_runs": 6}, "reason": "it cleared the rope"}
        assert (await client.post(f"{match}/corrections", body)).status_code == 200
        corrected = said(await anext(events))
    assert corrected["type"] == "BallCorrected"
    assert corrected["data"]["reason"] == "it cleared the rope"
    assert (corrected["ball"]["version"], corrected["ball"]["label"], corrected["summary"]["runs"]) == (
        6,
        "6",
        6,
    )


async def test_it_ends_with_the_match_and_is_not_asked_for_again(client: Client) -> None:
    match = await in_play(client)
    async with following(client, f"{match}/live") as (_, events):
        await anext(events)
        assert (await client.post(f"{match}/result:abandon", {"reason": "rain"})).status_code == 200
        *told, end = [event async for event in events]
    assert [said(event)["type"] for event in told] == ["MatchAbandoned", "ResultReached"]
    assert end.name == "end"
    assert said(end)["result"]["outcome"] == "no result"
    async with following(client, f"{match}/live", last=end.id) as (answer, _):
        assert answer.status == 204
    async with following(client, f"{match}/live") as (answer, events):
        assert [event.name async for event in events] == ["snapshot", "end"]


async def test_what_is_not_there_or_not_theirs_is_not_found(client: Client, pavilion: Pavilion) -> None:
    match = await in_play(client)
    stranger = pavilion.client(client.http)
    for path in (f"{match}/live", f"{match}/live/snapshot"):
        for answer in (
            await stranger.get(path),
            await client.get(path.replace(match[-36:], "00000000-0000-0000-0000-000000000000")),
            await client.get(path.replace(match[-36:], "nonsense")),
            await client.http.get(path.replace("/v1", f"/v1/public/{client.tenant_id}")),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "match_not_found")
    assert (await client.http.get(f"{match}/live")).json()["code"] == "token_missing"


async def test_a_place_that_is_none_is_a_problem(client: Client) -> None:
    match = await in_play(client)
    for last, code in (("yesterday", "malformed_parameter"), ("999", "version_not_reached")):
        answer = await client.get(f"{match}/live", last_event_id=last)
        assert answer.json()["code"] == code
        answer = await client.get(f"{match}/live?last_event_id={last}")
        assert answer.json()["code"] == code


async def test_when_all_places_are_taken_one_is_told_when_to_come_again(client: Client) -> None:
    match = await in_play(client)
    async with asyncio.timeout(20):
        while await counted(client, "listeners"):
            await asyncio.sleep(0.05)
    held = [following(client, f"{match}/live") for _ in range(LISTENERS)]
    try:
        for each in held:
            answer, _ = await each.__aenter__()
            assert answer.status == 200
        full = await client.get(f"{match}/live")
        assert (full.status_code, full.json()["code"]) == (503, "too_many_listeners")
        assert int(full.headers["retry-after"]) > 0
        assert await counted(client, "listeners") == LISTENERS
    finally:
        for each in held:
            await each.__aexit__(None, None, None)
    async with asyncio.timeout(10):
        while await counted(client, "listeners"):
            await asyncio.sleep(0.05)
    assert await counted(client, "streams") == 0


async def test_a_snapshot_may_be_kept_for_two_seconds(client: Client) -> None:
    match = await in_play(client)
    answer = await client.get(f"{match}/live/snapshot")
    assert (answer.headers["etag"], answer.headers["cache-control"]) == ('"6"', "private, max-age=2")
    assert answer.json()["summary"]["runs"] == 2
    again = await client.get(f"{match}/live/snapshot", if_none_match='"6"')
    assert (again.status_code, again.content) == (304, b"")


async def rain(pavilion: Pavilion, match: str, times: int) -> None:
    """Play stops and goes on, told at length: more than the network keeps for who does not read."""
    words, match_id = "\N{CLOUD WITH RAIN}" * 2000, UUID(match[-36:])
    facts = [PlayInterrupted(reason=words), PlayResumed()] * times
    owner = await asyncpg.connect(pavilion.dsn)
    tenant = await owner.fetchval("select tenant_id from event where stream_id = $1 limit 1", match_id)
    rows = [
        (tenant, "match", match_id, version, uuid4(), type(fact).__name__, 1, encode(fact).decode(), "{}")
        for version, fact in enumerate(facts, 7)
    ]
    await store(owner, rows)
    await owner.close()


async def test_who_reads_nothing_is_cut_off_and_resumes(client: Client, pavilion: Pavilion) -> None:
    match = await in_play(client)
    before = await counted(client, "cut_off")
    address = (client.http.base_url.host, client.http.base_url.port or 80)
    connection = http.client.HTTPConnection(*address)
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(address)
        connection.sock = slow
        connection.request(
            "GET", f"{match}/live", headers={"Authorization": client.headers()["authorization"]}
        )
        answer = connection.getresponse()
        await rain(pavilion, match, 250)
        async with asyncio.timeout(20):
            while await counted(client, "cut_off") == before:
                await asyncio.sleep(0.05)
        assert await counted(client, "listeners") == 0
        received = await asyncio.to_thread(_all_of, answer)
    first = [event async for event in events_of(_lines(received))]
    assert [said(event)["version"] for event in first] == list(range(6, 6 + len(first)))
    assert 1 < len(first) < 501
    async with following(client, f"{match}/live", last=first[-1].id) as (_, events):
        rest = [said(await anext(events))["version"] for _ in range(501 - len(first))]
    assert rest == list(range(6 + len(first), 507))


def _all_of(answer: http.client.HTTPResponse) -> bytes:
    """All that had been sent when the line was cut."""
    try:
        return answer.read()
    except http.client.IncompleteRead as cut:
        return cut.partial


async def _lines(text: bytes) -> AsyncIterator[bytes]:
    for line in text.split(b"\n")[:-1]:
        yield line


async def test_being_told_to_end_it_ends_at_once(pavilion: Pavilion) -> None:
    """And nobody who listens keeps it from ending."""
    server = Server(environment(pavilion.dsn, pavilion.issuer, pavilion.bootstrap, pavilion.prefix))
    await server.start()
    try:
        async with httpx.AsyncClient(base_url=server.url, timeout=20) as session:
            client = pavilion.client(session)
            match = await in_play(client)
            async with following(client, f"{match}/live") as (_, events):
                last = (await anext(events)).id
                server.signal(signal.SIGTERM)
                async with asyncio.timeout(5):
                    assert [event async for event in events] == []
                    await server.ended()
        async with httpx.AsyncClient(base_url=pavilion.server.url, timeout=20) as session:
            elsewhere = Client(session, pavilion.issuer, client.tenant_id)
            await bowl(elsewhere, match, 1)
            async with following(elsewhere, f"{match}/live", last=last) as (_, events):
                assert said(await anext(events))["version"] == 7
    finally:
        await server.kill()


async def test_without_kafka_the_store_is_asked(pavilion: Pavilion) -> None:
    nowhere = environment(pavilion.dsn, pavilion.issuer, "127.0.0.1:1", pavilion.prefix)
    server = Server(nowhere)
    await server.start()
    try:
        async with httpx.AsyncClient(base_url=server.url, timeout=20) as session:
            client = pavilion.client(session)
            match = await in_play(client)
            async with following(client, f"{match}/live") as (_, events):
                await anext(events)
                await bowl(client, match, 5)
                async with asyncio.timeout(10):
                    assert [said(await anext(events))["version"] for _ in range(5)] == list(range(7, 12))
    finally:
        await server.kill()
