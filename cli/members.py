"""`pavilion members`: who belongs to a league."""

import json
from typing import Annotated

import typer

from cli.keys import every, show
from cli.login import Json, Url, called
from stack.errors import StackError

app = typer.Typer(help="Who belongs to your league.", no_args_is_help=True, pretty_exceptions_enable=False)


@app.command("list")
def list_(url: Url = None, as_json: Json = False) -> None:
    """List the members and what they may."""
    show(every(url, "/members", "members"), ("email", "name", "roles", "joined_at", "user_id"), as_json)


@app.command()
def invite(
    email: Annotated[str, typer.Argument(help="Whom to invite.")],
    role: Annotated[
        list[str],
        typer.Option(help="What they may, like scorer or scorer@match:ID; may be given several times."),
    ],
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Invite somebody by mail."""
    invited = called(url, "POST", "/invitations", {"email": email, "roles": role})
    if as_json:
        typer.echo(json.dumps(invited))
        return
    until = invited["expires_at"]
    typer.echo(f"{invited['email']} is invited as {', '.join(invited['roles'])}, until {until}.", err=True)


@app.command()
def remove(
    member: Annotated[str, typer.Argument(help="The member's mail address or id.")], url: Url = None
) -> None:
    """Have somebody belong to the league no longer; their sessions end at once."""
    found = [each for each in every(url, "/members", "members") if member in (each["email"], each["user_id"])]
    if not found:
        raise StackError(f"{member} is no member", "`pavilion members list` shows who is")
    called(url, "DELETE", f"/members/{found[0]['user_id']}")
    typer.echo(f"{found[0]['email']} is no member any more.", err=True)
