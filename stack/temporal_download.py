"""Lets Temporal's SDK download the development server, which it does on the way to starting one.

    python -m stack.temporal_download VERSION FOLDER

Leaves FOLDER/temporal. A process of its own, so that it can be interrupted.
"""

import asyncio
import sys
from pathlib import Path

from temporalio.testing import WorkflowEnvironment


async def download(version: str, folder: str) -> None:
    """Start the server once and stop it again; the program stays in the folder."""
    environment = await WorkflowEnvironment.start_local(
        download_dest_dir=folder, dev_server_download_version=f"v{version}"
    )
    await environment.shutdown()


if __name__ == "__main__":
    asyncio.run(download(sys.argv[1], sys.argv[2]))
    (_found,) = Path(sys.argv[2]).iterdir()
    _found.rename(_found.with_name("temporal"))
