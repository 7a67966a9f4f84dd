"""What is heard of one stream: a match."""

from collections.abc import AsyncIterator

from handlers.errors import VersionNotReached
from handlers.live.channel import Channel, Place
from handlers.live.feed import SENT_TOGETHER, Frame, StreamFeed, parts_of
from handlers.live.places import version_in

EVENT, SNAPSHOT, END = "event", "snapshot", "end"


class MatchChannel(Channel):
    """The events of one stream. A place in it is the version of the last one heard."""

    async def open(self) -> None:
        await self.feed.open()
        if self.feed.version == 0:
            raise self.feed.kind.not_found(self.feed.stream_id)
        if self._hear not in self.feed.ears:
            self.feed.ears.append(self._hear)
            self.tick(0.0)

    def leave(self) -> None:
        super().leave()
        if self._hear in self.feed.ears:
            self.feed.ears.remove(self._hear)

    async def place_of(self, said: str) -> Place:
        version = version_in(said)
        if version > self.feed.version:
            # Another process had told it already.
            await self.feed.catch_up()
        if version > self.feed.version:
            raise VersionNotReached(version, self.feed.version)
        return {self.feed.stream_id: version}

    def has_heard_all(self, place: Place) -> bool:
        return self.ended and place[self.feed.stream_id] == self.feed.version

    def _hear(self, feed: StreamFeed, frame: Frame) -> None:
        self.append(self._written(frame))

    def _written(self, frame: Frame) -> bytes:
        return self._write(event=EVENT, id=str(frame.version), data=frame.data)

    def snapshot_data(self) -> bytes:
        return self.feed.kind.snapshot(self.feed.stream_id, self.feed.state)

    def _snapshot(self) -> bytes:
        return self._write(event=SNAPSHOT, id=str(self.feed.version), data=self.snapshot_data())

    async def _missed(self, place: Place) -> AsyncIterator[tuple[bytes, int]]:
        feed, version = self.feed, place[self.feed.stream_id]
        while (frames := feed.frames_after(version)) is None or len(frames) > SENT_TOGETHER:
            far = await feed.told(version) if frames is None else frames[:SENT_TOGETHER]
            for part in parts_of(far):
                version = part[-1].version
                yield b"".join(map(self._written, part)), self._end
                if self.closed:  # a name may have been taken out of what is left
                    return
        yield b"".join(map(self._written, frames)) + self._said_at_the_end(), self._end

    def _ending(self) -> bytes:
        feed = self.feed
        return self._write(event=END, id=str(feed.version), data=feed.kind.ending(feed.stream_id, feed.state))

    def _is_over(self) -> bool:
        return self.feed.kind.over(self.feed.state) and self._lingered(self.feed.moved_at)
