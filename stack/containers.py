"""Servers as containers, for machines with a Docker engine.

    python -m stack.containers SERVER ROOT PORTS.json

A container is one more process of the stack: this module starts it through testcontainers, waits, and removes
it when it is asked to stop. If it is killed instead, testcontainers' own reaper removes the container.
"""

import hashlib
import json
import os
import signal
import sys
from pathlib import Path

from stack import probes
from stack.process import Process
from stack.servers import SERVERS, Server, Site
from stack.servers.base import Container

SOCKETS = ("/var/run/docker.sock", "~/.docker/run/docker.sock", "~/.colima/default/docker.sock")


def engine_answers() -> bool:
    """Whether a Docker engine can be used. PAVILION_CONTAINERS=0 says that none is wanted."""
    if os.environ.get("PAVILION_CONTAINERS") == "0":
        return False
    if not os.environ.get("DOCKER_HOST") and not any(Path(s).expanduser().exists() for s in SOCKETS):
        return False
    try:
        from testcontainers.core.docker_client import DockerClient

        return bool(DockerClient().client.ping())
    except Exception:  # the client library raises whatever its transport raised
        return False


def container_process(server: Server, site: Site) -> Process:
    """The process that runs the server's container. The first start may have to pull the image."""
    command = (
        sys.executable,
        "-m",
        "stack.containers",
        server.name,
        str(site.root),
        json.dumps(dict(site.ports)),
    )
    return Process(
        name=server.name,
        command=command,
        directory=Path(__file__).resolve().parent.parent,
        ready=server.probe(site),
        ready_seconds=900,
        stop_seconds=30,
        advice=", or set PAVILION_CONTAINERS=0 to run the servers without containers",
    )


def volume(root: Path, server: str) -> str:
    """The name of the volume with a server's data, one for each checkout."""
    return f"pavilion-{hashlib.sha256(str(root).encode()).hexdigest()[:12]}-{server}"


def remove_volumes(root: Path) -> None:
    """Forget the data of this checkout's containers."""
    import docker
    from docker.errors import NotFound

    client = docker.from_env()
    for name in SERVERS:
        try:
            client.volumes.get(volume(root, name)).remove(force=True)
        except NotFound:
            continue


def run(name: str, container: Container, root: Path) -> None:
    """Start the container, wait for a signal to stop, and remove it."""
    from testcontainers.core.container import DockerContainer

    running = DockerContainer(container.image)
    # with_bind_ports would listen on every interface; the Docker client takes an address and a port.
    running.ports = {inside: (probes.HOST, outside) for outside, inside in container.ports.items()}  # pyright: ignore[reportAttributeAccessIssue]
    for key, value in container.env.items():
        running = running.with_env(key, value)
    if container.command:
        running = running.with_command(list(container.command))
    if container.data:
        running = running.with_volume_mapping(volume(root, name), container.data, "rw")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    with running:
        signal.pause()


if __name__ == "__main__":
    _name, _root, _ports = sys.argv[1:]
    _site = Site(Path(_root), json.loads(_ports))
    run(_name, SERVERS[_name].container(_site), _site.root)
