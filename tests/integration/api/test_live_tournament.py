"""A tournament as it happens: its own events, and those of every match in play, each once."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import cycle
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from fastapi import FastAPI

from api.issuer import DevelopmentIssuer
from api.live import published
from cli.event_stream import ServerSentEvent, events_of
from domain.identity.revocations import SubjectChanged
from handlers.live.hub import LiveHub
from handlers.live.places import write_place
from tests.integration.api.conftest import Client, serving
from tests.integration.api.cup import FINAL, ONE_RUN, Cup
from tests.integration.api.test_tournaments import created, project

pytestmark = pytest.mark.usefixtures("with_workflows")


class Reader:
    """Follows a tournament at one process after the other, and is cut off time and again. ``versions`` are those it
    was told of each stream, in order; ``shown`` those that its snapshot was of."""

    def __init__(self, hubs: Iterable[LiveHub], tenant: UUID, tournament: UUID) -> None:
        self.hubs = cycle(hubs)
        self.tenant = tenant
        self.tournament = tournament
        self.versions: dict[str, list[int]] = defaultdict(list)
        self.shown: dict[str, int] = {}
        self.events: list[ServerSentEvent] = []
        self.cuts = 0
        self.last = ""

    async def read(self, until_version: int, lengths: Iterable[int]) -> None:
        """Until it has been told the tournament's version; each time at most so many events."""
        for length in lengths:
            listener = await next(self.hubs).listen_to_tournament(self.tenant, self.tournament)
            place = await listener.channel.place_of(self.last) if self.last else None
            chunks = listener.channel.listen(place, lambda: True)
            try:
                left = length
                async for event in events_of(_lines(chunks)):
                    self._told(event)
                    left -= 1
                    if self.heard >= until_version:
                        return
                    if not left:
                        break
            finally:
                await chunks.aclose()  # type: ignore[attr-defined]
                listener.leave()
            self.cuts += 1

    @property
    def heard(self) -> int:
        """The version of the tournament that it was told last."""
        mine = str(self.tournament)
        return max([self.shown.get(mine, 0), *self.versions[mine]])

    def _told(self, event: ServerSentEvent) -> None:
        self.events.append(event)
        self.last = event.id
        said = json.loads(event.data)
        if event.name == "snapshot":
            assert not self.shown, "only who comes for the first time is shown one"
            self.shown = {said["tournament"]["tournament_id"]: said["tournament"]["version"]}
            self.shown |= {match["match_id"]: match["version"] for match in said["matches"]}
        else:
            self.versions[said["match_id" if event.name == "match" else "tournament_id"]].append(
                said["version"]
            )


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        for line in chunk.splitlines():
            yield line


async def version_of(cup: Cup) -> int:
    return int((await cup.client.get(cup.address)).headers["etag"].strip('"'))


async def test_readers_cut_off_time_and_again_are_told_every_version_once(
    client: Client, app: FastAPI, postgres_dsn: str, issuer: DevelopmentIssuer
) -> None:
    cup = await Cup.drawn_up(client, app.state.services)
    tournament = UUID(cup.address[-36:])
    random = Random(7)
    async with serving(postgres_dsn, issuer) as other:
        hubs = [app.state.services.live, other.state.services.live]
        often, seldom, whole = (Reader(hubs, client.tenant_id, tournament) for _ in range(3))
        begun = asyncio.Event()

        async def played() -> int:
            await begun.wait()
            matches = [await cup.play(await cup.node_of(*pair), pair[0]) for pair in ("ab", "ac", "bc")]
            await cup.play(FINAL, "a")
            assert len(matches) == 3
            found = await cup.until("", lambda found: found["phase"] == "completed")
            return found["version"]

        playing = asyncio.create_task(played())
        reading = [
            asyncio.create_task(often.read(1_000_000, (random.randint(1, 6) for _ in range(400)))),
            asyncio.create_task(seldom.read(1_000_000, (random.randint(20, 60) for _ in range(400)))),
            asyncio.create_task(whole.read(1_000_000, [1_000_000])),
        ]
        async with asyncio.timeout(30):
            while not all(reader.events for reader in (often, seldom, whole)):
                await asyncio.sleep(0.02)
        begun.set()
        last = await playing
        async with asyncio.timeout(30):
            while not all(reader.heard >= last for reader in (often, seldom, whole)):
                await asyncio.sleep(0.02)
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
    assert often.cuts > 20
    assert seldom.cuts >= 1
    expected = await _expected(cup, tournament)
    for reader in (often, seldom, whole):
        for stream, total in expected.items():
            first = reader.shown.get(stream, 0) + 1
            assert reader.versions[stream] == list(range(first, total + 1)), stream
    tables = [
        said["tables"] for event in whole.events if event.name == "event" and (said := json.loads(event.data))
    ]
    assert [row["team"] for row in [each for each in tables if each][-1][0]["rows"]] == await cup.order()


