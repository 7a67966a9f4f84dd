"""The Auth Service's HTTP side and the API on one database, called in-process."""

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import httpx
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from api.keys import KeyRing
from api.main import create_app as create_api
from api.security import TokenVerifier
from api.settings import ApiSettings
from auth.http import create_app
from auth.services import AuthServices
from auth.web_settings import WebSettings
from handlers.identity import Mail
from tests.conftest import a_name, fresh_database
from tests.integration.api.conftest import NOBODY_LISTENS, PAYLOAD_KEYS, WEBHOOK_SECRET, calling

APP_URL = "https://app.example"
PASSWORD = "seven willow bats at dusk"


class AuthKeys:
    """The keys of an Auth Service in this process, as a source of a key ring."""

    name = "auth"

    def __init__(self, known: AuthServices) -> None:
        self._known = known

    async def read(self) -> str:
        return json.dumps(await self._known.identity.signing_keys.jwks())


@dataclass
class House:
    """Everything there is: the Auth Service, the API behind it, and the mails that go out."""

    app: FastAPI
    http: httpx.AsyncClient
    api: httpx.AsyncClient
    mails: list[Mail] = field(default_factory=list)
    addresses: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def services(self) -> AuthServices:
        return self.app.state.services

    async def mail(self, to: str, kind: str) -> Mail:
        """The last mail of a kind to somebody. It is taken from the outbox as if it had been sent."""
        self.mails += await self.services.identity.mails.due(100)
        return next(each for each in reversed(self.mails) if each.to == to and each.kind == kind)

    def somebody(self) -> "Person":
        """Somebody nobody knows, who comes from an address of their own."""
        number = next(self.addresses)
        address = f"198.51.{number // 250}.{number % 250 + 1}"
        return Person(self, f"{a_name()}@example.com", address)

    async def owner(self) -> "Person":
        """The owner of a new league, logged in."""
        person = self.somebody()
        slug = a_name()
        signed = await person.post("/v1/auth/signup", **person.sign_up(slug))
        assert signed.status_code == 202, signed.text
        token = (await self.mail(person.email, "verify_email")).token
        verified = await person.post("/v1/auth/email:verify", token=token, password=PASSWORD)
        assert verified.status_code == 200, verified.text
        await person.log_in()
        return person

    async def member(self, owner: "Person", *roles: str) -> "Person":
        """Somebody new who follows an invitation of the owner's, logged in."""
        person = self.somebody()
        invited = await owner.post("/v1/auth/invitations", email=person.email, roles=list(roles))
        assert invited.status_code == 201, invited.text
        token = (await self.mail(person.email, "invitation")).token
        accepted = await person.post(
            "/v1/auth/invitations:accept", token=token, name="New Member", password=PASSWORD
        )
        assert accepted.status_code == 200, accepted.text
        await person.log_in()
        return person


@dataclass
class Person:
    """Somebody with a mail address, and tokens once they are logged in."""

    house: House
    email: str
    address: str
    tokens: dict[str, Any] = field(default_factory=dict[str, Any])

    def sign_up(self, slug: str) -> dict[str, str]:
        """The body of a sign-up."""
        return {
            "email": self.email,
            "password": PASSWORD,
            "name": "Asha Rao",
            "tenant_name": f"League {slug}",
            "tenant_slug": slug,
        }

    async def log_in(self, **more: Any) -> httpx.Response:
        """Log in; the tokens are this person's from now on."""
        answer = await self.post("/v1/auth/sessions", email=self.email, password=PASSWORD, **more)
        assert answer.status_code == 201, answer.text
        self.tokens = answer.json()
        return answer

    @property
    def league(self) -> str:
        return self.tokens["tenant_id"]

    def headers(self, **more: str) -> dict[str, str]:
        """The headers of a request: whence, an idempotency key, and the access token if there is one."""
        known = {
            "x-forwarded-for": self.address,
            "user-agent": "Firefox on a telephone",
            "idempotency-key": uuid4().hex,
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        if self.tokens and "authorization" not in known:
            known["authorization"] = f"Bearer {self.tokens['access_token']}"
        return known

    async def call(
        self, method: str, path: str, body: Any = None, *, api: bool = False, **headers: str
    ) -> httpx.Response:
        """Call the Auth Service (or the API)."""
        client = self.house.api if api else self.house.http
        return await client.request(method, path, json=body, headers=self.headers(**headers))

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.call("POST", path, body)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.call("GET", path, None, api=False, **headers)

    async def me(self) -> int:
        """The status of asking who one is: 200 while one is logged in."""
        return (await self.get("/v1/auth/me")).status_code

    def another_device(self) -> "Person":
        """The same person elsewhere, not logged in."""
        return replace(self, tokens={})


@asynccontextmanager
async def at_home(dsn: str) -> AsyncIterator[House]:
    """The two applications on a database."""
    auth = create_app(
        WebSettings(
            postgres_dsn=dsn,
            identity_key=SecretStr(PAYLOAD_KEYS),
            app_url=APP_URL,
            cors_origins=APP_URL,
            auth_pool_size=8,
        )
    )
    settings = ApiSettings(
        postgres_dsn=dsn,
        temporal_address=NOBODY_LISTENS,
        jwks="/nowhere/jwks.json",
        stripe_webhook_secrets=SecretStr(WEBHOOK_SECRET),
        payload_keys=SecretStr(PAYLOAD_KEYS),
        postgres_pool_size=4,
    )
    api = create_api(settings)
    async with auth.router.lifespan_context(auth), api.router.lifespan_context(api):
        keys = KeyRing([AuthKeys(auth.state.services)])
        verifier = TokenVerifier(keys, issuer=settings.token_issuer, audience=settings.token_audience)
        api.state.services = replace(api.state.services, verifier=verifier)
        async with calling(auth) as http, calling(api) as behind:
            yield House(auth, http, behind)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(postgres_server: str, template_database: str) -> AsyncIterator[House]:
    """One for all tests of a module; people and leagues are each test's own."""
    with fresh_database(postgres_server, template_database, a_name()) as dsn:
        async with at_home(dsn) as house:
            yield house
