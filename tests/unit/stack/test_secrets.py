"""Secrets come from the environment, or are the checkout's own; a blank one refuses to start."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.stripe.signature import SignatureCheck
from adapters.temporal.keys import PayloadKeys
from stack.errors import StackError
from stack.secrets import identity_key, payload_keys, stripe_key, stripe_webhook_secrets

BOTH = pytest.mark.parametrize(
    ("read", "variable"),
    [
        (stripe_webhook_secrets, "PAVILION_STRIPE_WEBHOOK_SECRETS"),
        (payload_keys, "PAVILION_PAYLOAD_KEYS"),
        (identity_key, "PAVILION_IDENTITY_KEY"),
    ],
)
Read = Callable[[Path], str]


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STRIPE_KEY", "STRIPE_WEBHOOK_SECRETS", "PAYLOAD_KEYS", "IDENTITY_KEY"):
        monkeypatch.delenv(f"PAVILION_{name}", raising=False)


@BOTH
def test_what_is_configured_counts(
    read: Read, variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "given")
    assert read(tmp_path) == "given"
    assert list(tmp_path.iterdir()) == []


@BOTH
@pytest.mark.parametrize("blank", ["", " "])
def test_a_blank_one_refuses_to_start(
    read: Read, variable: str, blank: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, blank)
    with pytest.raises(StackError, match=f"{variable} is blank"):
        read(tmp_path)


@BOTH
def test_a_checkout_has_one_of_its_own(read: Read, variable: str, tmp_path: Path) -> None:
    made = read(tmp_path)
    assert read(tmp_path) == made != read(tmp_path / "other")
    (file,) = (tmp_path / ".pavilion/secrets").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


@BOTH
def test_processes_that_start_together_get_the_same(read: Read, variable: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(read, [tmp_path] * 8))) == 1


def test_what_is_made_can_be_used(tmp_path: Path) -> None:
    SignatureCheck(stripe_webhook_secrets(tmp_path))
    assert PayloadKeys.parse(payload_keys(tmp_path)).newest == "development"


def test_stripe_itself_is_not_used_with_a_secret_made_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAVILION_STRIPE_KEY", "rk_test_1")
    with pytest.raises(StackError, match="without PAVILION_STRIPE_WEBHOOK_SECRETS"):
        stripe_webhook_secrets(tmp_path)


def test_a_machine_with_a_simulator_has_no_key_of_stripes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stripe_key() is None
    monkeypatch.setenv("PAVILION_STRIPE_KEY", "rk_test_1")
    assert stripe_key() == "rk_test_1"
    monkeypatch.setenv("PAVILION_STRIPE_KEY", "")
    with pytest.raises(StackError, match="PAVILION_STRIPE_KEY is blank"):
        stripe_key()
