"""What anybody follows is seen to be published from time to time, by one for all."""

import asyncio
from uuid import UUID

import pytest

from api.live import published
from api.live.published import Publications
from handlers.ports import StoreUnavailable

LEAGUE, MATCH = UUID(int=1), UUID(int=2)


class Looking:
    def __init__(self) -> None:
        self.published, self.away, self.times = True, False, 0

    async def __call__(self) -> bool:
        self.times += 1
        if self.away:
            raise StoreUnavailable("away")
        return self.published


@pytest.fixture
def look() -> Looking:
    return Looking()


async def seen_again() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_what_is_withdrawn_is_seen_at_the_next_look(
    look: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "LOOK_SECONDS", 0.0)
    seen = Publications().of(LEAGUE, MATCH, look)
    assert seen()
    await seen_again()
    look.published = False
    assert seen()
    await seen_again()
    assert not seen()


async def test_while_the_store_is_away_it_stays_as_it_was_seen(
    look: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "LOOK_SECONDS", 0.0)
    look.away = True
    seen = Publications().of(LEAGUE, MATCH, look)
    for _ in range(3):
        assert seen()
        await seen_again()
    assert look.times == 3


async def test_all_who_follow_the_same_share_one_look(look: Looking, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(published.time, "monotonic", lambda: now)
    known = Publications()
    followers = [known.of(LEAGUE, MATCH, look) for _ in range(1_000)]
    for now in (101.0, 114.0, 115.5, 116.0, 129.0):  # noqa: B007 - the clock
        assert all(seen() for seen in followers)
        await seen_again()
    assert look.times == 1


async def test_what_is_published_again_is_followed_again(
    look: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "LOOK_SECONDS", 0.0)
    known = Publications()
    look.published = False
    ended = known.of(LEAGUE, MATCH, look)
    ended()
    await seen_again()
    look.published = True
    assert (ended(), known.of(LEAGUE, MATCH, look)()) == (False, True)
