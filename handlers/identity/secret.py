"""Secrets as text: what they look like, how they are made, kept and compared.

Each names the row it belongs to, so that it is looked up by an id and compared in constant time, never searched for.
What is kept is a SHA-256: 256 random bits need no slow hash.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from uuid import UUID

SECRET_BYTES = 32
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Form:
    """How secrets of a kind are written: ``pvk_<id>_<secret>``."""

    prefix: str
    separator: str

    def write(self, id_: UUID, secret: str) -> str:
        return f"{self.prefix}{id_.hex}{self.separator}{secret}"

    def read(self, text: str) -> tuple[UUID, str] | None:
        """Id and secret; None for what is no secret of this kind."""
        if not text.startswith(self.prefix) or len(text) > _LONGEST or not text.isascii():
            return None
        id_, separator, secret = text[len(self.prefix) :].partition(self.separator)
        if len(id_) != 32 or not separator or not secret:
            return None
        try:
            return UUID(hex=id_), secret
        except ValueError:
            return None


API_KEY = Form("pvk_", "_")
REFRESH = Form("pvr_", ".")
SHARE_LINK = Form("pvl_", ".")
MAILED = Form("pvm_", ".")
"""In a mail: proves an address, resets a password."""
INVITATION = Form("pvi_", ".")


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret as it is handed out, and as it is kept."""

    text: str = field(repr=False)
    hash: bytes = field(repr=False)


def new_secret(form: Form, id_: UUID) -> NewSecret:
    """A secret for the row with this id."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return NewSecret(form.write(id_, secret), digest(secret))


def digest(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def matches(secret: str, kept: bytes | None) -> bool:
    """Is this the secret that ``kept`` was made from? The time it takes tells nothing."""
    return hmac.compare_digest(digest(secret), kept or bytes(32)) and kept is not None


def recovery_code() -> str:
    """A code to get in without the second factor: 80 random bits in letters and digits, in groups of four."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    letters = "".join(secrets.choice(alphabet) for _ in range(16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))