async def _expected(cup: Cup, tournament: UUID) -> dict[str, int]:
    """The versions that there are of the tournament, and of each of its matches."""
    found = {str(tournament): await version_of(cup)}
    for fixture in await cup.fixtures():
        match = await cup.client.get(f"/v1/matches/{fixture['match_id']}")
        found[fixture["match_id"]] = match.json()["version"]
    return found


async def test_the_public_follows_what_is_published_and_nothing_else(
    client: Client, app: FastAPI, postgres_dsn: str
) -> None:
    cup = await Cup.drawn_up(client, app.state.services)
    node = (await cup.fixtures())[0]["node"]
    match = await cup.begin(node)
    await cup.bat(
        match, (await cup.fixture(node))["home"]["team"], (await cup.fixture(node))["away"]["team"], ONE_RUN
    )
    draft = await created(client)
    own = await client.created()
    await project(postgres_dsn)
    public = f"/v1/public/{client.tenant_id}"

    async def asked(path: str, **headers: str) -> Any:
        return await client.http.get(path.replace("/v1", public, 1), headers=headers)

    for path in (cup.address, match):
        snapshot = await asked(f"{path}/live/snapshot")
        assert (snapshot.status_code, snapshot.headers["cache-control"]) == (200, "public, max-age=2")
        again = await asked(f"{path}/live/snapshot", **{"if-none-match": snapshot.headers["etag"]})
        assert again.status_code == 304
        follow = await asked(f"{path}/live", **{"last-event-id": "nowhere"})
        assert (follow.status_code, follow.json()["param"]) == (400, "Last-Event-ID"), "it may be followed"
    seen = (await asked(f"{cup.address}/live/snapshot")).json()
    assert [one["version"] for one in seen["matches"] if one["match_id"] == match[-36:]] != []
    for path in (draft, own):
        for end in ("/live", "/live/snapshot"):
            assert (await asked(path + end)).status_code == 404
    elsewhere = cup.address.replace("/v1", "/v1/public/00000000-0000-0000-0000-000000000000", 1)
    assert (await client.http.get(f"{elsewhere}/live")).json()["code"] == "tournament_not_found"


@asynccontextmanager
async def followed(
    app: FastAPI, path: str, **headers: str
) -> AsyncIterator[tuple[bytearray, asyncio.Task[None]]]:
    """What an address has sent so far, and the task that serves it."""
    sent, hangs_up = bytearray(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        await hangs_up.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.extend(message.get("body", b""))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("192.0.2.1", 1),
        "server": ("test", 80),
    }
    serving_it = asyncio.ensure_future(app(scope, receive, send))
    async with asyncio.timeout(20):
        while b"event: snapshot" not in sent:
            await asyncio.sleep(0.01)
        yield sent, serving_it
        hangs_up.set()
        await serving_it


async def test_who_is_logged_out_hears_nothing_more_within_two_seconds(client: Client, app: FastAPI) -> None:
    match = await client.in_play()
    revocations = app.state.services.verifier._revocations
    token = client.headers()["authorization"]
    other = Client(client.http, client.issuer, client.tenant_id, subject="other").headers()["authorization"]
    async with (
        followed(app, f"{match}/live", authorization=token) as (_, ending),
        followed(app, f"{match}/live", authorization=other) as (_, going_on),
    ):
        begun = time.monotonic()
        revocations.apply(SubjectChanged(client.subject, client.tenant_id), time.time() + 1)
        await ending
        assert time.monotonic() - begun < 2
        assert not going_on.done()


async def test_what_is_published_no_more_is_followed_no_more(
    client: Client, app: FastAPI, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "LOOK_SECONDS", 0.0)
    cup = await Cup.drawn_up(client, app.state.services)
    match = await cup.begin((await cup.fixtures())[0]["node"])
    await project(postgres_dsn)
    public = f"/v1/public/{client.tenant_id}"
    token = client.headers()["authorization"]
    async with (
        followed(app, f"{cup.address.replace('/v1', public, 1)}/live") as (_, of_tournament),
        followed(app, f"{match.replace('/v1', public, 1)}/live") as (_, of_match),
        followed(app, f"{match}/live", authorization=token) as (_, of_its_own_people),
    ):
        await asyncio.sleep(1.5)
        assert not of_tournament.done()
        assert not of_match.done()
        owner = await asyncpg.connect(postgres_dsn)
        await owner.execute("update rm_tournament set published = false")
        await owner.close()
        await asyncio.gather(of_tournament, of_match)
        assert not of_its_own_people.done()


async def test_a_place_that_names_another_match_shows_nothing_of_it(client: Client, app: FastAPI) -> None:
    cup = await Cup.drawn_up(client, app.state.services)
    own = await client.in_play()
    forged = write_place(1, {UUID(own[-36:]): 1})
    answer = await client.get(f"{cup.address}/live", last_event_id=forged)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_parameter")
    ahead = await client.get(f"{cup.address}/live", last_event_id="9999")
    assert (ahead.status_code, ahead.json()["code"]) == (404, "version_not_reached")
