"""The audit of the locked packages, by the real pip-audit, against a list of the tests' own."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.audit import CLEAN, UNKNOWN, VULNERABLE, audit, judge

PINNED = f"idna==3.10 --hash=sha256:{'0' * 64}\ntyping-extensions==4.15.0 --hash=sha256:{'0' * 64}\n"
LEAK = {
    "id": "PYSEC-0000-1",
    "summary": "it leaks",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "idna"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.11"}]}],
        }
    ],
}


class List(BaseHTTPRequestHandler):
    """Speaks OSV (https://google.github.io/osv.dev/post-v1-query/). ``known``: what is found, by package."""

    known: dict[str, list[dict[str, Any]]]

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        answer = json.dumps({"vulns": self.known.get(asked["package"]["name"], [])}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def pinned(tmp_path: Path) -> str:
    (file := tmp_path / "locked.txt").write_text(PINNED)
    return str(file)


@pytest.fixture
def osv() -> Iterator[tuple[str, dict[str, list[dict[str, Any]]]]]:
    """A list's address, and what it knows."""
    known: dict[str, list[dict[str, Any]]] = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Known", (List,), {"known": known}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query", known
    server.shutdown()
    server.server_close()


def look(pinned: str, url: str) -> tuple[int, str]:
    verdict = audit(pinned, "--vulnerability-service", "osv", "--osv-url", url)
    return verdict.code, "\n".join(verdict.lines)


def test_a_known_vulnerability_fails(pinned: str, osv: tuple[str, dict[str, Any]]) -> None:
    url, known = osv
    assert look(pinned, url) == (CLEAN, "no known vulnerability in 2 packages")
    known["idna"] = [LEAK]
    assert look(pinned, url) == (VULNERABLE, "idna 3.10: PYSEC-0000-1, mended in 3.11")


def test_a_list_that_is_away_is_told_apart(pinned: str) -> None:
    code, said = look(pinned, "http://127.0.0.1:1/v1/query")
    assert code == UNKNOWN
    assert said.startswith("vulnerabilities could not be looked up: ")


def test_a_registry_that_knows_nothing_is_no_clean_bill() -> None:
    skipped = {"name": "idna", "skip_reason": "not found"}
    clean = {"name": "attrs", "version": "25.1", "vulns": []}
    assert judge([skipped, skipped]).code == UNKNOWN
    assert judge([skipped, clean]).code == UNKNOWN
    leaky = {"name": "attrs", "version": "25.1", "vulns": [{"id": "X", "fix_versions": []}]}
    assert judge([skipped, leaky]).code == VULNERABLE
