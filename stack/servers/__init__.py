"""The servers of the stack, one recipe a file. `SERVERS` is the table that everything else reads."""

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

__all__ = ["DEFAULT_SERVERS", "SERVERS", "Program", "Server", "Site"]
