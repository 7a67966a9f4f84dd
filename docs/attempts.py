"""What docs/security.md lists as tried: from the tests in tests/e2e/blackbox, as they say it themselves."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.blackbox.attempts import RISKS

FOLDER = Path(__file__).parents[1] / "tests" / "e2e" / "blackbox"
BEGIN, END = "<!-- attempts: make docs -->\n", "<!-- end of attempts -->"


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt: ``test`` makes it."""

    risk: str
    tried: str
    refused_by: str
    test: str


def found() -> Iterator[Tried]:
    """Every test that is marked with ``attempt``. Raises ValueError for words that are no literals."""
    for file in sorted(FOLDER.glob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            for call in node.decorator_list:
                if (
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Name)
                    and call.func.id == "attempt"
                ):
                    said = {word.arg or "": ast.literal_eval(word.value) for word in call.keywords}
                    yield Tried(ast.literal_eval(call.args[0]), **said, test=f"{file.name}::{node.name}")


def tables() -> str:
    """One table for each risk."""
    known = list(found())
    text = ""
    for risk, name in RISKS.items():
        text += f"\n### {risk}: {name}\n\n| what was tried | what refused it |\n|---|---|\n"
        text += "".join(f"| {each.tried} | {each.refused_by} |\n" for each in known if each.risk == risk)
    return text + "\n"
