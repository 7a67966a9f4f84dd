"""Signatures of the Standard Webhooks specification: HMAC-SHA256 over id, timestamp and body, as ``v1``."""

import base64
import hmac
import os
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32
"""The specification takes 24 to 64."""


def new_secret() -> bytes:
    """A secret of an endpoint, by chance."""
    return os.urandom(SECRET_BYTES)


def secret_text(secret: bytes) -> str:
    """A secret as people are shown it: ``whsec_…``."""
    return PREFIX + base64.b64encode(secret).decode()


def headers_of(id_: str, at: datetime, body: bytes, secrets: Iterable[bytes]) -> dict[str, str]:
    """The headers of a webhook, signed with each of the secrets."""
    timestamp = int(at.timestamp())
    signed = f"{id_}.{timestamp}.".encode() + body
    signatures = (base64.b64encode(hmac.digest(secret, signed, "sha256")).decode() for secret in secrets)
    return {
        "content-type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
