"""No secret lies in the files, nor in what git remembers of them."""

import json
import secrets
import subprocess
from pathlib import Path

import pytest

from stack.folders import CHECKOUT
from stack.gitleaks import gitleaks

CONFIG = CHECKOUT / ".gitleaks.toml"


@pytest.fixture(scope="module")
def program() -> Path:
    return gitleaks(lambda _: None)


def leaks(program: Path, report: Path, *what: str) -> list[str]:
    """Rule, file and line of all that is found."""
    said = ("--no-banner", "--redact", "--report-format", "json", "--report-path", str(report))
    done = subprocess.run(
        [program, *what[:1], *said, "--config", CONFIG, *what[1:]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return [f"{one['RuleID']} {one['File']}:{one['StartLine']}" for one in json.loads(report.read_text())]


def test_no_file_has_a_secret(program: Path, tmp_path: Path) -> None:
    assert leaks(program, tmp_path / "report.json", "dir", str(CHECKOUT)) == []


@pytest.mark.skipif(not (CHECKOUT / ".git").exists(), reason="no clone")
def test_nor_has_the_history(program: Path, tmp_path: Path) -> None:
    assert leaks(program, tmp_path / "report.json", "git", "--log-opts=HEAD", str(CHECKOUT)) == []


def test_one_would_be_found(program: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_x.py").write_text(f'KEY = "sk_live_{secrets.token_hex(16)}"\n')
    (folder / "key.pem").write_text(
        f"-----BEGIN PRIVATE KEY-----\n{secrets.token_hex(64)}\n-----END PRIVATE KEY-----\n"
    )
    found = leaks(program, tmp_path / "report.json", "dir", str(folder))
    assert sorted(one.split()[0] for one in found) == ["private-key", "stripe-access-token"]
