"""A port that another process listens on."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_LISTEN = """
import socket, sys
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
sys.stdin.read()
"""


@contextmanager
def held_port() -> Iterator[int]:
    """A port held by a Python of its own: a server within the tests' process may have given that another name."""
    command = [sys.executable, "-c", _LISTEN]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()
