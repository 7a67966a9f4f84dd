"""The links by which a mail is unsubscribed from without logging in (RFC 8058): who they are for is signed.

Whoever has a mail can do with its link one thing only: have no more such mails.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, replace
from uuid import UUID

from domain.notification.notice import Category, Channel
from domain.notification.preferences import Preferences

_MAC_BYTES = 16
_ID_BYTES = 16


class BadToken(ValueError):
    """It was not made here, or not whole."""


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """``category`` None: the digest, so every category that goes into it."""

    tenant_id: UUID
    user_id: UUID
    category: Category | None


def token_for(key: bytes, of: Unsubscription) -> str:
    """What stands in the link. It is good for as long as the key is."""
    said = of.tenant_id.bytes + of.user_id.bytes + (of.category or "").encode()
    return base64.urlsafe_b64encode(_mac(key, said) + said).decode().rstrip("=")


def read_token(key: bytes, token: str) -> Unsubscription:
    """Raises BadToken."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        mac, said = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, _mac(key, said)):
            raise BadToken("the signature is not right")
        category = said[2 * _ID_BYTES :].decode()
        return Unsubscription(
            UUID(bytes=said[:_ID_BYTES]),
            UUID(bytes=said[_ID_BYTES : 2 * _ID_BYTES]),
            Category(category) if category else None,
        )
    except (binascii.Error, ValueError) as error:
        raise BadToken("this is no link of ours") from error


def without_mails(preferences: Preferences, category: Category | None) -> Preferences:
    """The same wishes, and no mails of this category; None: of none that goes into digests."""
    concerned = [category] if category else [each for each in Category if preferences.choice(each).digest]
    fewer = {
        each: replace(choice, channels=choice.channels - {Channel.EMAIL})
        for each in concerned
        if Channel.EMAIL in (choice := preferences.choice(each)).channels
    }
    return replace(preferences, choices={**preferences.choices, **fewer})


def _mac(key: bytes, said: bytes) -> bytes:
    return hmac.new(key, b"unsubscribe/" + said, hashlib.sha256).digest()[:_MAC_BYTES]
