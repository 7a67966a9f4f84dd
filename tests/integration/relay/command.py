"""The `pavilion` command against one test's database and topics."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from tests.integration.relay.conftest import Broker

Pavilion = Callable[..., Result]


def pavilion_for(monkeypatch: pytest.MonkeyPatch, broker: Broker, dsn: str) -> Pavilion:
    """Runs the command with these servers."""
    for name, value in {
        "POSTGRES_DSN": dsn,
        "KAFKA_BOOTSTRAP": broker.bootstrap,
        "KAFKA_PREFIX": broker.prefix,
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
    }.items():
        monkeypatch.setenv(f"PAVILION_{name}", value)
    return lambda *arguments: CliRunner().invoke(app, list(map(str, arguments)))


async def asked(pavilion: Pavilion, *arguments: object) -> tuple[int, Any]:
    """(exit code, the JSON it printed) of a command, while what the test started goes on."""
    result = await asyncio.to_thread(pavilion, *arguments, "--json")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    lines = result.stdout.splitlines()  # what others log meanwhile comes before
    return result.exit_code, json.loads(lines[-1]) if lines else None
