"""Whence a request comes: what gateways say counts, what anybody else says does not."""

import pytest

from auth.addresses import TrustedProxies

PROXIES = TrustedProxies("127.0.0.0/8, 10.0.0.0/8, ::1/128")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("127.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "198.51.100.1, nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("nonsense", "198.51.100.1", "nonsense"),
    ],
)
def test_the_last_address_that_no_proxy_has(peer: str, forwarded: str | None, client: str) -> None:
    assert PROXIES.client(peer, forwarded) == client


def test_without_proxies_nobody_is_believed() -> None:
    assert TrustedProxies("").client("127.0.0.1", "198.51.100.1") == "127.0.0.1"


def test_networks_that_are_none() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        TrustedProxies("127.0.0.1/99")
