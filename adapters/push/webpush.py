"""Web Push (RFC 8030): encrypted for the browser (RFC 8291), signed with the key of this installation (RFC 8292)."""

import base64
import time
from collections.abc import Collection
from urllib.parse import urlsplit

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from pywebpush import WebPusher

from adapters.push.guarded import AddressRefused, GuardedResolver, refuse_unless_public
from handlers.notification.ports import PushGone, PushPutOff, PushRefused, PushSubscription

TIMEOUT_SECONDS = 15.0
TOKEN_SECONDS = 12 * 3600
GONE = frozenset({404, 410})
"""RFC 8030, section 7.3: the subscription is there no more."""
LATER = frozenset({408, 425, 429})


class WebPush:
    """A :class:`handlers.notification.ports.PushServer`. ``contact``: whom a push service can write to. ``allowed``:
    hosts that may be called though they are not public."""

    def __init__(self, key: str, *, contact: str, allowed: Collection[str] = ()) -> None:
        self._key = Vapid02.from_raw(key.encode())
        self._contact = contact
        self._allowed = frozenset(allowed)
        self._session: aiohttp.ClientSession | None = None

    async def push(
        self, subscription: PushSubscription, message: bytes, *, ttl_seconds: int, topic: str, urgent: bool
    ) -> None:
        try:
            refuse_unless_public(subscription.endpoint, self._allowed)
            body = self._encrypted(subscription, message)
            headers = {
                **self._signed(subscription.endpoint),
                "content-encoding": "aes128gcm",
                "content-type": "application/octet-stream",
                "ttl": str(ttl_seconds),
                "topic": topic[:32],
                "urgency": "high" if urgent else "normal",
            }
            async with self._http().post(
                subscription.endpoint, data=body, headers=headers, allow_redirects=False
            ) as answer:
                status = answer.status
        except AddressRefused as error:
            raise PushRefused(str(error)) from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, AddressRefused):
                raise PushRefused(str(error.os_error)) from error
            raise PushPutOff("the push service cannot be reached") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise PushPutOff(f"the push service cannot be reached ({type(error).__name__})") from error
        if status in GONE:
            raise PushGone(f"the push service answered {status}")
        if status in LATER or status >= 500:
            raise PushPutOff(f"the push service answered {status}")
        if not 200 <= status < 300:
            raise PushRefused(f"the push service answered {status}")

    async def close(self) -> None:
        """End its connections."""
        if self._session is not None:
            await self._session.close()

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=GuardedResolver(allowed=self._allowed)),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    @staticmethod
    def _encrypted(subscription: PushSubscription, message: bytes) -> bytes:
        keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
        try:
            pusher = WebPusher({"endpoint": subscription.endpoint, "keys": keys})
            return pusher.encode(message)["body"]
        except Exception as error:  # whatever the libraries below make of keys that are none
            raise PushRefused("the keys of the subscription cannot be used") from error

    def _signed(self, endpoint: str) -> dict[str, str]:
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + TOKEN_SECONDS,
            "sub": self._contact,
        }
        return self._key.sign(claims)


def public_key_of(key: str) -> str:
    """The public half of a private key, as browsers take it: an uncompressed point, base64url."""
    public = Vapid02.from_raw(key.encode()).public_key
    if not isinstance(public, EllipticCurvePublicKey):
        raise ValueError("this is no key of Web Push")
    raw = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
