"""Traefik, the gateway. Built from source where there is none, so it runs where it is at hand, or was asked for."""

import json
import shutil
from pathlib import Path

from stack import certificates, gateway, probes, tools
from stack.cache import Say, cache_folder, cached
from stack.gateway import API, AUTH_GRPC, AUTH_HTTP, GATE, Gateway
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


SHIELD_PER_SECOND, SHIELD_IN_FLIGHT = 10_000, 2_000
"""Everybody has the same address here: the shield must let a benchmark through."""
HSTS_SECONDS = 300
"""A browser keeps it for all of localhost, other people's servers there too: so not for long."""
SCHEMES = {API: "http", GATE: "http", AUTH_HTTP: "http", AUTH_GRPC: "h2c"}


class Traefik(Server):
    """Routes stand in files under its data folder, which it watches."""

    name = "traefik"
    title = f"Traefik {VERSION}"
    variable = "PAVILION_GATEWAY_URL"
    ports = ("gateway", "gateway-http", "gateway-admin")
    how = "built with Go (about 6 minutes, once; 6 GB while it builds)"
    in_container = False

    def find(self) -> Program | None:
        built = cache_folder() / HOME / "traefik"
        found = shutil.which("traefik") or (str(built) if built.exists() else None)
        return {"traefik": found} if found else None

    def obtain(self, say: Say) -> Program:
        return self.find() or {
            "traefik": str(cached(HOME, lambda draft: _build(draft, say), say, megabytes=300) / "traefik")
        }

    def prepare(self, program: Program, site: Site) -> None:
        routes = self._routes(site)
        routes.mkdir(parents=True, exist_ok=True)
        document = json.dumps(gateway.dynamic(_gateway(site)), indent=2)
        # JSON is YAML too. Traefik reads the file as soon as it changes, so it must be whole by then.
        draft = routes / "routes.draft"
        draft.write_text(document)
        draft.replace(routes / "routes.yml")

    def process(self, program: Program, site: Site) -> Process:
        flags = gateway.flags(host=probes.HOST, ports=site.ports, routes=str(self._routes(site)))
        return Process(
            name=self.name,
            command=(program["traefik"], *flags),
            ready=self.probe(site),
            stop_seconds=15,
            priority=700,
        )

    def probe(self, site: Site) -> Probe:
        return probes.http(f"http://{probes.HOST}:{site.ports['gateway-admin']}/ping")

    def container(self, site: Site) -> Container:
        ports = {site.ports[name]: site.ports[name] for name in self.ports}
        flags = gateway.flags(host="", ports=site.ports, routes="/etc/traefik/routes")
        return Container(image=f"traefik:v{VERSION}", ports=ports, command=flags, data="/etc/traefik/routes")

    def addresses(self, site: Site) -> dict[str, str]:
        known = certificates.certificates(site.root)
        return {
            "gateway_url": f"https://{probes.HOST}:{site.ports['gateway']}",
            "gateway_ca": str(known.ca_file),
        }

    def _routes(self, site: Site) -> Path:
        return site.data(self.name) / "routes"


def _gateway(site: Site) -> Gateway:
    """The processes of this checkout. Those that have no port here do not run here."""
    from api.groups import GROUPS, first_words

    return Gateway(
        services={
            name: f"{scheme}://{probes.HOST}:{site.ports[name]}"
            for name, scheme in SCHEMES.items()
            if name in site.ports
        },
        groups={group: first_words(group) for group in GROUPS},
        per_second=SHIELD_PER_SECOND,
        in_flight=SHIELD_IN_FLIGHT,
        hsts_seconds=HSTS_SECONDS,
        certificate=certificates.ensure(site.root).gateway,
    )


def _build(draft: Path, say: Say) -> None:
    (draft / "go.mod").write_text(MODULE)
    command = ["build", "-C", str(draft), "-mod=mod", "-trimpath", "-ldflags=-s -w", "-o", str(draft)]
    tools.go_build(HOME, [*command, f"{PACKAGE}/cmd/traefik"], say, target=draft, megabytes=6000, minutes=6)
