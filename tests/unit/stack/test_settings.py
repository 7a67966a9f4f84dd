"""Where a process learns the addresses of the servers."""

import json
from pathlib import Path

import pytest

from stack.errors import StackError
from stack.folders import stack_file
from stack.settings import load_settings

WRITTEN = {
    "postgres_dsn": "postgresql://postgres@127.0.0.1:1/pavilion",
    "kafka_bootstrap": "127.0.0.1:2",
    "temporal_address": "127.0.0.1:3",
    "sources": {"postgres": "process"},
}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("POSTGRES_DSN", "KAFKA_BOOTSTRAP", "TEMPORAL_ADDRESS", "REDIS_URL", "API_URL", "ROOT"):
        monkeypatch.delenv(f"PAVILION_{name}", raising=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    file = stack_file(tmp_path)
    file.parent.mkdir()
    file.write_text(json.dumps(WRITTEN))
    return tmp_path


def test_the_running_stack_tells_its_addresses(root: Path) -> None:
    settings = load_settings(root)
    assert settings.postgres_dsn == WRITTEN["postgres_dsn"]
    assert settings.temporal_namespace == "default"
    assert settings.redis_url is None


def test_the_environment_goes_before_the_running_stack(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAVILION_KAFKA_BOOTSTRAP", "kafka.example:9092")
    settings = load_settings(root)
    assert settings.kafka_bootstrap == "kafka.example:9092"
    assert settings.temporal_address == "127.0.0.1:3"


def test_an_empty_variable_counts_as_not_set(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAVILION_KAFKA_BOOTSTRAP", "")
    assert load_settings(root).kafka_bootstrap == "127.0.0.1:2"


def test_pavilion_root_names_the_stack(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAVILION_ROOT", str(root))
    assert load_settings().kafka_bootstrap == "127.0.0.1:2"


def test_without_a_stack_the_missing_variables_are_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"no address for PAVILION_POSTGRES_DSN, .*: run `pavilion up`"):
        load_settings(tmp_path)
