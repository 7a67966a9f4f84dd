"""Requests made from the OpenAPI documents by Schemathesis, through the gateway; answers are held to the documents.

First the examples, then for each operation what its schemas allow and what they do not, and then operations one after
another, with the ids that the first have given. The same seed makes the same requests.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.blackbox.conftest import League, Outside
from tests.e2e.blackbox.documented import DOCUMENTS

SECONDS = 40
"""For one document; what is made in it is made within seconds on an idle machine."""
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
LEFT_OUT = r"/live$|^/metrics$"
"""Streams have no end, and the process's own metrics are not led to."""


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_answer_is_as_it_is_documented(
    outside: Outside, ours: League, tmp_path: Path, document: str
) -> None:
    everybody = ours.with_role("admin", "organiser", "treasurer", "referee", "umpire", "scorer", "captain")
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--no-color", "run", f"{outside.url}{document}"),
        *("--tls-verify", outside.ca_file, "--header", f"Authorization: {everybody.authorization}"),
        *("--phases", "examples,coverage,stateful", "--checks", ",".join(CHECKS)),
        *("--seed", "1", "--generation-deterministic", "--max-examples", "1", "--no-shrink"),
        *("--exclude-path-regex", LEFT_OUT, "--max-time", str(SECONDS), "--workers", "2"),
        *("--request-timeout", "30", "--suppress-health-check", "all", "--warnings", "off"),
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=6 * SECONDS,
        cwd=tmp_path,
        check=False,
        env=os.environ,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2000:]
