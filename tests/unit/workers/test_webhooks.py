"""The loop of the inbox goes on whatever happens, and ends when it is told to."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from contracts.webhooks import InboxStanding, WaitingEvent
from handlers.ports import StoreUnavailable
from workers import webhooks
from workers.webhooks import work_off


class Inbox:
    """Gives what it was given, one batch a claim; what is an exception is raised. Then it says stop."""

    def __init__(self, *claims: list[Any] | Exception) -> None:
        self.claims = list(claims)
        self.stop = asyncio.Event()

    async def claim(self, limit: int, lease: timedelta) -> list[WaitingEvent]:
        if not self.claims:
            self.stop.set()
            return []
        found = self.claims.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    async def standing(self) -> InboxStanding:
        return InboxStanding(waiting=0, failing=0, oldest_received_at=None)


class Handler:
    def __init__(self, failure: Exception | None = None) -> None:
        self.handled: list[Sequence[Any]] = []
        self.failure = failure

    async def handle(self, batch: Sequence[Any]) -> Counter[str]:
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        self.handled.append(batch)
        return Counter({"told": len(batch)})


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses."""
    for name in ("IDLE_SECONDS", "AWAY_SECONDS"):
        monkeypatch.setattr(webhooks, name, 0.0)


async def work(inbox: Any, handler: Any) -> None:
    await asyncio.wait_for(work_off(inbox.stop, inbox, handler), 60)


async def test_batch_after_batch_is_handled() -> None:
    handler = Handler()
    await work(Inbox([1, 2], [3]), handler)
    assert [batch for batch in handler.handled if batch] == [[1, 2], [3]]


async def test_it_waits_out_a_database_that_is_away() -> None:
    handler = Handler()
    await work(Inbox(StoreUnavailable("away"), [1]), handler)
    assert [batch for batch in handler.handled if batch] == [[1]]


async def test_it_goes_on_when_what_became_of_a_batch_could_not_be_noted() -> None:
    """What was not noted is offered again when its lease is over."""
    handler = Handler(StoreUnavailable("away"))
    await work(Inbox([1], [1]), handler)
    assert [batch for batch in handler.handled if batch] == [[1]]


async def test_it_counts_what_became_of_events() -> None:
    before = webhooks.ENDED.labels("told")._value.get()
    await work(Inbox([1, 2], [3]), Handler())
    assert webhooks.ENDED.labels("told")._value.get() == before + 3
