"""Two leagues behind a gateway, and people who come to it from outside.

Nothing here knows more of Pavilion than its documents and what a mail brings: people sign up, follow mails, log in
and make keys, all through TLS. One thing is done from inside: the leagues get a plan of their own, so that the quota
stays out of the way of whatever else is tried.
"""

import random
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest

from stack.stack import Stack
from tests.conftest import a_name
from tests.e2e.conftest import Pavilion
from tests.integration.stack.waiting import eventually

PASSWORD = "seven willow bats at dusk"
PLAN = ("--burst", 60_000, "--sustained", 600_000)


def an_address() -> str:
    """One that nobody has come from: all of 127.0.0.0/8 is this machine, and quotas are counted by address."""
    return f"127.{random.randrange(50, 250)}.{random.randrange(250)}.{random.randrange(1, 250)}"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody at the gateway, with something to show or nothing."""

    http: httpx.Client
    authorization: str | None = None

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send JSON, with an idempotency key of its own unless one is named."""
        said = {"idempotency-key": uuid4().hex}
        if self.authorization is not None:
            said["authorization"] = self.authorization
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.request(method, path, json=body, headers=said)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return self.call("POST", path, {} if body is None else body, **headers)


@dataclass(slots=True)
class League:
    """A league with an owner who is logged in, and a key for each role that somebody comes with."""

    outside: "Outside"
    slug: str
    email: str
    http: httpx.Client
    tokens: dict[str, Any]
    keys: dict[str, Caller] = field(default_factory=dict[str, Caller])

    @property
    def owner(self) -> Caller:
        """Who logs in again where the session is over: time passes between tests, and some end sessions."""
        if Caller(self.http, self._bearer).get("/v1/auth/me").status_code == 401:
            self.tokens = self.outside.log_in(Caller(self.http), self.email)
        return Caller(self.http, self._bearer)

    @property
    def _bearer(self) -> str:
        return f"Bearer {self.tokens['access_token']}"

    @property
    def id(self) -> str:
        return self.tokens["tenant_id"]

    def with_role(self, *roles: str) -> Caller:
        """Somebody with a key that may so much."""
        name = " ".join(roles)
        if name not in self.keys:
            body = {"name": f"key of {name}", "roles": list(roles)}
            made = expect(self.owner.post("/v1/auth/keys", body), 201)
            self.keys[name] = self.outside.caller(f"Bearer {made['secret']}")
        return self.keys[name]

    def match(self) -> str:
        """The address of a new match."""
        teams = [{"id": "ham", "name": "Hambledon"}, {"id": "eng", "name": "All-England"}]
        made = self.with_role("organiser").post("/v1/matches", {"conditions": "t20", "teams": teams})
        expect(made, 201)
        return made.headers["location"]


@dataclass(slots=True)
class Outside:
    """What somebody outside knows: where the gateway is, which CA signed for it, and where their mails come."""

    url: str
    ca_file: str
    mails: str
    begun: list[httpx.Client] = field(default_factory=list[httpx.Client])

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file)

    def http(self, address: str | None = None) -> httpx.Client:
        """A client at an address of its own."""
        transport = httpx.HTTPTransport(verify=self.trust(), local_address=address or an_address())
        client = httpx.Client(base_url=self.url, transport=transport, timeout=30)
        self.begun.append(client)
        return client

    def caller(self, authorization: str | None = None) -> Caller:
        """Somebody nobody has counted yet."""
        return Caller(self.http(), authorization)

    def token_mailed(self, to: str, subject: str) -> str:
        """The token of the newest mail to somebody whose subject has this word, when it has come."""
        found: list[str] = []

        def came() -> bool:
            mails = httpx.get(f"{self.mails}/mails", params={"to": to}).json()["mails"]
            text = next((mail["text"] for mail in mails if subject in mail["subject"]), "")
            found[:] = [word for word in text.split() if word.startswith(("pvm_", "pvi_"))]
            return bool(found)

        eventually(came, f"no mail to {to} about {subject!r}")
        return found[0]

    def league(self) -> League:
        """A new league."""
        anybody, slug = self.caller(), a_name()
        email = f"{slug}@example.com"
        names = {"name": "Asha Rao", "tenant_name": f"League {slug}", "tenant_slug": slug}
        expect(anybody.post("/v1/auth/signup", {"email": email, "password": PASSWORD, **names}), 202)
        token = self.token_mailed(email, "address")
        expect(anybody.post("/v1/auth/email:verify", {"token": token, "password": PASSWORD}), 200)
        return League(self, slug, email, anybody.http, self.log_in(anybody, email))

    def log_in(self, somebody: Caller, email: str) -> dict[str, Any]:
        """The tokens of a new session."""
        return expect(somebody.post("/v1/auth/sessions", {"email": email, "password": PASSWORD}), 201)


def expect(answer: httpx.Response, status: int) -> Any:
    """What was answered with this status."""
    assert answer.status_code == status, f"{answer.request.method} {answer.url}: {answer.text[:500]}"
    return answer.json() if answer.content else None


def refused(answer: httpx.Response, *codes: str) -> None:
    """Holds an answer to be a refusal, as a problem, with one of these codes."""
    said = f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:300]}"
    assert 400 <= answer.status_code < 500, said
    assert answer.headers["content-type"] == "application/problem+json", said
    assert answer.json()["code"] in codes, said


@pytest.fixture(scope="session")
def outside(whole_stack: Stack) -> Iterator[Outside]:
    """The gateway of the running stack, from outside."""
    known = whole_stack.addresses()
    assert known.gateway_url is not None, "there is no gateway: python -m tests.fetch builds it"
    assert known.gateway_ca is not None
    assert known.mail_url is not None
    outside = Outside(known.gateway_url, known.gateway_ca, known.mail_url)
    yield outside
    for client in outside.begun:
        client.close()


@pytest.fixture(scope="session")
def leagues(outside: Outside, pavilion: Pavilion) -> tuple[League, League]:
    """Ours, and somebody else's."""
    ours, theirs = outside.league(), outside.league()
    for league in (ours, theirs):
        done = pavilion("quotas", "set", league.id, *PLAN)
        assert done.returncode == 0, done.stderr
    return ours, theirs


@pytest.fixture(scope="session")
def ours(leagues: tuple[League, League]) -> League:
    return leagues[0]


@pytest.fixture(scope="session")
def theirs(leagues: tuple[League, League]) -> League:
    return leagues[1]


@pytest.fixture
def anybody(outside: Outside) -> Caller:
    """Somebody who shows nothing."""
    return outside.caller()
