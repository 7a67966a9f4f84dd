"""The `pavilion` command as a whole."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from cli.main import COMMANDS, app
from stack.errors import StackError

SLOW_TO_IMPORT = ("temporalio", "fastapi", "pydantic", "sqlalchemy", "aiokafka", "supervisor", "psutil")


def out_of_reach() -> None:
    """A command that meets something out of Pavilion's power."""
    raise StackError("the registry is out of reach", "check the network")


def full_disk() -> None:
    """A command that fills the disk; /dev/full is always full."""
    with open("/dev/full", "w") as file:
        file.write("x")


def test_nothing_slow_is_imported_before_a_command_needs_it() -> None:
    code = f"import cli.main, sys; print([m for m in {SLOW_TO_IMPORT!r} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(app, [name, "--help"], prog_name="pavilion")
    assert result.exit_code == 0
    assert f"Usage: pavilion {name} " in result.stdout


@pytest.mark.parametrize(
    ("function", "line"),
    [
        ("out_of_reach", "pavilion: the registry is out of reach: check the network\n"),
        ("full_disk", "pavilion: the disk is full (no file named): free some space and run it again\n"),
    ],
)
def test_what_is_wrong_outside_is_one_line(function: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "broken", f"{__name__}:{function}")
    result = CliRunner().invoke(app, ["broken"])
    assert result.exit_code == 1
    assert result.stderr == line
    assert result.stdout == ""


def test_reset_asks_only_where_somebody_can_answer() -> None:
    result = CliRunner().invoke(app, ["reset"])
    assert result.exit_code == 2
    assert "--yes" in result.stderr
