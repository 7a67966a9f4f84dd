"""Servers that run already, named by an address in the environment."""

import os
import re

from stack import probes
from stack.errors import StackError
from stack.servers import Server

PORT = re.compile(r"(?:^|//|@|,)(?:[^@/,]*@)?(?P<host>[^:/@,\[\]]+):(?P<port>\d+)")


def setting_of(server: Server) -> str:
    """The name of the setting with the server's address: PAVILION_REDIS_URL is `redis_url`."""
    return server.variable.removeprefix("PAVILION_").lower()


def outside_address(server: Server) -> str | None:
    """The address in the environment, or None. Raises StackError when nothing answers there."""
    address = os.environ.get(server.variable)
    if not address:
        return None
    found = PORT.search(address)
    if found and not probes.tcp(int(found["port"]), found["host"])():
        raise StackError(
            f"{server.variable} says {found['host']}:{found['port']}, and nothing answers there",
            f"start that {server.name}, or unset the variable to have one started here",
        )
    return address
