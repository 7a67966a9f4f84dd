"""How commands reach the Auth Service: where it is, and as whom."""

import asyncio
import os
import ssl
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import aiohttp
import msgspec

from cli.client import ApiProblem
from cli.logins import Login, Logins
from stack.errors import StackError
from stack.folders import project_root, state_folder
from stack.stack import Stack

AUTH = "/v1/auth"
TIMEOUT_SECONDS = 30.0
_NO_MORE = {"refresh_invalid", "refresh_reused", "session_ended", "tenant_suspended"}
"""What is answered to a refresh token of a session that is over."""


def address(given: str | None, logins: Logins) -> str:
    """Where Pavilion is: as said, by PAVILION_AUTH_URL, where one is logged in, or the stack of this checkout (through
    its gateway if it has one). Raises StackError."""
    known = given or os.environ.get("PAVILION_AUTH_URL") or logins.current
    if known is None:
        running = Stack().addresses()
        known = running.gateway_url or running.auth_url
    if known is None:
        raise StackError(
            "no Pavilion is known", "say where it is with --url, or start one with `pavilion up`"
        )
    if not known.startswith(("http://", "https://")):
        raise StackError(f"{known} is no address", "an address is like https://pavilion.example")
    return known.rstrip("/")


@dataclass(frozen=True, slots=True)
class AuthApi:
    """The Auth Service at ``url``, as nobody (``ask``) or as who is logged in to it (``call``)."""

    url: str
    logins: Logins

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """What is answered to somebody who is not logged in. Raises ApiProblem, StackError."""
        return asyncio.run(self._send(method, path, body, None))

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """What is answered to who is logged in. Raises ApiProblem, StackError."""
        return asyncio.run(self._send(method, path, body, self.login().access_token))

    def login(self) -> Login:
        """The login, its access token good for a while: refreshed if need be. Raises StackError."""
        with self.logins.locked():
            known = self.logins.of(self.url)
            if known is None:
                raise StackError(f"you are not logged in to {self.url}", "run `pavilion login`")
            if known.good(datetime.now(UTC)):
                return known
            return self._refreshed(known)

    def _refreshed(self, known: Login) -> Login:
        try:
            tokens = self.ask("POST", "/sessions:refresh", {"refresh_token": known.refresh_token})
        except ApiProblem as problem:
            if problem.code in _NO_MORE:
                self.logins.forget(self.url)
                raise StackError(problem.detail, "run `pavilion login`") from problem
            raise
        login = login_of(self.url, known.email, tokens)
        self.logins.keep(login)
        return login

    async def _send(self, method: str, path: str, body: Any, token: str | None) -> Any:
        headers = {"idempotency-key": uuid.uuid4().hex, "user-agent": "pavilion command"}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as http,
                http.request(
                    method, self.url + AUTH + path, json=body, headers=headers, ssl=trusted()
                ) as answer,
            ):
                status, content = answer.status, await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise StackError(
                f"nobody answers at {self.url} ({type(error).__name__})",
                "see `pavilion status`, or say --url",
            ) from error
        if status >= HTTPStatus.BAD_REQUEST:
            raise ApiProblem(status, _members(content))
        return msgspec.json.decode(content) if content else None


def trusted() -> ssl.SSLContext:
    """The authorities this machine trusts, and the one of this checkout's stack."""
    context = ssl.create_default_context()
    own = state_folder(project_root()) / "certificates" / "ca.pem"
    if own.exists():
        context.load_verify_locations(own)
    return context


def login_of(url: str, email: str, tokens: dict[str, Any]) -> Login:
    """A login as it is kept, from the answer to it."""
    return Login(
        url=url,
        email=email,
        tenant_id=tokens["tenant_id"],
        access_token=tokens["access_token"],
        expires_at=datetime.fromisoformat(tokens["expires_at"]),
        refresh_token=tokens["refresh_token"],
        refresh_expires_at=datetime.fromisoformat(tokens["refresh_expires_at"]),
    )


def refused(problem: ApiProblem, remedy: str = "see docs/errors.md") -> StackError:
    """A problem as a command says it."""
    return StackError(f"{problem.detail} [{problem.code or problem.status}]", remedy)


def _members(content: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.MsgspecError:
        return {}
