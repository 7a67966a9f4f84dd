"""Where requests may go that somebody else has asked for: to public addresses, encrypted, and nowhere else.

Whoever may name an address for us to call would otherwise reach what only we can: a database beside us, the metadata
of a cloud, a service of the same machine (OWASP API7:2023, server-side request forgery). A URL is judged twice: what
can be seen in it when it is given, and each address that its name stands for when it is called.

Only the plainest form of a URL is taken, so that no two readers of it can disagree about its host: ASCII, no user,
no fragment, no number in another notation than four decimal ones.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

PORTS = frozenset({443, 8443})
"""Where HTTPS is spoken. To others, what sounds like a request can be a command: to a mail server, to a cache."""
LONGEST_URL = 2048

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<user>[^/?#\\\s]*@)?(?P<host>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<rest>(?:[/?][!$%&'()*+,./0-9:;=?@A-Z_a-z~\[\]-]*)?)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
"""A last part like this makes a host an IPv4 address (WHATWG URL, "ends in a number"), however it is written."""

_LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "test", "invalid", "onion")
"""Names that are no part of the public DNS: RFC 6761, RFC 6762, RFC 8375, RFC 7686, and ICANN's `internal`."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_IN_DISGUISE: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # IETF protocol assignments (RFC 6890)
            "2001::/23",  # IETF protocol assignments, with Teredo (RFC 4380) in 2001::/32
            "2002::/16",  # 6to4 (RFC 3056): an IPv4 address within
            "3fff::/20",  # documentation (RFC 9637)
            "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
            "168.63.129.16/32",  # the platform itself, as each machine at Azure sees it
        ),
    )
)
"""What ``is_global``, of some versions of Python at least, takes for global. NAT64 (64:ff9b::/96, RFC 6052), mapped and
compatible addresses (::ffff:0:0/96, ::/96) are no global unicast at all."""


class Refused(Exception):
    """It may not be called. ``code`` never changes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be called, in parts. ``host`` has no brackets; ``address`` is it, if it is an address."""

    scheme: str
    host: str
    port: int
    rest: str
    address: Address | None

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == {"https": 443, "http": 80}[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.rest or '/'}"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an installation lets be called besides: names, and networks that are not public. For tests and a
    developer's own machine; there plain HTTP and every port go too. Nothing by default."""

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, said: str) -> "Allowed":
        """``localhost,127.0.0.0/8``: names, addresses and networks by commas. Raises ValueError."""
        names: set[str] = set()
        networks: list[Network] = []
        for word in filter(None, (part.strip().lower() for part in said.split(","))):
            try:
                networks.append(ip_network(word))
            except ValueError:
                if not is_name(word):
                    raise ValueError(f"{word!r} is neither a name nor an address or network") from None
                names.add(word)
        return cls(frozenset(names), tuple(networks))

    def has(self, address: Address) -> bool:
        return any(address.version == network.version and address in network for network in self.networks)

    def name(self, host: str) -> bool:
        return host in self.names


NOTHING = Allowed()


def read(url: str, allowed: Allowed = NOTHING) -> Target:
    """What can be told of a URL by itself. Raises Refused: url_malformed, url_has_credentials, url_not_https,
    url_port_refused, address_not_public."""
    found = _URL.fullmatch(url) if len(url) <= LONGEST_URL else None
    if found is None:
        raise Refused(
            "url_malformed",
            "give an address like https://example.org/path: in ASCII (a name in other letters as xn--…), without "
            f"fragment, and of {LONGEST_URL} characters at most",
        )
    if found["user"] is not None:
        raise Refused("url_has_credentials", "no user and no password in the address, please")
    scheme, host = found["scheme"].lower(), found["host"].lower().rstrip(".")
    address = _literal(host)
    host = str(address) if address is not None else host
    port = int(found["port"] or {"https": 443, "http": 80}[scheme])
    exempt = allowed.name(host) or (address is not None and allowed.has(address))
    if not exempt:
        _insist(scheme, host, port, address)
    if not 0 < port < 65536:
        raise Refused("url_malformed", f"there is no port {port}")
    return Target(scheme, host, port, found["rest"], address)


def check(host: str, addresses: Iterable[Address], allowed: Allowed = NOTHING) -> None:
    """Of what a name stands for, everything must be public: one that is not is no accident.

    Raises Refused (address_not_public).
    """
    for address in addresses:
        if not (is_public(address) or allowed.has(address) or allowed.name(host)):
            raise Refused("address_not_public", f"{host} is not at a public address")


def is_public(address: Address) -> bool:
    """Can everybody reach this address, and is it that of one machine alone?"""
    if address.is_multicast or not address.is_global or any(address in each for each in _same(address)):
        return False
    if isinstance(address, IPv4Address):
        return not address.is_reserved
    return address in _GLOBAL_UNICAST and address.scope_id is None


def is_name(host: str) -> bool:
    """Is it a host's name as DNS has them?"""
    return 0 < len(host) <= 253 and all(_LABEL.fullmatch(label) for label in host.split("."))


def _same(address: Address) -> Iterable[Network]:
    return (network for network in _IN_DISGUISE if network.version == address.version)


def _literal(host: str) -> Address | None:
    """The address that a host is, None for a name. Raises Refused (url_malformed)."""
    numeric = host.startswith("[") or _NUMBER.fullmatch(host.rpartition(".")[2]) is not None
    if not numeric:
        if not is_name(host):
            raise Refused("url_malformed", f"no host can be called {host!r}")
        return None
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        raise Refused(
            "url_malformed", f"{host!r} is no address; one of IPv4 has four decimal numbers"
        ) from None


def _insist(scheme: str, host: str, port: int, address: Address | None) -> None:
    """What is asked of everybody who is not let off."""
    if address is not None:
        check(host, [address])
    elif "." not in host or any(host == name or host.endswith(f".{name}") for name in _LOCAL_NAMES):
        raise Refused("address_not_public", f"{host} is not a name of the public DNS")
    if scheme != "https":
        raise Refused("url_not_https", "what is sent must be encrypted: give an https:// address")
    if port not in PORTS:
        raise Refused(
            "url_port_refused", f"port {port} is not called; use {' or '.join(map(str, sorted(PORTS)))}"
        )
