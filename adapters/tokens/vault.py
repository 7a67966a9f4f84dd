"""Encryption at rest (AES-256-GCM): what a stolen copy of the database does not give away."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.temporal.keys import PayloadKeys
from handlers.identity.ports import CannotOpen

NONCE_BYTES = 12
_FORMAT = b"\x01"


class AesVault:
    """A :class:`handlers.identity.ports.Vault`. The newest key seals; all open, so keys can be replaced.

    A sealed secret: format, length of the key's id, id, nonce, ciphertext with tag.
    """

    def __init__(self, keys: PayloadKeys) -> None:
        self._newest = keys.newest
        self._ciphers = {id_: AESGCM(key) for id_, key in keys.by_id.items()}

    def seal(self, secret: bytes, about: str) -> bytes:
        id_ = self._newest.encode()
        nonce = os.urandom(NONCE_BYTES)
        ciphertext = self._ciphers[self._newest].encrypt(nonce, secret, about.encode())
        return _FORMAT + bytes([len(id_)]) + id_ + nonce + ciphertext

    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises CannotOpen."""
        try:
            if sealed[:1] != _FORMAT:
                raise CannotOpen("this was not sealed here")
            end = 2 + sealed[1]
            cipher = self._ciphers[sealed[2:end].decode()]
            nonce, ciphertext = sealed[end : end + NONCE_BYTES], sealed[end + NONCE_BYTES :]
            return cipher.decrypt(nonce, ciphertext, about.encode())
        except (InvalidTag, KeyError, IndexError, ValueError) as error:
            raise CannotOpen(f"the secret of {about} cannot be decrypted with the configured keys") from error
