"""Who is at the door: whoever the token names, the API key's owner, or an address."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from api.errors import Problem
from api.security import TokenVerifier
from auth.forward.ports import KeyExchange
from domain.identity.throttling import network_of

KEY_PREFIX = "pvk_"
LONGEST_API_KEY = 200
BEARER = "Bearer "
EXCHANGED_SECONDS = 60.0
"""A key's token is used this long before the key is exchanged again; what is revoked meanwhile is refused by the
token, as every token is."""
REFUSED_SECONDS = 2.0
REMEMBERED_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody at the door. ``name`` is whom requests are counted for; ``authorization`` what services are sent.

    ``problem`` is why they are not let in: whoever shows a bad token is counted by their address like anybody who
    shows none, so that nobody can try tokens without end.
    """

    name: str
    tenant_id: UUID | None = None
    subject: str = ""
    authorization: str | None = None
    problem: Problem | None = None


class Callers:
    """Tells who somebody is by what they show."""

    def __init__(self, verifier: TokenVerifier, keys: "ExchangedKeys | None") -> None:
        self._verifier = verifier
        self._keys = keys

    async def arrival(self, authorization: str | None, forwarded_for: str) -> Arrival:
        """Who it is. Raises Problem (503) where that cannot be told now."""
        address = address_of(forwarded_for)
        if authorization is None:
            return Arrival(address)
        try:
            shown = await self._as_token(authorization)
            principal = await self._verifier.verify(shown)
        except Problem as problem:
            if problem.status >= 500:
                raise
            if self._keys is not None and problem.code == "token_revoked":
                self._keys.forget(_shown(authorization))
            return Arrival(address, problem=problem)
        return Arrival(
            f"{principal.tenant_id}:{principal.kind}:{principal.subject}",
            principal.tenant_id,
            principal.subject,
            shown,
        )

    def must_ask(self, authorization: str | None) -> bool:
        """Is it an API key about which the Auth Service is to be asked first?"""
        shown = _shown(authorization or "")
        return self._keys is not None and shown.startswith(KEY_PREFIX) and not self._keys.knows(shown)

    async def _as_token(self, authorization: str) -> str:
        scheme, _, shown = authorization.partition(" ")
        if scheme.lower() != "bearer" or not shown.strip().startswith(KEY_PREFIX):
            return authorization
        if self._keys is None:
            raise _refused("token_invalid", "API keys are not taken here")
        return BEARER + await self._keys.token(shown.strip())


def address_of(forwarded_for: str) -> str:
    """Whom requests are counted for that say nobody's name."""
    return f"address:{network_of(forwarded_for)}"


def _shown(authorization: str) -> str:
    return authorization.partition(" ")[2].strip()


def _name(key: str) -> bytes:
    return hashlib.sha256(key.encode(errors="surrogatepass")).digest()


def _refused(code: str, detail: str) -> Problem:
    return Problem(
        code, detail, headers={"www-authenticate": 'Bearer realm="pavilion", error="invalid_token"'}
    )


class ExchangedKeys:
    """Tokens of API keys. A key is kept by its hash only; requests that come at once with one key ask once."""

    def __init__(self, exchange: KeyExchange, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._exchange = exchange
        self._clock = clock
        self._known: OrderedDict[bytes, tuple[float, str | Problem]] = OrderedDict()
        self._asked: dict[bytes, asyncio.Task[str]] = {}

    async def token(self, key: str) -> str:
        """A short access token. Raises Problem (401; 503 where nobody can tell)."""
        if len(key) > LONGEST_API_KEY:
            raise _refused("token_malformed", "no API key is that long")
        name = _name(key)
        until, known = self._known.get(name, (0.0, ""))
        if self._clock() >= until:
            known = await self._ask(name, key)
        if isinstance(known, Problem):
            raise known
        return known

    def knows(self, key: str) -> bool:
        """Was the key exchanged, or refused, a moment ago?"""
        return self._clock() < self._known.get(_name(key), (0.0, ""))[0]

    def forget(self, key: str) -> None:
        """What it was exchanged for was revoked: the key is exchanged again, if it opens anything yet."""
        self._known.pop(_name(key), None)

    async def _ask(self, name: bytes, key: str) -> str | Problem:
        asked = self._asked.get(name)
        if asked is None:
            asked = self._asked[name] = asyncio.ensure_future(self._exchange.exchange(key))
            asked.add_done_callback(lambda _: self._asked.pop(name, None))
        try:
            answer: str | Problem = await asyncio.shield(asked)
        except Problem as problem:
            if problem.status >= 500:
                raise
            answer = problem
        kept = REFUSED_SECONDS if isinstance(answer, Problem) else EXCHANGED_SECONDS
        self._known[name] = (self._clock() + kept, answer)
        self._known.move_to_end(name)
        if len(self._known) > REMEMBERED_KEYS:
            self._known.popitem(last=False)
        return answer
