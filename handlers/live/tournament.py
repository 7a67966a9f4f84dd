"""What is heard of a tournament: its own events, and those of every match while it is in play."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from uuid import UUID

import msgspec
import structlog

from handlers.errors import VersionNotReached
from handlers.live.channel import Channel, Place
from handlers.live.feed import Frame, StreamFeed, parts_of
from handlers.live.match import END, EVENT, SNAPSHOT
from handlers.live.places import read_place, write_place
from handlers.live.ports import MalformedPlace, SseWriter

MATCH_EVENT = "match"
"""What an event of a match is called in the stream of its tournament."""

log = structlog.get_logger()


class TournamentChannel(Channel):
    """The events of a tournament and of its matches in play. A place in it is the version heard of each.

    A match comes in with the event of the tournament that opened it and is told from its first event; it goes out
    with the one that says it is over, after all that was said of it until then.
    """

    def __init__(
        self,
        feed: StreamFeed,
        write: SseWriter,
        linger_seconds: float,
        count_cut_off: Callable[[], None],
        *,
        take: Callable[[UUID], StreamFeed],
        give_back: Callable[[StreamFeed], None],
    ) -> None:
        super().__init__(feed, write, linger_seconds, count_cut_off)
        self._take = take
        self._give_back = give_back
        self._version = 0
        self._matches: dict[UUID, StreamFeed] = {}
        self._told: Place = {}
        self._to_tell: deque[Frame] = deque()
        self._working: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()
        self._opened = False

    async def open(self) -> None:
        async with self._opening:
            if self._opened:
                return
            await self.feed.open()
            if self.feed.version == 0:
                raise self.feed.kind.not_found(self.feed.stream_id)
            # Nothing is told yet, so what opens or ends meanwhile is only a matter of looking again.
            while missing := [match for match in self._within() if not self._is_loaded(match)]:
                for match in missing:
                    if match not in self._matches:
                        self._matches[match] = self._take(match)
                    await self._matches[match].open()
            for match in [match for match in self._matches if match not in self._within()]:
                self._give_back(self._matches.pop(match))
            self._version = self.feed.version
            self._told = {match: feed.version for match, feed in self._matches.items()}
            self.feed.ears.append(self._hear)
            for feed in self._matches.values():
                feed.ears.append(self._hear_match)
            self._opened = True
            self.tick(0.0)

    def leave(self) -> None:
        super().leave()
        if self._working is not None:
            self._working.cancel()
        with suppress(ValueError):
            self.feed.ears.remove(self._hear)
        for feed in self._matches.values():
            with suppress(ValueError):
                feed.ears.remove(self._hear_match)
            self._give_back(feed)
        self._matches.clear()

    def tells(self, feed: StreamFeed) -> bool:
        return feed is self.feed or feed in self._matches.values()

    async def place_of(self, said: str) -> Place:
        version, matches = read_place(said)
        if version > self._version:
            await self.feed.catch_up()
            await self.settle()
        for match, number in matches.items():
            if match in self._matches and number > self._matches[match].version:
                await self._matches[match].catch_up()
        if version > self._version:
            raise VersionNotReached(version, self._version, "tournament")
        unknown = matches.keys() - self._matches.keys()
        if unknown and not unknown <= self.feed.kind.known(self.feed.stream_id, self.feed.state):
            raise MalformedPlace("must be the id of an event of this stream")
        return {self.feed.stream_id: version, **matches}

    def has_heard_all(self, place: Place) -> bool:
        return self.ended and place[self.feed.stream_id] == self._version

    async def settle(self) -> None:
        while self._working is not None and not self._working.done():
            await asyncio.wait([self._working])

    # --- what comes --------------------------------------------------------------------------------------------

    def _hear_match(self, feed: StreamFeed, frame: Frame) -> None:
        self._told[feed.stream_id] = frame.version
        self.append(self._written(MATCH_EVENT, frame, self._version, self._told))

    def _hear(self, feed: StreamFeed, frame: Frame) -> None:
        if self.closed:
            return
        self._to_tell.append(frame)
        if self._working is None or self._working.done():
            self._working = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._to_tell:
                await self._turn(self._to_tell[0])
                self._to_tell.popleft()
        except Exception as error:
            # Whoever listens comes again and is given what is missing from the store.
            log.warning("live.tournament_lost", tournament=str(self.feed.stream_id), error=repr(error))
            self.close()

    async def _turn(self, frame: Frame) -> None:
        """Tell an event of the tournament, with what it does to the matches in play."""
        over = [match for match in self._matches if match not in frame.within]
        for match in over:
            await self._matches[match].catch_up()
        begun = [self._take(match) for match in frame.within if match not in self._matches]
        try:
            for feed in begun:
                await feed.open()
        except BaseException:
            for feed in begun:
                self._give_back(feed)
            raise
        self._version = frame.version
        for match in over:
            feed = self._matches.pop(match)
            feed.ears.remove(self._hear_match)
            self._told.pop(match)
            self._give_back(feed)
        self.append(self._written(EVENT, frame, self._version, self._told))
        for feed in begun:
            self._begin(feed)

    def _begin(self, feed: StreamFeed) -> None:
        self._matches[feed.stream_id] = feed
        self._told[feed.stream_id] = 0
        feed.ears.append(self._hear_match)
        frames = feed.frames_after(0)
        if frames is None:
            self.close()
            return
        for frame in frames:
            self._hear_match(feed, frame)

    # --- what was missed ---------------------------------------------------------------------------------------

    async def _missed(self, place: Place) -> AsyncIterator[tuple[bytes, int]]:
        version = place.pop(self.feed.stream_id)
        done: set[UUID] = set()
        frames: list[Frame] = []
        while True:
            await self.settle()
            if self.closed:
                return
            # From the one that was heard last, which says what was in play then.
            frames += await self._own_frames(frames[-1].version if frames else max(0, version - 1))
            if self._to_tell:
                continue
            far = [match for match in self._concerned(frames, place) if self._is_far(match, place, done)]
            if not far:
                break
            for match in far:
                over = match not in self._matches
                async for part in self._far(match, place, version):
                    yield part, self._end
                if over:
                    done.add(match)
        yield self._rest(version, frames, place), self._end

    async def _own_frames(self, version: int) -> list[Frame]:
        """The tournament's events after a version, up to where its feed is."""
        frames: list[Frame] = []
        while (kept := self.feed.frames_after(version)) is None:
            frames += await self.feed.told(version)
            version = frames[-1].version if frames else version
        return [*frames, *kept]

    def _concerned(self, frames: Iterable[Frame], place: Place) -> list[UUID]:
        """Matches that were in play at some time since."""
        return list(dict.fromkeys([*place, *(match for frame in frames for match in frame.within)]))

    def _is_far(self, match: UUID, place: Place, done: set[UUID]) -> bool:
        """Is what was missed of it only in the store? So it is when the match is over."""
        feed = self._matches.get(match)
        if feed is None:
            return match not in done
        return feed.frames_after(place.get(match, 0)) is None

    async def _far(self, match: UUID, place: Place, version: int) -> AsyncIterator[bytes]:
        feed = self._take(match)
        try:
            for part in parts_of(await feed.told(place.get(match, 0))):
                yield b"".join(self._each(MATCH_EVENT, feed.stream_id, part, place, version))
        finally:
            self._give_back(feed)

    def _each(
        self, event: str, match: UUID, frames: Iterable[Frame], place: Place, version: int
    ) -> Iterable[bytes]:
        for frame in frames:
            place[match] = frame.version
            yield self._written(event, frame, version, place)

    def _rest(self, version: int, frames: Iterable[Frame], place: Place) -> bytes:
        """What is at hand: first of the matches that were heard, so that none is left out when it goes out of play;
        then of the tournament; then of those that came into play."""
        parts: list[bytes] = []
        for match in [match for match in place if match in self._matches]:
            parts += self._of_match(match, place, version)
        for frame in frames:
            if version < frame.version <= self._version:
                version = frame.version
                parts.append(self._written(EVENT, frame, version, place))
        for match in self._matches:
            if match not in place:
                parts += self._of_match(match, place, version)
        return b"".join(parts) + self._said_at_the_end()

    def _of_match(self, match: UUID, place: Place, version: int) -> Iterable[bytes]:
        frames = self._matches[match].frames_after(place.get(match, 0)) or ()
        return self._each(MATCH_EVENT, match, frames, place, version)

    # --- how it is said ----------------------------------------------------------------------------------------

    def _written(self, event: str, frame: Frame, version: int, told: Place) -> bytes:
        return self._write(event=event, id=write_place(version, told), data=frame.data)

    def _snapshot(self) -> bytes:
        data = self.snapshot_data()
        return self._write(event=SNAPSHOT, id=write_place(self._version, self._told), data=data)

    def snapshot_data(self) -> bytes:
        """The tournament, and each match in play, as JSON."""
        own = self.feed.kind.snapshot(self.feed.stream_id, self.feed.state)
        matches = [
            msgspec.Raw(feed.kind.snapshot(match, feed.state))
            for match, feed in self._matches.items()
            if feed.version
        ]
        return msgspec.json.encode({"tournament": msgspec.Raw(own), "matches": matches})

    def _ending(self) -> bytes:
        data = self.feed.kind.ending(self.feed.stream_id, self.feed.state)
        return self._write(event=END, id=write_place(self._version, self._told), data=data)

    def _is_over(self) -> bool:
        return self._opened and self.feed.kind.over(self.feed.state) and not self._to_tell

    def _is_loaded(self, match: UUID) -> bool:
        return match in self._matches and self._matches[match].loaded

    def _within(self) -> tuple[UUID, ...]:
        return self.feed.kind.within(self.feed.stream_id, self.feed.state)
