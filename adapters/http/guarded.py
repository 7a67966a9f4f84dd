"""A client that calls public addresses only, whatever a URL, a name server or an answer says.

A name is resolved once for a connection; every address it stands for must be public, and the connection goes to one
of those: a name server that says something else a moment later is not asked. As a second net the address of each
socket is looked at before it is made. Redirects are not followed, no proxy of the environment is used, no cookie is
kept, and of the answer only the beginning is read.
"""

import socket
import ssl
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from ipaddress import ip_address

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from adapters.http.names import ThreadedNames
from domain.outgoing import NOTHING, Allowed, Refused, check, read
from handlers.outgoing import Answered, NotAnswered

TOTAL_SECONDS = 15.0
"""Standard Webhooks: "somewhere between 15 and 30s"."""
CONNECT_SECONDS = 5.0
KEEP_ALIVE_SECONDS = 4.0
"""Shorter than what common servers keep an idle connection for (Node's 5 s), so that none is used as it is closed."""
CONNECTIONS = 256
"""In all, and to one host: many leagues' receivers may be at one, and who has how many under way is said elsewhere."""
ANSWER_BYTES = 4 * 1024
USER_AGENT = "Pavilion/1"


class GuardedResolver(AbstractResolver):
    """Another resolver's answers, refused as a whole when one of the addresses is not public."""

    def __init__(self, allowed: Allowed = NOTHING, resolver: AbstractResolver | None = None) -> None:
        self._allowed = allowed
        self._resolver = resolver or ThreadedNames()
        self.let_off: set[str] = set()
        """Addresses of the names that are let off."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        name = host.lower().rstrip(".")
        check(name, [ip_address(each["host"]) for each in found], self._allowed)
        if self._allowed.name(name):
            self.let_off |= {each["host"] for each in found}
        return found

    async def close(self) -> None:
        await self._resolver.close()


class GuardedClient:
    """A :class:`handlers.outgoing.Outgoing`. Made by ``guarded_client``."""

    def __init__(self, http: aiohttp.ClientSession, allowed: Allowed) -> None:
        self._http = http
        self._allowed = allowed

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        try:
            target = read(url, self._allowed)
            async with self._http.post(
                target.url, data=body, headers=headers, allow_redirects=False
            ) as response:
                begins = await _beginning(response)
                named = {name.lower(): value for name, value in response.headers.items()}
                return Answered(status=response.status, headers=named, body=begins)
        except Refused as refused:
            raise NotAnswered(refused.code, refused.message) from refused
        except TimeoutError as error:
            raise NotAnswered("timed_out", f"no answer within {TOTAL_SECONDS:g} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _failure(error) from error


@asynccontextmanager
async def guarded_client(
    allowed: Allowed = NOTHING,
    *,
    resolver: AbstractResolver | None = None,
    tls: ssl.SSLContext | None = None,
    total_seconds: float = TOTAL_SECONDS,
) -> AsyncIterator[GuardedClient]:
    """A client with connections of its own. ``resolver`` and ``tls`` are the system's unless given."""

    guard = GuardedResolver(allowed, resolver)
    connector = aiohttp.TCPConnector(
        resolver=guard,
        use_dns_cache=False,  # an answer is for the connection it was asked for
        ssl=tls or True,
        limit=CONNECTIONS,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
        socket_factory=lambda info: guarded_socket(info, allowed, guard.let_off),
    )
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=total_seconds, connect=CONNECT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"user-agent": USER_AGENT, "accept-encoding": "identity"},
        trust_env=False,
        auto_decompress=False,  # a small answer may be a large one, packed
    ) as http:
        yield GuardedClient(http, allowed)


def guarded_socket(
    info: aiohttp.AddrInfoType, allowed: Allowed = NOTHING, let_off: Collection[str] = ()
) -> socket.socket:
    """A socket for an address: the last look at where it goes. Raises Refused (address_not_public)."""
    family, kind, protocol, _, address = info
    host = str(address[0])
    if host not in let_off:
        check(host, [ip_address(host)], allowed)
    made = socket.socket(family=family, type=kind, proto=protocol)
    made.setblocking(False)
    return made


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """The first bytes of the answer. A longer one is left unread, and its connection closed. Once there is a status,
    the answer is given: that the rest is late, or breaks off, takes nothing back."""
    begins = b""
    try:
        while len(begins) < ANSWER_BYTES:
            chunk = await response.content.read(ANSWER_BYTES - len(begins))
            if not chunk:
                return begins
            begins += chunk
    except (TimeoutError, aiohttp.ClientError, OSError):
        response.close()
        return begins
    if not response.content.at_eof():
        response.close()
    return begins


def _failure(error: Exception) -> NotAnswered:
    """What went wrong, without words of the other side."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return NotAnswered("name_not_found", "the name of the host is not known")
    if isinstance(error, aiohttp.ClientSSLError | aiohttp.ClientConnectorCertificateError | ssl.SSLError):
        return NotAnswered("tls_failed", "the certificate or the encryption of the host is not right")
    if isinstance(error, aiohttp.ClientResponseError | aiohttp.ClientPayloadError | ValueError):
        return NotAnswered("answer_malformed", "what came back is no answer of HTTP")
    return NotAnswered("connection_failed", "the host cannot be reached, or closed the connection")
