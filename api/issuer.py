"""The development issuer: a real Ed25519 key on this machine, until the Auth Service issues tokens.

It writes the same JWKS that the Auth Service will serve, and its tokens have the same claims; the API
cannot tell the two apart. Whoever can read its folder can be anybody, so the folder is the owner's alone.
"""

import os
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import OKPAlgorithm

from contracts.ids import PAVILION
from contracts.tokens import ALGORITHM

ISSUER = "https://auth.pavilion.local"
AUDIENCE = "pavilion"
DEVELOPMENT_TENANT = uuid.uuid5(PAVILION, "development tenant")


class DevelopmentIssuer:
    """Issues tokens with the key in ``folder``, which is made when it is not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key_file = folder / "ed25519.pem"

    @property
    def jwks_file(self) -> Path:
        """The public keys, for whoever verifies."""
        return self._folder / "jwks.json"

    def ensure(self) -> Ed25519PrivateKey:
        """The key; the first call makes it and the JWKS. Safe to call from several processes."""
        if not self._key_file.exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            pem = Ed25519PrivateKey.generate().private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            )
            draft = self._folder / f"draft.{os.getpid()}.{secrets.token_hex(4)}"
            draft.touch(mode=0o600)
            draft.write_bytes(pem)
            try:
                os.link(draft, self._key_file)  # fails if another process was first: its key counts
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        key = load_pem_private_key(self._key_file.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{self._key_file} is no Ed25519 key; remove it and a new one is made")
        if not self.jwks_file.exists():
            self._write_jwks(key)
        return key

    def token(
        self,
        *,
        now: datetime,
        roles: Sequence[str],
        tenant_id: uuid.UUID = DEVELOPMENT_TENANT,
        subject: str = "developer",
        lifetime: timedelta = timedelta(hours=12),
    ) -> str:
        """A signed access token."""
        key = self.ensure()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "tid": str(tenant_id),
            "roles": list(roles),
            "jti": str(uuid.uuid4()),
            "iat": now,
            "exp": now + lifetime,
        }
        return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": key_id(key)})

    def _write_jwks(self, key: Ed25519PrivateKey) -> None:
        public = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
        jwks = {"keys": [{**public, "kid": key_id(key), "use": "sig", "alg": ALGORITHM}]}
        draft = self._folder / f"jwks.{os.getpid()}.{secrets.token_hex(4)}"
        draft.write_bytes(msgspec.json.encode(jwks))
        draft.replace(self.jwks_file)


def key_id(key: Ed25519PrivateKey) -> str:
    """The id of a key: derived from its public half, so it is the same wherever it is computed."""
    return uuid.uuid5(PAVILION, key.public_key().public_bytes_raw().hex()).hex
