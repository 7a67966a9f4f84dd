"""What every long-running process does alike."""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable

import prometheus_client
import structlog
import uvloop

from contracts.redaction import redact_library_logs, redact_line


def run(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run ``work`` until it ends. SIGTERM and SIGINT set the event it is given; it then comes to its end.

    Metrics are served on the port ``PAVILION_METRICS_PORT`` names, on none without it.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
            redact_line,
        ],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    redact_library_logs()
    if port := os.environ.get("PAVILION_METRICS_PORT"):
        prometheus_client.start_http_server(int(port), addr="127.0.0.1")
    uvloop.run(_until_told(work))


async def _until_told(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    collect_seldom()
    await work(stop)


def collect_seldom() -> None:
    """Have the garbage collector look for cycles seldom, and not in what is there already.

    What is kept here are event folds and connections, hardly ever in cycles; looking through all of them every few
    thousand events takes a quarter of a projector's time.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
