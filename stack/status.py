"""How the processes of a running stack are doing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from stack.supervisor import Supervisor

if TYPE_CHECKING:
    from stack.stack import Addresses

ADDRESS_OF = {
    "postgres": "postgres_dsn",
    "kafka": "kafka_bootstrap",
    "temporal": "temporal_address",
    "redis": "redis_url",
    "traefik": "gateway_url",
    "api": "api_url",
    "auth-http": "auth_url",
    "stripe": "stripe_url",
    "mail": "mail_url",
}
STATES = {"RUNNING": "running", "STARTING": "starting", "BACKOFF": "failing", "FATAL": "failed"}


@dataclass(frozen=True)
class ProcessStatus:
    """How one server or process is doing.

    `source` is environment, container or process. `memory_mb` is its share of resident memory, that of its
    children included; pages that several of them share are counted once.
    """

    name: str
    state: str
    source: str
    address: str | None
    pid: int | None
    uptime_seconds: int | None
    memory_mb: float | None
    log: str | None


def process_statuses(
    supervisor: Supervisor, sources: Mapping[str, str], addresses: "Addresses"
) -> list[ProcessStatus]:
    """One status for each name in `sources`, in that order, and for whatever else the supervisor runs."""
    states = supervisor.states()
    result = []
    for name in [*sources, *(name for name in states if name not in sources)]:
        info = states.get(name)
        pid = info["pid"] if info and info["pid"] else None
        outside = sources.get(name) == "environment"
        result.append(
            ProcessStatus(
                name=name,
                state=STATES.get(info["statename"], "stopped")
                if info
                else ("outside" if outside else "stopped"),
                source=sources.get(name, "process"),
                address=getattr(addresses, ADDRESS_OF[name]) if name in ADDRESS_OF else None,
                pid=pid,
                uptime_seconds=info["now"] - info["start"] if info and pid else None,
                memory_mb=memory_mb(pid) if pid else None,
                log=str(supervisor.log(name)) if info else None,
            )
        )
    return result


def memory_mb(pid: int) -> float:
    """Resident memory of a process and its children in MB, shared pages counted once where the system tells."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    return round(sum(_share(member) for member in family) / 1e6, 1)


def _share(process: psutil.Process) -> int:
    try:
        memory = process.memory_full_info()
        return getattr(memory, "pss", memory.rss)
    except (psutil.AccessDenied, psutil.ZombieProcess):
        return 0
    except psutil.NoSuchProcess:
        return 0
