"""The recipes, as far as they can be told without running anything."""

from pathlib import Path

import pytest

from stack.outside import outside_address, setting_of
from stack.servers import SERVERS, Server, Site
from stack.stack import Addresses

EACH = pytest.mark.parametrize("server", SERVERS.values(), ids=lambda s: s.name)


def site(tmp_path: Path) -> Site:
    names = [name for server in SERVERS.values() for name in server.ports]
    return Site(tmp_path, {name: 20_000 + number for number, name in enumerate(names)})


def test_no_two_servers_share_a_port() -> None:
    names = [name for server in SERVERS.values() for name in server.ports]
    assert len(set(names)) == len(names)


@EACH
def test_the_variable_of_a_server_is_one_of_its_addresses(server: Server, tmp_path: Path) -> None:
    addresses = server.addresses(site(tmp_path))
    assert setting_of(server) in addresses
    assert set(addresses) <= set(Addresses.__dataclass_fields__)


@EACH
def test_a_container_listens_on_the_same_ports_as_the_process(server: Server, tmp_path: Path) -> None:
    here = site(tmp_path)
    container = server.container(here)
    assert here.ports[server.ports[0]] in container.ports
    assert ":" in container.image


@EACH
def test_without_the_variable_a_server_is_not_outside(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(server.variable, raising=False)
    assert outside_address(server) is None
