"""`pavilion up`, `down`, `status`, `restart`, `doctor` and `reset`: the servers and processes of this checkout."""

import json
import signal
import sys
from dataclasses import asdict
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.progress import Steps

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

STYLES = {"running": "green", "outside": "green", "ok": "green", "later": "yellow", "starting": "yellow"}


def up(
    servers_only: Annotated[
        bool, typer.Option("--servers-only", help="Leave out Pavilion's own processes.")
    ] = False,
    with_: Annotated[list[str] | None, typer.Option("--with", help="Also run this server: traefik.")] = None,
    as_json: Json = False,
) -> None:
    """Start the servers and Pavilion's processes, and print where they answer."""
    from stack.servers import SERVERS, servers_at_hand
    from stack.stack import Stack

    services = tuple(dict.fromkeys((*servers_at_hand(), *(with_ or ()))))
    unknown = [name for name in services if name not in SERVERS]
    if unknown:
        raise typer.BadParameter(
            f"no server {unknown[0]}; there are {', '.join(SERVERS)}", param_hint="--with"
        )
    stack = Stack(services=services) if servers_only else Stack.whole(services=services)
    signal.signal(signal.SIGTERM, _interrupt)
    errors = Console(stderr=True)
    try:
        with Steps(errors) as steps:
            addresses = stack.up(steps)
    except KeyboardInterrupt:
        errors.print("pavilion: interrupted; what was started is stopped again")
        raise typer.Exit(130) from None
    found = {name: address for name, address in asdict(addresses).items() if address}
    if as_json:
        typer.echo(json.dumps(found))
        return
    for name, address in found.items():
        typer.echo(f"{name:<18}{address}")


def _results() -> Console:
    """Standard output, wide enough for whole lines where it is not a terminal."""
    console = Console()
    return console if console.is_terminal else Console(width=250)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def down() -> None:
    """Stop everything that `up` started here."""
    from stack.stack import Stack

    typer.echo("stopped" if Stack().down() else "nothing was running")


def status(as_json: Json = False) -> None:
    """Show each server and process: state, memory, address, log."""
    from stack.stack import Stack

    statuses = Stack().status()
    total = round(sum(s.memory_mb or 0 for s in statuses), 1)
    if as_json:
        typer.echo(json.dumps({"processes": [asdict(s) for s in statuses], "memory_mb": total}))
        return
    if not statuses:
        typer.echo("nothing runs; `pavilion up` starts it")
        return
    table = Table("process", "state", "source", "pid", "up", "memory", "address", box=None, pad_edge=False)
    for s in statuses:
        state = f"[{STYLES.get(s.state, 'red')}]{s.state}[/]"
        memory = f"{s.memory_mb:.0f} MB" if s.memory_mb is not None else ""
        up_for = f"{s.uptime_seconds} s" if s.uptime_seconds is not None else ""
        table.add_row(s.name, state, s.source, str(s.pid or ""), up_for, memory, s.address or "")
    table.add_row("total", "", "", "", "", f"{total:.0f} MB", "")
    _results().print(table)
    Console(stderr=True).print("[dim]logs are in .pavilion/logs[/]")


def restart(name: Annotated[str, typer.Argument(help="As `pavilion status` shows it.")]) -> None:
    """Stop one process and start it again."""
    from stack.stack import Stack

    Stack().restart(name)
    typer.echo(f"{name} started again")


def doctor(as_json: Json = False) -> None:
    """Say what this machine has, from where, and what to do about the rest. Exit code 1 if something is bad."""
    from stack.doctor import examine
    from stack.folders import project_root

    findings = examine(project_root())
    if as_json:
        typer.echo(json.dumps([asdict(f) for f in findings]))
    else:
        table = Table(box=None, show_header=False, pad_edge=False)
        for f in findings:
            advice = f"{f.detail}\n[dim]{f.remedy}[/]" if f.remedy else f.detail
            table.add_row(f.name, f"[{STYLES.get(f.state, 'red')}]{f.state}[/]", advice)
        _results().print(table)
    raise typer.Exit(1 if any(f.state == "bad" for f in findings) else 0)


def reset(yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Stop everything and delete its data and logs. The ports stay the same."""
    from stack.folders import project_root, state_folder
    from stack.stack import Stack

    if not yes:
        if not sys.stdin.isatty():
            raise typer.BadParameter("say --yes where nobody can be asked", param_hint="--yes")
        typer.confirm(f"Delete all data and logs in {state_folder(project_root())}?", abort=True, err=True)
    Stack().reset()
    typer.echo("everything is deleted")
