"""The relay as a Temporal activity: Temporal knows where it runs and starts it elsewhere when it is gone."""

import asyncio
import contextlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from temporalio import activity

from activities.event_relay import Relay
from contracts.relay import RelayReport, RelayShard

HEARTBEAT_SECONDS = 1.0


class RelayActivities:
    """``open_relay`` gives a relay with its connections, for as long as its context lasts."""

    def __init__(self, open_relay: Callable[[RelayShard], AbstractAsyncContextManager[Relay]]) -> None:
        self._open_relay = open_relay

    @activity.defn
    async def relay_events(self, shard: RelayShard) -> RelayReport:
        """Relay for ``seconds_per_run``, or until the worker goes down; heartbeats tell how far.

        The cursor in Postgres, not a heartbeat, says where the next attempt begins.
        """
        async with self._open_relay(shard) as relay:
            stop = asyncio.Event()
            beating = asyncio.create_task(_beat(relay))
            stopping = asyncio.create_task(_stop_in_time(stop, shard.seconds_per_run))
            try:
                await relay.run(stop)
            finally:
                beating.cancel()
                stopping.cancel()
                await asyncio.gather(beating, stopping, return_exceptions=True)
            return _report(relay)


async def _beat(relay: Relay) -> None:
    while True:
        activity.heartbeat(_report(relay))
        await asyncio.sleep(HEARTBEAT_SECONDS)


async def _stop_in_time(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(activity.wait_for_worker_shutdown(), seconds)
    stop.set()


def _report(relay: Relay) -> RelayReport:
    return RelayReport(events=relay.events, txid=relay.cursor.txid, position=relay.cursor.position)
