"""What `pavilion live` reads of a stream and prints of a match."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from api.live import kinds
from benchmarks.matches import t20_match
from cli.event_stream import ServerSentEvent, events_of
from cli.live import lines_of
from domain.match import commands as c
from domain.match import decide, evolve, fold
from handlers.live.ports import Heard

MATCH, LEAGUE = UUID(int=7), UUID(int=1)
EVENTS = list(t20_match(1))


def told(events: list[Any]) -> dict[str, Any]:
    """What a listener is told of the last of these events."""
    *before, event = events
    state = fold(before)
    heard = Heard(
        tenant_id=LEAGUE,
        stream_id=MATCH,
        version=len(events),
        type=type(event).__name__,
        schema_version=1,
        data=b"{}",
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return json.loads(kinds.MATCH.tell(MATCH, evolve(state, event), event, heard))


def last(of: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """The first event of which this holds."""
    return next(
        said
        for number in range(1, len(EVENTS))
        if type(EVENTS[number]).__name__ == "BallRecorded" and of(said := told(EVENTS[: number + 1]))
    )


def test_a_ball_is_a_line_with_the_score_after_it() -> None:
    said = last(lambda said: said["ball"]["label"] == "4")
    (line, *_) = lines_of("event", said)
    ball = said["ball"]
    assert f"{ball['over']} {ball['bowler']} to {ball['striker']}: 4" in line
    assert said["summary"]["score"] in line


def test_a_wicket_stands_out_and_what_is_to_be_done_follows() -> None:
    said = last(lambda said: bool(said["ball"]["out"]))
    line, *turns = lines_of("event", said)
    assert f"[red]{said['ball']['label']}[/]" in line
    assert "  new batter needed" in turns


def test_a_corrected_ball_is_told_as_it_counts_now() -> None:
    ball = next(n for n, event in enumerate(EVENTS, 1) if type(event).__name__ == "BallRecorded")
    so_far = EVENTS[:ball]
    (corrected, *_) = decide(fold(so_far), c.Undo(reason="dead ball"), None)
    (line, *_) = lines_of("event", told([*so_far, corrected]))
    assert "ball removed" in line or "fact withdrawn" in line


def test_the_beginning_and_the_end() -> None:
    state = fold(EVENTS)
    assert lines_of("snapshot", json.loads(kinds.MATCH.snapshot(MATCH, state)))[0] == "[bold]Home v Away[/]"
    ending = json.loads(kinds.MATCH.ending(MATCH, state))
    assert lines_of("end", ending) == [f"[bold]{ending['status']}[/]"]
    assert ending["result"]["outcome"] in ("win", "tie")
    created = json.loads(kinds.MATCH.snapshot(MATCH, fold(EVENTS[:1])))
    assert len(lines_of("snapshot", created)) == 2


async def read(text: str) -> list[ServerSentEvent]:
    async def lines() -> AsyncIterator[bytes]:
        for line in text.encode().splitlines(keepends=True):
            yield line

    return [event async for event in events_of(lines())]


async def test_events_are_read_as_the_standard_says() -> None:
    text = (
        "retry: 2000\n\n: ping\n\nid: 7\nevent: event\ndata: a\ndata:  b\n\nevent: nothing\n\ndata\n\n"
        "data: last\r\n\r\nid: 9\ndata: cut sho"
    )
    assert await read(text) == [
        ServerSentEvent("event", "7", "a\n b"),
        ServerSentEvent("message", "7", ""),
        ServerSentEvent("message", "7", "last"),
    ]
