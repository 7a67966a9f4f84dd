"""A person's name goes out of everything a league shows and stores, and what they did on the field stays."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from adapters.postgres.pool import create_pool
from contracts.events import NewEvent, StoredEvent
from contracts.identity import OWNER
from handlers.persons import PersonalData, PersonHandler, Rewritten, Stream
from handlers.request import NOBODY
from tests.integration.api.conftest import FIRST_BALL, Client
from tests.integration.api.test_problems import assert_problem
from tests.integration.api.test_sessions import match_day, until
from tests.integration.api.test_tournaments import ok, project

NAME = "Ravi Menon-Shah"
BORN = "1990-01-31"


@pytest.fixture
def owner(client: Client) -> Client:
    """The owner of the client's league."""
    return client.somebody("the owner", OWNER)


@pytest.fixture
async def database(postgres_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that sees everything."""
    connection = await asyncpg.connect(postgres_dsn)
    yield connection
    await connection.close()


async def played(client: Client) -> str:
    """A match in which the person made four runs, and somebody wrote about it: version 6."""
    match = await client.created()
    for team in ("rcb", "mi"):
        players = [{"id": f"{team}{n}", "name": f"{team.upper()} {n}"} for n in range(1, 12)]
        if team == "rcb":
            players[0]["name"] = NAME
        ok(await client.put(f"{match}/line-ups/{team}", {"players": players}))
    ok(await client.post(f"{match}/toss", {"winner": "rcb", "decision": "bat"}))
    ok(await client.post(f"{match}/innings"))
    ok(
        await client.post(
            f"{match}/balls", {**FIRST_BALL, "bat_runs": 4, "commentary": f"{NAME.upper()}, what a shot!"}
        )
    )
    return match


async def erase(who: Client, *texts: str, **headers: str) -> httpx.Response:
    return await who.post("/v1/persons/rcb1:erase", {"texts": texts}, **headers)


async def stored(database: asyncpg.Connection) -> str:
    """All that stands in any table of the database."""
    tables = await database.fetch(
        "select format('select t::text as said from %I t', relname) as asked from pg_class"
        " where relkind = 'r' and relnamespace = 'public'::regnamespace"
    )
    found = [row["said"] for table in tables for row in await database.fetch(table["asked"])]
    return "\n".join(found).lower()


def lines(answer: httpx.Response) -> list[dict[str, Any]]:
    """The things of an export."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_the_name_goes_and_the_runs_stay(
    client: Client, owner: Client, postgres_dsn: str, database: asyncpg.Connection
) -> None:
    await client.post("/v1/players", {"id": "rcb1", "name": NAME, "born": BORN})
    ok(await client.post("/v1/players/rcb1:archive"))
    match = await played(client)
    await project(postgres_dsn)
    card = (await client.get(f"{match}/scorecard")).json()

    name = ok(await erase(owner))["name"]
    await project(postgres_dsn)  # made anew, it does not come back

    assert not [text for text in (NAME.lower(), BORN) if text in await stored(database)]
    for path in ("", "?at=6", "/scorecard", "/scorecard?at=6", "/events", "/export"):
        shown = await client.get(f"{match}{path}")
        assert shown.status_code == 200, shown.text
        assert NAME.lower() not in shown.text.lower(), path
    after = (await client.get(f"{match}/scorecard")).json()
    assert after == {**json.loads(json.dumps(card).replace(NAME, name)), "version": card["version"] + 1}
    assert (await client.get(f"{match}/export")).json()["info"]["registry"]["people"][name] == "rcb1"
    player = (await client.get("/v1/players/rcb1")).json()
    assert (player["name"], player["born"], bool(player["archived_at"])) == (name, None, True)
    ok(await client.post(f"{match}/balls", FIRST_BALL))  # the match goes on


@pytest.mark.usefixtures("with_workflows")
async def test_it_goes_out_of_tournaments_and_match_days(
    client: Client, owner: Client, postgres_dsn: str, database: asyncpg.Connection
) -> None:
    tournament, match = await match_day(client)
    node = (await client.get(f"{match}/session")).json()["node"]
    official = f"{tournament}/fixtures/{node}/officials/rcb1"
    ok(await client.put(official, {"name": NAME, "role": "referee"}))
    await until(client, f"{match}/session", lambda answer: NAME in answer.text)
    squad = {"players": [{"id": "rcb1", "name": "Ravi MS", "born": BORN}]}
    entered = await client.put(f"{tournament}/entries/rcb/squad", squad)
    assert entered.status_code in (200, 409, 422)
    await project(postgres_dsn)

    name = ok(await erase(owner, "captain@example.org"))["name"]
    await project(postgres_dsn)

    said = await stored(database)
    assert not [
        text for text in (NAME.lower(), "ravi ms", 'rcb 1"', BORN, "captain@example.org") if text in said
    ]
    for path in (f"{match}/session", f"{tournament}/officials", f"{tournament}/entries", tournament):
        assert NAME not in (await client.get(path)).text, path
    assert name in (await client.get(f"{match}/session")).text
    captain = client.somebody("captain-rcb", "captain")
    ok(await captain.post(f"{match}/session:concede", {"team": "rcb", "reason": "rain"}))  # the day goes on


