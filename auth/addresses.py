"""Whence a request comes, when gateways stand between."""

import ipaddress
from functools import lru_cache

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class TrustedProxies:
    """The networks whose word counts about whom they pass on. Everybody else's ``X-Forwarded-For`` is hearsay."""

    def __init__(self, networks: str) -> None:
        """``networks`` by commas, such as ``127.0.0.0/8,::1``. Raises ValueError."""
        self._networks: tuple[Network, ...] = tuple(
            ipaddress.ip_network(each.strip()) for each in networks.split(",") if each.strip()
        )
        self._trusts = lru_cache(maxsize=4096)(self._look_up)

    def client(self, peer: str, forwarded: str | None) -> str:
        """The last address on the way that no trusted proxy has: of a direct call the peer's own."""
        client = peer
        for each in reversed((forwarded or "").split(",")):
            if not self._trusts(client):
                break
            address = _address(each.strip())
            if address is None:
                break
            client = address
        return client

    def _look_up(self, address: str) -> bool:
        try:
            return any(ipaddress.ip_address(address) in network for network in self._networks)
        except ValueError:
            return False


def _address(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None
