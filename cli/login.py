"""`pavilion login`, `logout` and `whoami`."""

import getpass
import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stack.errors import StackError

if TYPE_CHECKING:
    from cli.auth_api import AuthApi

Url = Annotated[
    str | None,
    typer.Option("--url", help="Where Pavilion is; without it, where you logged in last, or here."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def login(
    email: Annotated[str | None, typer.Option(help="Your mail address; asked for without it.")] = None,
    tenant: Annotated[str | None, typer.Option(help="The league, by its address or id.")] = None,
    url: Url = None,
    password_stdin: Annotated[
        bool,
        typer.Option("--password-stdin", help="Read the password from standard input, a code from line two."),
    ] = False,
) -> None:
    """Log in, and stay logged in: the tokens are kept in your configuration folder, and refreshed by themselves."""
    from cli.auth_api import address, login_of
    from cli.logins import Logins

    api = _api(address(url, logins := Logins()), logins)
    email = email or _asked("E-mail")
    password, code = _from_stdin() if password_stdin else (_secret("Password"), None)
    tokens = _log_in(api, {"email": email, "password": password, "tenant": tenant, "totp": code})
    with logins.locked():
        logins.keep(login_of(api.url, email, tokens))
    typer.echo(f"Logged in to {api.url} as {email} ({', '.join(tokens['roles'])}).", err=True)


def logout(url: Url = None) -> None:
    """Log out: the session ends, and its tokens are forgotten here."""
    from cli.auth_api import address
    from cli.client import ApiProblem
    from cli.logins import Logins

    api = _api(address(url, logins := Logins()), logins)
    if logins.of(api.url) is None:
        typer.echo(f"You are not logged in to {api.url}.", err=True)
        return
    try:
        api.call("DELETE", "/sessions/current")
        typer.echo(f"Logged out of {api.url}.", err=True)
    except (StackError, ApiProblem) as error:
        typer.echo(f"The tokens are forgotten here; the session itself could not be ended: {error}", err=True)
    finally:
        with logins.locked():
            logins.forget(api.url)


def whoami(url: Url = None, as_json: Json = False) -> None:
    """Say as whom you are logged in, to which league, with which roles."""
    me = called(url, "GET", "/me")
    if as_json:
        typer.echo(json.dumps(me))
        return
    who = me["user"]["email"] if me["user"] else f"{me['kind']} {me['subject']}"
    typer.echo(f"{who}\n{me['tenant']['name']} ({me['tenant']['slug']})\n{', '.join(me['roles'])}")


def called(url: str | None, method: str, path: str, body: Any = None) -> Any:
    """What the Auth Service answers to who is logged in. Raises StackError."""
    from cli.auth_api import address, refused
    from cli.client import ApiProblem
    from cli.logins import Logins

    api = _api(address(url, logins := Logins()), logins)
    try:
        return api.call(method, path, body)
    except ApiProblem as problem:
        raise refused(problem) from problem


def _api(url: str, logins: Any) -> "AuthApi":
    from cli.auth_api import AuthApi

    return AuthApi(url, logins)


def _log_in(api: "AuthApi", said: dict[str, str | None]) -> dict[str, Any]:
    """The tokens. What is missing is asked for on a terminal, and told without one."""
    from cli.auth_api import refused
    from cli.client import ApiProblem

    while True:
        try:
            return api.ask("POST", "/sessions", {name: word for name, word in said.items() if word})
        except ApiProblem as problem:
            if problem.code == "totp_missing" and not said["totp"]:
                said["totp"] = _secret("Code of your authenticator")
            elif problem.code == "tenant_missing" and not said["tenant"]:
                said["tenant"] = _chosen(problem.members.get("tenants", []))
            else:
                raise refused(problem, "try again, or have the password reset") from problem


def _chosen(tenants: list[dict[str, str]]) -> str:
    for each in tenants:
        typer.echo(f"  {each['slug']:24} {each['name']}", err=True)
    if not sys.stdin.isatty():
        raise StackError("you belong to several leagues", "say which with --tenant")
    return typer.prompt("League", default=tenants[0]["slug"] if tenants else None, err=True)


def _asked(what: str) -> str:
    if not sys.stdin.isatty():
        raise StackError("nobody can be asked here", "say --email")
    return typer.prompt(what, err=True)


def secret_from(stdin: bool, what: str = "Password") -> str:
    """A secret: a line of standard input, or asked for."""
    return _from_stdin()[0] if stdin else _secret(what)


def _secret(what: str) -> str:
    if not sys.stdin.isatty():
        raise StackError("nobody can be asked here", "give the secret by --password-stdin")
    return getpass.getpass(f"{what}: ")


def _from_stdin() -> tuple[str, str | None]:
    """The first line; the second, if there is one, is a code."""
    first, _, rest = sys.stdin.read(4096).partition("\n")
    if not first.strip("\r"):
        raise StackError(
            "there is no password on standard input", "pipe it in, or leave --password-stdin out"
        )
    return first.rstrip("\r"), rest.partition("\n")[0].strip() or None
