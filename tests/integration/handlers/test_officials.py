"""No official at two matches at the same time, in all tournaments of a league together."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.officials import PostgresOfficialsDiary
from adapters.postgres.pool import create_pool
from domain.match.errors import CommandRefused
from domain.tournament.fixtures.model import Placement
from domain.tournament.lifecycle import commands as c
from handlers.tournament import TournamentHandler
from tests.unit.domain.tournament.lifecycle.organiser import settings

LEAGUE, ANOTHER_LEAGUE = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TEN = datetime(2026, 3, 1, 10, tzinfo=UTC)


class Cup:
    """A tournament of two teams, whose only match is placed. Its organiser's commands."""

    def __init__(self, pool: "asyncpg.Pool[Any]", league: UUID = LEAGUE) -> None:
        self.handler = TournamentHandler(PostgresEventStore(pool), diary=PostgresOfficialsDiary(pool))
        self.league = league
        self.id = uuid4()
        self.node = ""

    async def do(self, *commands: c.TournamentCommand) -> None:
        for command in commands:
            await self.handler.execute(self.league, self.id, (command,), idempotency_key=uuid4().hex, now=NOW)

    async def placed(self, starts_at: datetime) -> "Cup":
        """Its match lasts an hour."""
        entries = (c.SubmitEntry(team=team, name=f"Team {team}") for team in "ab")
        await self.do(
            c.CreateTournament(name="Cup", settings=settings(capacity=2)),
            c.OpenRegistration(),
            *entries,
            c.CloseRegistration(),
            c.DrawTournament(seeds=("a", "b")),
        )
        nodes = await self.handler.read(self.league, self.id, lambda state: tuple(state.matches))
        self.node = nodes[0]
        await self.do(c.SetFixtures(placements=tuple(self._places(nodes, starts_at))))
        return self

    def _places(self, nodes: tuple[str, ...], starts_at: datetime) -> list[Placement]:
        return [
            Placement(
                node=node,
                ground="oval",
                starts_at=starts_at + number * DAY,
                ends_at=starts_at + number * DAY + 60 * MINUTE,
            )
            for number, node in enumerate(nodes)
        ]

    async def assign(self, person: str = "erasmus") -> None:
        await self.do(c.AssignOfficial(node=self.node, person=person, name="M. Erasmus", role="umpire"))

    async def move(self, starts_at: datetime) -> None:
        place = Placement(node=self.node, ground="oval", starts_at=starts_at, ends_at=starts_at + 60 * MINUTE)
        await self.do(c.MoveFixtures(placements=(place,), reason="rain"))

    async def officials(self) -> list[str]:
        return await self.handler.read(
            self.league,
            self.id,
            lambda state: [each.person for each in state.match(self.node).officials],
        )


@pytest.fixture
async def pool(postgres_dsn: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
    pool = await create_pool(postgres_dsn, application_name="test", role="pavilion_app", max_size=8)
    yield pool
    await pool.close()


async def refusal(doing: Any) -> CommandRefused:
    with pytest.raises(CommandRefused) as refused:
        await doing
    return refused.value


async def test_ten_to_eleven_and_half_past_ten_to_half_past_eleven_collide(pool: Any) -> None:
    one = await Cup(pool).placed(TEN)
    other = await Cup(pool).placed(TEN + 30 * MINUTE)
    await one.assign()
    refused = await refusal(other.assign())
    assert refused.code == "official_busy"
    assert refused.detail == {"person": "erasmus", "tournament": str(one.id), "nodes": [one.node]}
    assert await other.officials() == []
    await other.assign("dar")


async def test_matches_that_follow_each_other_do_not(pool: Any) -> None:
    one = await Cup(pool).placed(TEN)
    other = await Cup(pool).placed(TEN + 60 * MINUTE)
    await one.assign()
    await other.assign()
    assert await other.officials() == ["erasmus"]


async def test_another_league_knows_nothing_of_it(pool: Any) -> None:
    one = await Cup(pool).placed(TEN)
    other = await Cup(pool, ANOTHER_LEAGUE).placed(TEN)
    await one.assign()
    await other.assign()
    assert await other.officials() == ["erasmus"]


@pytest.mark.parametrize("how", ["removed", "moved", "cancelled"])
async def test_whoever_is_free_again_can_be_assigned(pool: Any, how: str) -> None:
    one = await Cup(pool).placed(TEN)
    other = await Cup(pool).placed(TEN)
    await one.assign()
    match how:
        case "removed":
            await one.do(c.RemoveOfficial(node=one.node, person="erasmus", reason="ill"))
        case "moved":
            await one.move(TEN - 2 * DAY)
        case _:
            await one.do(c.CancelTournament(reason="no ground"))
    await other.assign()
    assert await other.officials() == ["erasmus"]


async def test_a_match_is_not_moved_to_where_its_official_is_elsewhere(pool: Any) -> None:
    one = await Cup(pool).placed(TEN)
    other = await Cup(pool).placed(TEN - 2 * DAY)
    await one.assign()
    await other.assign()
    assert (await refusal(other.move(TEN + 30 * MINUTE))).code == "official_busy"
    await other.move(TEN - 90 * MINUTE)


async def test_of_many_who_want_somebody_at_once_one_gets_them(pool: Any) -> None:
    cups = [await Cup(pool).placed(TEN) for _ in range(6)]
    answers = await asyncio.gather(*(cup.assign() for cup in cups), return_exceptions=True)
    assert sorted(type(each).__name__ for each in answers) == ["CommandRefused"] * 5 + ["NoneType"]
    assert sorted([await cup.officials() for cup in cups]) == [[]] * 5 + [["erasmus"]]


async def test_two_who_share_their_officials_do_not_wait_for_each_other(pool: Any) -> None:
    one, other = await Cup(pool).placed(TEN), await Cup(pool).placed(TEN + 120 * MINUTE)
    for person in ("ann", "bob", "cat"):
        await one.assign(person)
    for person in ("cat", "bob", "ann"):
        await other.assign(person)
    minutes = range(1, 9)
    await asyncio.wait_for(
        asyncio.gather(
            *(one.move(TEN + number * MINUTE) for number in minutes),
            *(other.move(TEN + (120 + number) * MINUTE) for number in minutes),
        ),
        30,
    )
    assert len(await one.officials()) == len(await other.officials()) == 3
