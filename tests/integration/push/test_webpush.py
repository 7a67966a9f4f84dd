"""Web push against a receiver that decrypts and verifies as a browser and its push service do."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import uuid4

import http_ece
import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.http.guarded import guarded_client
from adapters.push.webpush import WebPush, public_key_of
from domain.outgoing import Allowed
from handlers.notification.ports import PushGone, PushPutOff, PushRefused, PushSubscription
from stack.secrets import vapid_key


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass
class Browser:
    """A browser and its push service in one."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = b"0123456789abcdef"
    status: int = 201
    url: str = ""
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list[tuple[dict[str, str], bytes]])

    def subscription(self) -> PushSubscription:
        return PushSubscription(
            id=uuid4(),
            endpoint=f"{self.url}/send",
            p256dh=b64(point(self.private.public_key())),
            auth=b64(self.secret),
        )

    async def take(self, request: web.Request) -> web.Response:
        self.requests.append(({k.lower(): v for k, v in request.headers.items()}, await request.read()))
        return web.Response(status=self.status, headers={"location": "http://127.0.0.1:1/elsewhere"})

    def read(self) -> bytes:
        """What the last message says."""
        return http_ece.decrypt(
            self.requests[-1][1],
            private_key=self.private,
            auth_secret=self.secret,
            version="aes128gcm",
        )


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    browser = Browser()
    app = web.Application()
    app.router.add_post("/send", browser.take)
    async with TestServer(app) as server:
        browser.url = f"http://127.0.0.1:{server.port}"
        yield browser


@pytest.fixture
def key(tmp_path: object) -> str:
    return vapid_key(tmp_path)  # type: ignore[arg-type]


@pytest.fixture
async def push(key: str) -> AsyncIterator[WebPush]:
    async with guarded_client(Allowed.parse("127.0.0.1")) as outgoing:
        yield WebPush(key, contact="mailto:ops@example.com", outgoing=outgoing)


async def test_a_message_can_be_read_by_the_browser_alone(push: WebPush, browser: Browser) -> None:
    await push.push(browser.subscription(), b'{"title":"Fifty"}', ttl_seconds=60, topic="a" * 40, urgent=True)
    headers, body = browser.requests[0]
    assert b"Fifty" not in body
    assert browser.read() == b'{"title":"Fifty"}'
    assert (headers["ttl"], headers["urgency"], headers["topic"]) == ("60", "high", "a" * 32)
    assert headers["content-encoding"] == "aes128gcm"


async def test_it_is_signed_for_that_service_by_the_key_the_browser_subscribed_with(
    push: WebPush, browser: Browser, key: str
) -> None:
    await push.push(browser.subscription(), b"{}", ttl_seconds=60, topic="t", urgent=False)
    said = browser.requests[0][0]["authorization"].removeprefix("vapid ")
    parts = dict(each.strip().split("=", 1) for each in said.split(","))
    assert parts["k"].rstrip("=") == public_key_of(key)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(public_key_of(key)))
    claims = jwt.decode(parts["t"], public, algorithms=["ES256"], audience=browser.url)
    assert claims["sub"] == "mailto:ops@example.com"


@pytest.mark.parametrize(
    ("status", "raised"),
    [
        (404, PushGone),
        (410, PushGone),
        (429, PushPutOff),
        (500, PushPutOff),
        (400, PushRefused),
        (413, PushRefused),
        (302, PushRefused),  # nobody is led elsewhere
    ],
)
async def test_what_the_service_answers_says_what_becomes_of_it(
    push: WebPush, browser: Browser, status: int, raised: type[Exception]
) -> None:
    browser.status = status
    with pytest.raises(raised, match=str(status)):
        await push.push(browser.subscription(), b"{}", ttl_seconds=1, topic="t", urgent=False)
    assert len(browser.requests) == 1


async def test_nobody_inside_is_called_unless_it_is_allowed(browser: Browser, key: str) -> None:
    inside = browser.subscription()
    named = PushSubscription(
        id=uuid4(), endpoint="https://localhost/send", p256dh=inside.p256dh, auth=inside.auth
    )
    async with guarded_client() as outgoing:
        push = WebPush(key, contact="mailto:ops@example.com", outgoing=outgoing)
        for each in (inside, named):
            with pytest.raises(PushRefused):
                await push.push(each, b"{}", ttl_seconds=1, topic="t", urgent=False)
    assert browser.requests == []


async def test_keys_that_are_none_are_refused(push: WebPush, browser: Browser) -> None:
    wrong = PushSubscription(id=uuid4(), endpoint=browser.url, p256dh="AAAA", auth="AAAA")
    with pytest.raises(PushRefused):
        await push.push(wrong, b"{}", ttl_seconds=1, topic="t", urgent=False)


async def test_a_service_that_is_away_is_waited_for(push: WebPush, browser: Browser) -> None:
    known = browser.subscription()
    away = PushSubscription(id=known.id, endpoint="http://127.0.0.1:1/", p256dh=known.p256dh, auth=known.auth)
    with pytest.raises(PushPutOff):
        await push.push(away, b"{}", ttl_seconds=1, topic="t", urgent=False)
