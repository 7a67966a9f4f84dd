"""Where the demo's captains pay."""

from io import StringIO

import pytest
from rich.console import Console

from cli.demo import simulator_of_stripe

ADDRESSES = ("POSTGRES_DSN", "KAFKA_BOOTSTRAP", "TEMPORAL_ADDRESS")


@pytest.fixture(autouse=True)
def addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAVILION_STRIPE_KEY", raising=False)
    for name in ADDRESSES:
        monkeypatch.setenv(f"PAVILION_{name}", "here")


def found() -> tuple[bool, str]:
    """Whether they can pay, and what is said about it."""
    out = StringIO()
    return simulator_of_stripe(Console(file=out, width=200)) is not None, out.getvalue()


def test_at_the_simulator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAVILION_STRIPE_URL", "http://127.0.0.1:1")
    assert found() == (True, "")


def test_with_a_key_of_stripes_they_cannot_and_it_says_so_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAVILION_STRIPE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("PAVILION_STRIPE_KEY", "sk_test_key")
    can, said = found()
    assert not can
    assert len(said.splitlines()) == 1
    assert "simulator" in said
