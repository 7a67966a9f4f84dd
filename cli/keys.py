"""`pavilion keys`: the API keys of a league."""

import json
from typing import Annotated, Any

import typer

from cli.login import Json, Url, called

app = typer.Typer(
    help="The API keys of your league: how machines get in.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Key = Annotated[str, typer.Argument(help="The key's id.")]


@app.command("list")
def list_(
    revoked: Annotated[bool, typer.Option("--revoked", help="Those that were revoked too.")] = False,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """List the keys, the newest first."""
    rows = every(url, f"/keys?revoked={str(revoked).lower()}", "keys")
    columns = ("id", "name", "prefix", "roles", "expires_at", "last_used_at", "revoked_at")
    show(rows, columns if revoked else columns[:-1], as_json)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What the key is called.")],
    role: Annotated[
        list[str],
        typer.Option(help="A role it has, like scorer or scorer@match:ID; may be given several times."),
    ],
    expires: Annotated[
        str | None, typer.Option(help="Until when it opens, like 2027-01-01T00:00:00Z.")
    ] = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Make a key, and print it. It is shown this once."""
    body = {"name": name, "roles": role, **({"expires_at": expires} if expires else {})}
    _tell(called(url, "POST", "/keys", body), as_json)


@app.command()
def rotate(
    key: Key,
    overlap_hours: Annotated[
        float, typer.Option(min=0, max=30 * 24, help="How much longer the one until now opens.")
    ] = 24,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Give a key another secret, and print it. It is shown this once."""
    body = {"overlap_seconds": int(overlap_hours * 3600)}
    _tell(called(url, "POST", f"/keys/{key}:rotate", body), as_json)


@app.command()
def revoke(key: Key, url: Url = None) -> None:
    """Have a key open nothing any more, at once."""
    called(url, "DELETE", f"/keys/{key}")
    typer.echo(f"The key {key} opens nothing any more.", err=True)


def _tell(made: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(made))
        return
    typer.echo(
        f"The key {made['key']['name']} ({made['key']['id']}). Keep it: it is not shown again.", err=True
    )
    typer.echo(made["secret"])


def every(url: str | None, path: str, name: str) -> list[dict[str, Any]]:
    """All rows of a list."""
    rows: list[dict[str, Any]] = []
    more: str | None = ""
    while more is not None:
        joined = "&" if "?" in path else "?"
        page = called(url, "GET", f"{path}{joined}limit=100{more and f'&cursor={more}'}")
        rows += page[name]
        more = page["next"]
    return rows


def show(rows: list[dict[str, Any]], columns: tuple[str, ...], as_json: bool) -> None:
    """Rows as a table, or as JSON."""
    from rich.console import Console
    from rich.table import Table

    if as_json:
        typer.echo(json.dumps(rows))
        return
    table = Table(*(each.removesuffix("_at").replace("_", " ") for each in columns))
    for row in rows:
        said = (row[each] for each in columns)
        table.add_row(*(", ".join(each) if isinstance(each, list) else str(each or "") for each in said))
    Console().print(table)
