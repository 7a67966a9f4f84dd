"""Where messages may be sent that users have named the address of: only to where everybody can go."""

import socket
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from adapters.push.guarded import AddressRefused, GuardedResolver, is_public, refuse_unless_public

PUBLIC = "https://push.example.com/send/x"


@pytest.mark.parametrize(
    "url",
    [
        "http://push.example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://192.168.1.1/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://[fe80::1%25eth0]/",
        "https://0.0.0.0/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://push.example.com:22/",
        "https://user:password@push.example.com/",
        "https:///nothing",
        "https://[",
        "ftp://push.example.com/",
    ],
)
def test_what_is_refused_by_its_looks(url: str) -> None:
    with pytest.raises(AddressRefused):
        refuse_unless_public(url)


def test_what_is_not() -> None:
    refuse_unless_public(PUBLIC)
    refuse_unless_public("https://8.8.8.8/")
    refuse_unless_public("http://127.0.0.1:8080/", {"127.0.0.1"})


@pytest.mark.parametrize("address", ["10.1.2.3", "::1", "2002:a00:1::", "fe80::1"])
def test_addresses_that_are_not_everybodys(address: str) -> None:
    assert not is_public(address)


class Answers(AbstractResolver):
    """Resolves every name to these."""

    def __init__(self, *hosts: str) -> None:
        self.hosts = hosts

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=each, port=port, family=family, proto=0, flags=0)
            for each in self.hosts
        ]

    async def close(self) -> None:
        pass


async def test_a_name_that_leads_inside_is_refused_even_if_it_leads_outside_too() -> None:
    with pytest.raises(AddressRefused):
        await GuardedResolver(Answers("8.8.8.8", "10.0.0.1")).resolve("push.example.com")
    (found,) = await GuardedResolver(Answers("8.8.8.8")).resolve("push.example.com")
    assert found["host"] == "8.8.8.8"


async def test_a_host_of_ones_own_must_be_allowed_by_name() -> None:
    allowed = GuardedResolver(Answers("127.0.0.1"), allowed={"push.test"})
    assert len(await allowed.resolve("push.test")) == 1
    with pytest.raises(AddressRefused):
        await allowed.resolve("other.test")
