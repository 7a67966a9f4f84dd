"""Requests made from the OpenAPI documents by Schemathesis, through the gateway; answers are held to the documents.

First the examples; then for each operation what its schemas allow and what they do not; then operations one after
another, with what the first have answered. Ids in addresses are those of a match and a tournament that there are. The
same is asked each time, and as much of it.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.blackbox.attempts import STAFF
from tests.e2e.blackbox.conftest import League, Outside
from tests.e2e.blackbox.documented import DOCUMENTS
from tests.e2e.blackbox.test_objects import tournament_of

SECONDS = 280
"""So long may it take on a busy machine; on an idle one each document takes some twenty."""
EXAMPLES = {"/openapi.json": 1, "/v1/auth/openapi.json": 3}
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
LEFT_OUT = r"/live$|^/metrics$|/sessions/current$"
"""Streams have no end, the process's own metrics are not led to, and who logs out sees nothing more."""


@pytest.mark.timeout(SECONDS + 60)
@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_answer_is_as_it_is_documented(
    outside: Outside, ours: League, tmp_path: Path, document: str
) -> None:
    ids = {"match_id": ours.match()[-36:], "tournament_id": tournament_of(ours)[-36:], "tenant_id": ours.id}
    settings = tmp_path / "schemathesis.toml"
    settings.write_text("[parameters]\n" + "".join(f'"path.{name}" = "{id_}"\n' for name, id_ in ids.items()))
    who = ours.with_role(*STAFF, "umpire", "scorer") if document == DOCUMENTS[0] else ours.owner
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--no-color", "--config-file", settings),
        *("run", f"{outside.url}{document}", "--tls-verify", outside.ca_file),
        *("--header", f"Authorization: {who.authorization}", "--exclude-path-regex", LEFT_OUT),
        *("--phases", "examples,fuzzing,stateful", "--checks", ",".join(CHECKS), "--continue-on-failure"),
        *("--generation-deterministic", "--max-examples", str(EXAMPLES[document]), "--no-shrink"),
        # One worker: in threads Hypothesis reads sources, which Python 3.11 cannot do in two of them.
        *("--workers", "1", "--request-timeout", "30", "--suppress-health-check", "all", "--warnings", "off"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2000:]
    assert "No issues found" in done.stdout
