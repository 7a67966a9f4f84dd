"""Puts the simulator together: in a process of its own, or within a test's event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
from aiohttp import web

from stack.probes import HOST
from stack.stripe_simulator.control import Control
from stack.stripe_simulator.core import Stripe, Webhook
from stack.stripe_simulator.faults import Dice, Knobs
from stack.stripe_simulator.server import Api
from stack.stripe_simulator.store import Store
from stack.stripe_simulator.webhooks import Sender


@dataclass(frozen=True)
class Running:
    """A simulator that answers at `url`."""

    url: str
    stripe: Stripe


@asynccontextmanager
async def running(folder: Path, port: int = 0, webhook: Webhook | None = None) -> AsyncIterator[Running]:
    """A simulator that keeps its state in `folder`; port 0 is any free one."""
    store = Store(folder)
    dice = Dice(msgspec.json.decode(store.setting("knobs", "{}"), type=Knobs))
    stripe = Stripe(store, dice, url="", webhook=webhook)
    sender = Sender(stripe)
    app = web.Application()
    app.router.add_routes(Control(stripe, sender).routes())
    app.router.add_route("*", "/v1/{path:.*}", Api(stripe, sender).handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        stripe.url = f"http://{HOST}:{runner.addresses[0][1]}"
        sending = asyncio.create_task(sender.run())
        try:
            yield Running(stripe.url, stripe)
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending
    finally:
        await runner.cleanup()
        store.close()
