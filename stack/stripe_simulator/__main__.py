"""python -m stack.stripe_simulator --port 12111 --data FOLDER

Events go to PAVILION_API_URL, signed with the first of PAVILION_STRIPE_WEBHOOK_SECRETS or, without it, with the
secret of this checkout. Without an address they are only listed.
"""

import argparse
import asyncio
import os
import signal
from pathlib import Path

import uvloop

from contracts.webhooks import CONNECT_EVENTS, EVENTS
from stack.secrets import stripe_webhook_secrets
from stack.stripe_simulator.core import Webhook
from stack.stripe_simulator.running import running

WEBHOOK_PATH = "/v1/webhooks/stripe"


async def serve(port: int, folder: Path, webhook: Webhook | None) -> None:
    """Answer until told to end."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with running(folder, port, webhook) as simulator:
        print(f"the Stripe simulator answers at {simulator.url}", flush=True)
        await ended.wait()


def _secret() -> str:
    return stripe_webhook_secrets().split(",")[0].strip()


def main() -> None:
    """Read the arguments and the environment, and serve."""
    parser = argparse.ArgumentParser(prog="python -m stack.stripe_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 is any free one")
    parser.add_argument("--data", type=Path, required=True, help="the folder that keeps the state")
    arguments = parser.parse_args()
    api = os.environ.get("PAVILION_API_URL")
    webhook = Webhook(api + WEBHOOK_PATH, _secret(), EVENTS + CONNECT_EVENTS) if api else None
    uvloop.run(serve(arguments.port, arguments.data, webhook))


if __name__ == "__main__":
    main()
