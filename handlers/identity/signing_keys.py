"""The keys that access tokens are signed with."""

from typing import Any


class SigningKeys:
    """Ed25519 keys: one signs; the next is published before it does; the old ones stay until their tokens are over."""

    async def jwks(self) -> dict[str, Any]:
        """The public keys (RFC 7517) that tokens now and soon are verified with."""
        raise NotImplementedError

    async def rotate(self) -> str:
        """Make the next key; its ``kid``. It signs once all verifiers have had time to see it. One that waits to sign
        already is left as it is, and named."""
        raise NotImplementedError

    async def keep(self) -> None:
        """What is to be done from time to time: the first key, a new one when the present one is old, old ones erased."""
        raise NotImplementedError

    async def sign(self, claims: dict[str, Any]) -> str:
        """A JWT of these claims, by the key that signs now."""
        raise NotImplementedError