async def test_said_again_it_is_as_it_was(
    client: Client, owner: Client, database: asyncpg.Connection
) -> None:
    match = await played(client)
    stranger = Client(client.http, client.issuer)
    theirs = await played(stranger)
    first = await erase(owner, idempotency_key="once")
    counted = await database.fetchval("select count(*) from event")
    assert (await erase(owner, idempotency_key="once")).json() == first.json()
    assert (await erase(owner)).json() == first.json()
    assert await database.fetchval("select count(*) from event") == counted
    events = (await client.get(f"{match}/events")).json()["events"]
    assert [event["type"] for event in events][-2:] == ["BallRecorded", "PersonErased"]
    assert events[-1]["data"] == first.json()
    assert NAME in (await stranger.get(f"{theirs}/scorecard")).text


async def test_broken_off_it_goes_on(app: FastAPI, client: Client, database: asyncpg.Connection) -> None:
    for _ in range(2):
        await played(client)
    known = app.state.services
    broken = PersonHandler(known.store, Breaking(known.league_data.data, after=1), known.registers)
    with pytest.raises(ConnectionError):
        await broken.erase(client.tenant_id, "rcb1", **asked())
    assert NAME.lower() in await stored(database)
    done = await known.persons.erase(client.tenant_id, "rcb1", **asked())
    assert (done.streams, NAME.lower() in await stored(database)) == (1, False)
    erased = await database.fetch("select stream_id from event where type = 'PersonErased'")
    assert len(erased) == len({row["stream_id"] for row in erased}) == 2


async def test_nobody_by_that_id(client: Client, owner: Client) -> None:
    await played(client)
    assert_problem(await owner.post("/v1/persons/rcb:erase", {}), 404, "person_not_found")
    assert_problem(await owner.get("/v1/persons/nobody/export"), 404, "person_not_found")
    assert_problem(
        await Client(client.http, client.issuer, roles=(OWNER,)).get("/v1/persons/rcb1/export"),
        404,
        "person_not_found",
    )


async def test_a_person_takes_everything_along(client: Client, owner: Client) -> None:
    await client.post("/v1/players", {"id": "rcb1", "name": NAME, "born": BORN})
    await played(client)
    found = lines(await owner.get("/v1/persons/rcb1/export"))
    assert [one.get("type", one["what"]) for one in found] == [
        "register",
        "PlayerRegistered",
        "LineUpNamed",
        "BallRecorded",
    ]
    assert found[0]["entry"]["born"] == BORN


async def test_a_league_takes_everything_along(
    client: Client, owner: Client, database: asyncpg.Connection
) -> None:
    await client.post("/v1/teams", {"id": "rcb", "name": "Royal Challengers"})
    await played(client)
    await played(Client(client.http, client.issuer))
    found = lines(await owner.get("/v1/tenant/export"))
    events = [one for one in found if one["what"] == "event"]
    assert [one["entry"]["id"] for one in found if one["what"] == "register"] == ["rcb"]
    ours = await database.fetch(
        "select stream_id, version from event where tenant_id = $1 order by txid, position", client.tenant_id
    )
    assert [(UUID(one["stream_id"]), one["version"]) for one in events] == [tuple(row) for row in ours]


async def test_events_are_rewritten_by_nobody_else(client: Client, postgres_dsn: str) -> None:
    await played(client)
    async with await create_pool(
        postgres_dsn, role="pavilion_app", application_name="test", max_size=1
    ) as pool:
        for statement in ("update event set data = '{}'", "delete from event"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.execute(statement)
        for become in ("set role pavilion_eraser", "select set_config('role', 'pavilion_eraser', false)"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.execute(become)


@pytest.mark.parametrize(
    "role", ["pavilion_relay", "pavilion_projector", "pavilion_webhooks", "pavilion_auth"]
)
async def test_who_serves_nobody_rewrites_nothing(postgres_dsn: str, role: str) -> None:
    async with await create_pool(postgres_dsn, role=role, application_name="test", max_size=1) as pool:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(
                "select rewrite_events($1, $1, array[1], array[1::smallint], array['{}'::jsonb])", uuid4()
            )


def asked() -> dict[str, Any]:
    """How a handler is asked to erase somebody."""
    return {"key": "one", "caller": NOBODY}


class Breaking:
    """Personal data that cannot be rewritten any more after some streams."""

    def __init__(self, data: PersonalData, *, after: int) -> None:
        self._data = data
        self._left = after

    async def streams_saying(self, tenant_id: UUID, texts: Sequence[str]) -> list[tuple[str, UUID]]:
        return await self._data.streams_saying(tenant_id, texts)

    def events(self, tenant_id: UUID) -> AsyncIterator[StoredEvent]:
        return self._data.events(tenant_id)

    async def rewrite(
        self, tenant_id: UUID, stream: Stream, events: Sequence[Rewritten], said: NewEvent | None
    ) -> None:
        if not self._left:
            raise ConnectionError
        self._left -= 1
        await self._data.rewrite(tenant_id, stream, events, said)
