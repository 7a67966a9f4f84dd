"""Web Push (RFC 8030): encrypted for the browser (RFC 8291), signed with the key of this installation (RFC 8292)."""

import base64
import time
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from pywebpush import WebPusher

from handlers.notification.ports import PushGone, PushPutOff, PushRefused, PushSubscription
from handlers.outgoing import NotAnswered, Outgoing

TOKEN_SECONDS = 12 * 3600
GONE = frozenset({404, 410})
"""RFC 8030, section 7.3: the subscription is there no more."""
LATER = frozenset({408, 425, 429})
MAY_PASS = frozenset({"name_not_found", "connection_failed", "tls_failed", "timed_out", "answer_malformed"})
"""Why nothing came back though the address may be called: perhaps it does the next time."""


class WebPush:
    """A :class:`handlers.notification.ports.PushServer`. ``contact``: whom a push service can write to. The address of a
    push service comes from a browser, so from anybody: ``outgoing`` calls public ones alone."""

    def __init__(self, key: str, *, contact: str, outgoing: Outgoing) -> None:
        self._key = Vapid02.from_raw(key.encode())
        self._contact = contact
        self._outgoing = outgoing

    async def push(
        self, subscription: PushSubscription, message: bytes, *, ttl_seconds: int, topic: str, urgent: bool
    ) -> None:
        body = self._encrypted(subscription, message)
        headers = {
            **self._signed(subscription.endpoint),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(ttl_seconds),
            "topic": topic[:32],
            "urgency": "high" if urgent else "normal",
        }
        try:
            status = (await self._outgoing.post(subscription.endpoint, body, headers)).status
        except NotAnswered as error:
            if error.code in MAY_PASS:
                raise PushPutOff(f"the push service cannot be reached: {error.message}") from error
            raise PushRefused(error.message) from error
        if status in GONE:
            raise PushGone(f"the push service answered {status}")
        if status in LATER or status >= 500:
            raise PushPutOff(f"the push service answered {status}")
        if not 200 <= status < 300:
            raise PushRefused(f"the push service answered {status}")

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
