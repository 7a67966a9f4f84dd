"""No broadcaster at all: what is listened to is read from the store."""

import asyncio
from collections.abc import Callable, Container

from handlers.live.ports import Heard


class Silence:
    """A :class:`handlers.live.ports.Broadcaster` for an installation without Kafka."""

    following = False

    async def follow(self, wanted: Container[bytes], hear: Callable[[Heard], None]) -> None:
        """Says nothing."""
        await asyncio.Event().wait()
