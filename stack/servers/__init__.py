"""The servers of the stack, one recipe a file. `SERVERS` is the table that everything else reads."""

import os

from stack.servers.base import Program, Server, Site
from stack.servers.kafka import Kafka
from stack.servers.postgres import Postgres
from stack.servers.redis import Redis
from stack.servers.temporal import Temporal
from stack.servers.traefik import Traefik

SERVERS: dict[str, Server] = {
    server.name: server for server in (Postgres(), Kafka(), Temporal(), Redis(), Traefik())
}
DEFAULT_SERVERS = ("postgres", "kafka", "temporal", "redis")
GATEWAY = "traefik"


def servers_at_hand() -> tuple[str, ...]:
    """What runs unless something else was asked for: the default ones, and the gateway where nothing has to be built
    for it."""
    gateway = SERVERS[GATEWAY]
    at_hand = gateway.find() is not None or bool(os.environ.get(gateway.variable))
    return (*DEFAULT_SERVERS, GATEWAY) if at_hand else DEFAULT_SERVERS


__all__ = ["DEFAULT_SERVERS", "GATEWAY", "SERVERS", "Program", "Server", "Site", "servers_at_hand"]
