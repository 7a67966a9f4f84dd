"""Server-sent events as a client reads them (WHATWG HTML, section 9.2)."""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """``id`` is the last one said, with this event or before it; "" if none was."""

    name: str
    id: str
    data: str


async def events_of(lines: AsyncIterable[bytes]) -> AsyncIterator[ServerSentEvent]:
    """The events of a stream, from its lines. One that the end of the stream cuts short is no event."""
    name, last_id, data = "", "", []
    async for raw in lines:
        line = raw.decode().rstrip("\r\n")
        if not line:
            if data:
                yield ServerSentEvent(name or "message", last_id, "\n".join(data))
            name, data = "", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
        elif field == "id":
            last_id = value
