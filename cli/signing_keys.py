"""`pavilion signing-keys`: the keys that sign tokens, for whoever runs the installation. Straight in the database."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from cli.keys import show
from cli.login import Json
from cli.tenants import run_identity

if TYPE_CHECKING:
    from handlers.identity import Identity

app = typer.Typer(
    help="The keys that sign tokens, for whoever runs the installation.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the published keys, in the order in which they sign."""
    import dataclasses

    keys = run_identity(lambda identity: identity.signing_keys.list())
    rows = [{name: str(value) for name, value in dataclasses.asdict(each).items()} for each in keys]
    show(rows, ("kid", "state", "signs_from", "created_at"), as_json)


@app.command()
def rotate(
    revoke: Annotated[
        str | None,
        typer.Option(
            help="A key that somebody else may have: nothing that it signed is believed any more, and the new one signs "
            "at once. Whoever has a token of it refreshes or logs in."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make the next key, and print its id. It signs in a quarter of an hour, when everybody has seen it; nobody notices."""

    async def rotated(identity: "Identity") -> str:
        keys = identity.signing_keys
        return await (keys.replace(revoke) if revoke else keys.rotate())

    kid = run_identity(rotated)
    typer.echo(json.dumps({"kid": kid, "revoked": revoke}) if as_json else kid)
