"""Creates tournaments and asks their workflows, from a process of its own; and the bare workflow the same.

    python -m benchmarks.tournament_load API_URL TEMPORAL_ADDRESS      PAVILION_TOKEN is the token

Prints one JSON document: for "ours" and "bare" the milliseconds of each start and of each read, and how many
requests had to be sent again.
"""

import asyncio
import json
import os
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop

from adapters.temporal.client import connect
from benchmarks.bare_worker import start as start_bare
from benchmarks.bare_workflow import BareWorkflow
from cli.client import PavilionClient
from cli.tournament_api import TournamentApi
from domain.tournament.format import presets
from domain.tournament.lifecycle.commands import CreateTournament
from domain.tournament.lifecycle.settings import TournamentSettings

COUNT = 50
PER_SECOND = 5
"""Open loop: the next one is begun when it is due, however long the others take."""
CREATION = CreateTournament(name="Premier League", settings=TournamentSettings(format=presets.ipl()))

Step = Callable[[uuid.UUID], Awaitable[None]]


async def paced(ids: list[uuid.UUID], step: Step) -> list[float]:
    """Milliseconds of each step, from the moment it was due."""
    origin = time.perf_counter()

    async def one(number: int, id: uuid.UUID) -> float:
        due = origin + number / PER_SECOND
        await asyncio.sleep(due - time.perf_counter())
        await step(id)
        return 1000 * (time.perf_counter() - due)

    return await asyncio.gather(*(one(number, id) for number, id in enumerate(ids)))


async def work(url: str, address: str) -> dict[str, Any]:
    bare = await connect(address)
    ids = [uuid.uuid4() for _ in range(COUNT)]
    async with PavilionClient(url, lambda: os.environ["PAVILION_TOKEN"]) as client:

        async def create(id: uuid.UUID) -> None:
            tournament = TournamentApi(client, id)
            await tournament.create(CREATION)
            found = await tournament.about()
            if found["phase"] != "draft":
                raise RuntimeError(f"a new tournament is {found['phase']}")

        async def read(id: uuid.UUID) -> None:
            await TournamentApi(client, id).about("/progress")

        async def create_bare(id: uuid.UUID) -> None:
            await start_bare(bare, f"bare/{id}")

        async def read_bare(id: uuid.UUID) -> None:
            await bare.get_workflow_handle(f"bare/{id}").query(BareWorkflow.said)

        return {
            "ours": {"start": await paced(ids, create), "read": await paced(ids, read)},
            "bare": {"start": await paced(ids, create_bare), "read": await paced(ids, read_bare)},
            "sent_again": client.counts.again,
        }


if __name__ == "__main__":
    print(json.dumps(uvloop.run(work(*sys.argv[1:]))))
