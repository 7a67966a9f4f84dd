"""The `pavilion` command. Each command lives in a module of its own, imported when it is called.

To add one, add a line to COMMANDS: its name, and where its function is. A command module imports what is slow
to import (Temporal, FastAPI, pydantic) inside its functions, so that the others and `--help` stay quick.
"""

import errno
import importlib
from typing import Any

import typer
from typer.core import TyperGroup

from stack.errors import StackError

COMMANDS = {
    "up": "cli.stack:up",
    "down": "cli.stack:down",
    "status": "cli.stack:status",
    "restart": "cli.stack:restart",
    "replay": "cli.replay:replay",
    "demo": "cli.demo:demo",
    "doctor": "cli.stack:doctor",
    "reset": "cli.stack:reset",
    "score": "cli.score:score",
    "standings": "cli.standings:standings",
    "leaders": "cli.leaders:leaders",
    "login": "cli.login:login",
    "logout": "cli.login:logout",
    "whoami": "cli.login:whoami",
    "keys": "cli.keys:app",
    "members": "cli.members:app",
    "tenants": "cli.tenants:app",
    "token": "cli.token:token",
    "migrate": "cli.migrate:migrate",
    "projections": "cli.projections:app",
    "live": "cli.live:live",
    "topics": "cli.topics:app",
    "consumers": "cli.consumers:app",
    "dlq": "cli.dlq:app",
    "events": "cli.events:app",
    "reconcile": "cli.reconcile:reconcile",
    "quotas": "cli.quotas:app",
    "tenant": "cli.tenant:app",
    "signing-keys": "cli.signing_keys:app",
}


class LazyGroup(TyperGroup):
    """Imports a command's module only when that command, or help about all of them, is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name].split(":")
        target = getattr(importlib.import_module(module), function)
        if isinstance(target, typer.Typer):
            return typer.main.get_group(target)
        single = typer.Typer(pretty_exceptions_enable=False)
        single.command(cmd_name)(target)
        return typer.main.get_command(single)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; what is wrong outside Pavilion is one line on stderr and exit code 1."""
        try:
            return super().invoke(ctx)
        except StackError as error:
            problem = str(error)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            problem = (
                f"the disk is full ({error.filename or 'no file named'}): free some space and run it again"
            )
        typer.echo(f"pavilion: {problem}", err=True)
        raise typer.Exit(1)


app = typer.Typer(cls=LazyGroup, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)


@app.callback(help="The backend on which cricket leagues run their tournaments.")
def main() -> None:
    """Holds the help of the whole; every command is in COMMANDS."""


if __name__ == "__main__":
    app()
