"""Encryption of what Temporal keeps of workflows about money: AES-256-GCM, each payload with a nonce of its own.

Whether a payload is encrypted is decided by the workflow it belongs to; whether it is decrypted, by the payload
itself. So a tournament, which is in plain text, can start a payment, which is not, and hear of it.
"""

import copy
import os
from collections.abc import Sequence
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from adapters.temporal.keys import PayloadKeys
from contracts.confidential import confidential

ENCODING = b"binary/encrypted"
KEY_ID = "encryption-key-id"
NONCE_BYTES = 12


class PayloadNotDecrypted(Exception):
    """A payload was encrypted with a key that is not configured, or was changed since."""


class EncryptingCodec(PayloadCodec, WithSerializationContext):
    """Encrypts with the first key what is confidential, and decrypts with whichever key a payload names."""

    def __init__(self, keys: PayloadKeys, *, encrypts: bool = False) -> None:
        self._ciphers = {id_: AESGCM(key) for id_, key in keys.by_id.items()}
        self._key_id = keys.newest
        self._encrypts = encrypts
        self._other: Self | None = None

    def with_context(self, context: SerializationContext) -> Self:
        """This codec, or its twin that does what this one does not. Made once: it is asked for every payload."""
        if is_confidential(context) == self._encrypts:
            return self
        if self._other is None:
            self._other = copy.copy(self)
            self._other._encrypts, self._other._other = not self._encrypts, self
        return self._other

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._encrypted(payload) for payload in payloads] if self._encrypts else list(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._decrypted(payload) for payload in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._key_id].encrypt(
            nonce, payload.SerializeToString(), self._key_id.encode()
        )
        return Payload(
            metadata={"encoding": ENCODING, KEY_ID: self._key_id.encode()},
            data=nonce + sealed,
        )

    def _decrypted(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        id_ = payload.metadata.get(KEY_ID, b"").decode(errors="replace")
        if id_ not in self._ciphers:
            raise PayloadNotDecrypted(f"the payload key {id_!r} is not configured")
        nonce, sealed = payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:]
        try:
            return Payload.FromString(self._ciphers[id_].decrypt(nonce, sealed, id_.encode()))
        except (InvalidTag, ValueError) as error:
            raise PayloadNotDecrypted(f"a payload does not fit the payload key {id_!r}") from error


def is_confidential(context: SerializationContext) -> bool:
    """Does what is (de)serialised belong to a workflow about money?"""
    if isinstance(context, WorkflowSerializationContext | ActivitySerializationContext):
        return confidential(context.workflow_id)
    return False
