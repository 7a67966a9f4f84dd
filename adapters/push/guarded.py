"""Connections to addresses that users have named: only to where everybody can go.

The name is resolved once, every address it has is looked at, and the connection goes to one of these: a name that
resolves to something else a moment later gains nothing.
"""

import socket
from collections.abc import Callable, Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver


class AddressRefused(OSError):
    """Nobody may be sent there."""


def refuse_unless_public(url: str, allowed: Collection[str] = ()) -> None:
    """Raises AddressRefused for an address that is not https, has a port of its own choosing, credentials or an IP
    address that is not public. ``allowed``: hosts of one's own, which are trusted."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused("the address cannot be read") from error
    if host in allowed:
        return
    if parts.scheme != "https" or not host or parts.username is not None or port not in (None, 443):
        raise AddressRefused("only https addresses are called")
    if _is_literal(host) and not is_public(host):
        raise AddressRefused("the address is not public")


def may_be_called(allowed: str) -> Callable[[str], bool]:
    """Tells whether an address may be called, as far as that can be seen in it; ``allowed`` by commas."""
    hosts = hosts_in(allowed)

    def may(url: str) -> bool:
        try:
            refuse_unless_public(url, hosts)
        except AddressRefused:
            return False
        return True

    return may


def hosts_in(said: str) -> frozenset[str]:
    """Hosts by commas."""
    return frozenset(filter(None, map(str.strip, said.split(","))))


def is_public(address: str) -> bool:
    """Can everybody on the Internet go there? An IPv4 address within an IPv6 one is looked at, too."""
    found = ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if inner is not None:
        found = inner
    return found.is_global and not found.is_multicast


def _is_literal(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


class GuardedResolver(AbstractResolver):
    """Resolves names, and refuses one that leads anywhere that is not public."""

    def __init__(self, inner: AbstractResolver | None = None, allowed: Collection[str] = ()) -> None:
        self._inner = inner
        self._allowed = frozenset(allowed)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if self._inner is None:
            self._inner = ThreadedResolver()
        found = await self._inner.resolve(host, port, family)
        if host not in self._allowed and not all(is_public(each["host"]) for each in found):
            raise AddressRefused("the name leads to an address that is not public")
        return found

    async def close(self) -> None:
        if self._inner is not None:
            await self._inner.close()
