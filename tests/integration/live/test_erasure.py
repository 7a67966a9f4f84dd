"""A name is taken out of a match that others have folded, written into tables and follow: none of them goes on saying it."""

import asyncio

import asyncpg
import pytest

from adapters.postgres.match_projection import MATCH_MODEL
from adapters.postgres.pool import create_pool
from contracts.identity import OWNER
from tests.integration.api.conftest import Client
from tests.integration.live.conftest import Pavilion
from tests.integration.live.test_live import bowl, following, in_play
from tests.integration.relay.conftest import Broker, eventually
from tests.integration.relay.projecting import contents, projected, projecting

NICKNAME = 'Ravi "The Rock" Menon'
"""No event calls the person so; people write it in what they say of a ball."""


async def everything(client: Client, match: str, listening: asyncio.Event) -> str:
    """All that somebody is told who follows a match, from ``listening`` until they are sent away."""
    told = ""
    async with following(client, f"{match}/live", seconds=120) as (_, events):
        async for event in events:
            told += event.data
            listening.set()
    return told


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_those_who_know_it_read_the_match_anew(pavilion: Pavilion, client: Client) -> None:
    broker = Broker(pavilion.bootstrap, pavilion.prefix)
    owner = await asyncpg.connect(pavilion.dsn)
    pool = await create_pool(pavilion.dsn, role="pavilion_projector", application_name="test", max_size=4)

    async def written() -> str:
        return str(await contents(owner, MATCH_MODEL))

    async def stands() -> bool:
        return await projected(owner, MATCH_MODEL)

    try:
        async with projecting(MATCH_MODEL, pool, broker):
            match = await in_play(client)
            listening = asyncio.Event()
            followed = asyncio.create_task(everything(client, match, listening))
            await asyncio.wait_for(listening.wait(), 30)
            await bowl(client, match, 1, commentary=f"{NICKNAME} again! Only he can do that.")
            await bowl(client, match, 1)
            await eventually(stands)
            assert "The Rock" in await written()

            league = client.somebody("the owner", OWNER)
            erased = await league.post("/v1/persons/rcb1:erase", {"texts": [NICKNAME]})
            assert erased.status_code == 200, erased.text
            await eventually(stands)
            assert "The Rock" not in await written()
            assert "The Rock" in await followed  # those who heard it are sent away, to come again
            async with following(client, f"{match}/live", last="6") as (_, events):
                resumed = [(await anext(events)).data for _ in range(3)]
            assert "The Rock" not in "".join(resumed)

            # What is scored next is decided and told by those who had the match in memory.
            await bowl(client, match, 1)
            await eventually(stands)
            for path in ("", "/scorecard", "/events", "/export", "/live/snapshot"):
                shown = await client.get(f"{match}{path}")
                assert shown.status_code == 200, f"{path}: {shown.text}"
                assert "The Rock" not in shown.text, path
            assert erased.json()["name"] in (await client.get(f"{match}/export")).text
            assert "The Rock" not in await written()
    finally:
        await asyncio.gather(owner.close(), pool.close())
