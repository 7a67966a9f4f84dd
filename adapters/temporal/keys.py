"""The keys by which payloads are encrypted, as they are configured."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

KEY_BYTES = 32
LONGEST_KEY_ID = 64


class PayloadKeysInvalid(ValueError):
    """The configured keys cannot be used. Says why without saying what they are."""


@dataclass(frozen=True, slots=True)
class PayloadKeys:
    """``newest`` encrypts; all decrypt, so an old key stays as long as workflows live that were begun with it."""

    newest: str
    by_id: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Keys written ``id:base64,id:base64``, the newest first; each has 32 bytes.

        Raises PayloadKeysInvalid.
        """
        keys: dict[str, bytes] = {}
        for number, part in enumerate(text.split(","), 1):
            id_, separator, encoded = part.strip().partition(":")
            if not (separator and 0 < len(id_) <= LONGEST_KEY_ID and id_.isascii() and id_.isprintable()):
                raise PayloadKeysInvalid(f"payload key {number} is not written id:base64")
            if id_ in keys:
                raise PayloadKeysInvalid(f"two payload keys have the id {id_!r}")
            keys[id_] = _key(id_, encoded)
        return cls(next(iter(keys)), keys)


def _key(id_: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise PayloadKeysInvalid(f"payload key {id_!r} is not base64") from None
    if len(key) != KEY_BYTES:
        raise PayloadKeysInvalid(f"payload key {id_!r} has {len(key)} bytes instead of {KEY_BYTES}")
    return key
