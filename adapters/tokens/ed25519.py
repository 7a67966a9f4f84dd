"""Keys that access tokens are signed with."""

import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from jwt.algorithms import OKPAlgorithm

from contracts.ids import PAVILION
from contracts.tokens import ALGORITHM
from handlers.identity.ports import KeyPair

_private_key = lru_cache(maxsize=16)(Ed25519PrivateKey.from_private_bytes)


class Ed25519KeyPairs:
    """A :class:`handlers.identity.ports.KeyPairs`."""

    def new(self) -> KeyPair:
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes_raw()
        return KeyPair(uuid.uuid5(PAVILION, public.hex()).hex, public, key.private_bytes_raw())

    def sign(self, claims: Mapping[str, Any], kid: str, private: bytes) -> str:
        return jwt.encode(dict(claims), _private_key(private), algorithm=ALGORITHM, headers={"kid": kid})

    def jwk(self, kid: str, public: bytes) -> dict[str, Any]:
        key = OKPAlgorithm.to_jwk(Ed25519PublicKey.from_public_bytes(public), as_dict=True)
        return {**key, "kid": kid, "use": "sig", "alg": ALGORITHM}
