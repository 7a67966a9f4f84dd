"""Traefik, the gateway. Built from source where there is none, so it runs only when asked for."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from stack import probes, tools
from stack.cache import Say, cache_folder, cached
from stack.process import Probe, Process
from stack.servers.base import Container, Program, Server, Site

VERSION = "3.6.12"  # the last one that can be built as a module
HOME = f"traefik-{VERSION}"
PACKAGE = "github.com/traefik/traefik/v3"
# Traefik builds with forks of three libraries; a module's own replacements do not reach those who use it.
MODULE = f"""\
module pavilion.local/gateway

go 1.24.0

tool {PACKAGE}/cmd/traefik

require {PACKAGE} v{VERSION}

replace (
	github.com/abbot/go-http-auth => github.com/containous/go-http-auth v0.4.1-0.20200324110947-a37a7636d23e
	github.com/gorilla/mux => github.com/containous/mux v0.0.0-20250523120546-41b6ec3aed59
	github.com/mailgun/minheap => github.com/containous/minheap v0.0.0-20190809180810-6e71eb837595
)

exclude github.com/tencentcloud/tencentcloud-sdk-go v3.0.83+incompatible
"""


class Traefik(Server):
    """Routes stand in files under its data folder, which it watches."""

    name = "traefik"
    title = f"Traefik {VERSION}"
    variable = "PAVILION_GATEWAY_URL"
    ports = ("gateway", "gateway-admin")
    how = "built with Go (about 6 minutes, once; 6 GB while it builds)"

    def find(self) -> Program | None:
        built = cache_folder() / HOME / "traefik"
        found = shutil.which("traefik") or (str(built) if built.exists() else None)
        return {"traefik": found} if found else None

    def obtain(self, say: Say) -> Program:
        return self.find() or {
            "traefik": str(cached(HOME, lambda draft: _build(draft, say), say, megabytes=300) / "traefik")
        }

    def prepare(self, program: Program, site: Site) -> None:
        (site.data(self.name) / "routes").mkdir(parents=True, exist_ok=True)

    def process(self, program: Program, site: Site) -> Process:
        return Process(
            name=self.name,
            command=(program["traefik"], *_flags(probes.HOST, site.ports, site.data(self.name) / "routes")),
            ready=self.probe(site),
            priority=200,
        )

    def probe(self, site: Site) -> Probe:
        return probes.http(f"http://{probes.HOST}:{site.ports['gateway-admin']}/ping")

    def container(self, site: Site) -> Container:
        ports = {site.ports[name]: site.ports[name] for name in self.ports}
        flags = _flags("", site.ports, Path("/etc/traefik/routes"))
        return Container(image=f"traefik:v{VERSION}", ports=ports, command=flags, data="/etc/traefik/routes")

    def addresses(self, site: Site) -> dict[str, str]:
        return {"gateway_url": f"http://{probes.HOST}:{site.ports['gateway']}"}


def _flags(host: str, ports: Mapping[str, int], routes: Path) -> tuple[str, ...]:
    return (
        f"--entrypoints.web.address={host}:{ports['gateway']}",
        f"--entrypoints.admin.address={host}:{ports['gateway-admin']}",
        "--ping=true",
        "--ping.entrypoint=admin",
        f"--providers.file.directory={routes}",
        "--providers.file.watch=true",
        "--global.checknewversion=false",
        "--global.sendanonymoususage=false",
        "--log.level=WARN",
    )


def _build(draft: Path, say: Say) -> None:
    (draft / "go.mod").write_text(MODULE)
    command = ["build", "-C", str(draft), "-mod=mod", "-trimpath", "-ldflags=-s -w", "-o", str(draft)]
    tools.go_build(HOME, [*command, f"{PACKAGE}/cmd/traefik"], say, target=draft, megabytes=6000, minutes=6)
