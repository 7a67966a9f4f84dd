"""Ports of a checkout."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.errors import StackError
from stack.ports import claim, is_free
from tests.integration.stack.listener import held_port


@pytest.fixture(autouse=True)
def own_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return make_checkout(tmp_path / "one")


def make_checkout(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def busy() -> Iterator[int]:
    """A port that another process listens on, a Python."""
    with held_port() as port:
        yield port


def test_ports_are_free_and_differ(checkout: Path, said: list[str]) -> None:
    ports = claim(checkout, ("postgres", "kafka"), said.append)
    assert ports["postgres"] != ports["kafka"]
    assert all(is_free(port) for port in ports.values())


def test_ports_are_remembered(checkout: Path, said: list[str]) -> None:
    first = claim(checkout, ("postgres",), said.append)
    assert claim(checkout, ("postgres", "kafka"), said.append)["postgres"] == first["postgres"]
    assert said == []


def test_two_checkouts_never_have_the_same_port(
    tmp_path: Path, checkout: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stack.ports._candidates", lambda: [20_001, 20_002, 20_003])
    first = claim(checkout, ("postgres",), said.append)
    second = claim(make_checkout(tmp_path / "two"), ("postgres",), said.append)
    assert first != second


def test_a_checkout_that_was_deleted_gives_its_ports_back(
    tmp_path: Path, checkout: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stack.ports._candidates", lambda: [20_001])
    first = claim(checkout, ("postgres",), said.append)
    (checkout / "ports.json").unlink()
    assert claim(make_checkout(tmp_path / "two"), ("postgres",), said.append) == first


def test_a_remembered_port_that_was_taken_is_replaced_and_told(
    checkout: Path, said: list[str], busy: int
) -> None:
    (checkout / "ports.json").write_text(f'{{"postgres": {busy}}}')
    port = claim(checkout, ("postgres",), said.append)["postgres"]
    assert port != busy
    (line,) = said
    assert line.startswith(f"port {busy} is held by py")
    assert line.endswith(f"; using {port} instead")


def test_a_fixed_port_is_taken_as_it_is(
    checkout: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAVILION_PORT_TEMPORAL_UI", "20017")
    assert claim(checkout, ("temporal-ui",), said.append) == {"temporal-ui": 20_017}


def test_a_fixed_port_that_is_busy_names_its_holder(
    checkout: Path, said: list[str], busy: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAVILION_PORT_API", str(busy))
    with pytest.raises(StackError) as caught:
        claim(checkout, ("api",), said.append)
    assert f"port {busy} for api is held by py" in caught.value.problem
    assert "PAVILION_PORT_API" in caught.value.remedy


@pytest.mark.parametrize("value", ["http", "0", "65536", "-1"])
def test_what_is_no_port_is_refused(
    value: str, checkout: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAVILION_PORT_API", value)
    with pytest.raises(StackError, match=f"PAVILION_PORT_API is '{value}': set it to a port, 1 to 65535"):
        claim(checkout, ("api",), said.append)
