"""python -m stack.mail_sink --smtp-port 2525 --port 8025 --data FOLDER"""

import argparse
import asyncio
import signal
from pathlib import Path

import uvloop

from stack.mail_sink.server import running


async def serve(smtp_port: int, port: int, folder: Path) -> None:
    """Take mails until told to end."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with running(folder, smtp_port=smtp_port, port=port) as sink:
        print(f"mails to {sink.smtp_url} are shown at {sink.url}", flush=True)
        await ended.wait()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m stack.mail_sink")
    parser.add_argument("--smtp-port", type=int, default=0, help="0 is any free one")
    parser.add_argument("--port", type=int, default=0, help="of the page that shows them")
    parser.add_argument("--data", type=Path, required=True, help="the folder that keeps the mails")
    arguments = parser.parse_args()
    uvloop.run(serve(arguments.smtp_port, arguments.port, arguments.data))


if __name__ == "__main__":
    main()
