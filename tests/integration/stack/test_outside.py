"""Servers that run already, and what is said of those that do not."""

from pathlib import Path

import pytest

from stack.doctor import examine
from stack.errors import StackError
from stack.outside import outside_address
from stack.servers import SERVERS, Server
from stack.stack import Stack


@pytest.mark.parametrize("server", SERVERS.values(), ids=lambda s: s.name)
def test_an_address_where_nothing_answers_is_named(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(server.variable, "scheme://user:secret@127.0.0.1:1/name")
    with pytest.raises(StackError, match=rf"{server.variable} says 127.0.0.1:1, and nothing answers there"):
        outside_address(server)


def test_a_server_of_the_environment_is_used_and_left_alone(
    redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAVILION_REDIS_URL", redis_url)
    stack = Stack(tmp_path, ("redis",))
    try:
        assert stack.up().redis_url == redis_url
        (status,) = stack.status()
        assert (status.state, status.source, status.pid) == ("outside", "environment", None)
    finally:
        stack.down()


def test_the_doctor_names_what_is_wrong_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAVILION_REDIS_URL", "redis://127.0.0.1:1/0")
    findings = {finding.name: finding for finding in examine(tmp_path)}
    assert findings["redis"].state == "bad"
    assert findings["redis"].remedy == "start that redis, or unset the variable to have one started here"
    assert findings["postgres"].state == "ok"
