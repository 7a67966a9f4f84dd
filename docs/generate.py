"""Writes what the documentation says about the code from the code itself.

    python -m docs.generate

docs/errors.md from the tables of codes and the rules' own words, docs/permissions.md from those of permissions,
docs/cli.md from the commands, what docs/security.md lists from the tests that try it, the scorecard of the README from the simulator; contracts/schemas, contracts/asyncapi.json
and docs/events.md from the events. A test holds the files to this. A schema that would break with the committed one is
refused, and then nothing is written.
"""

import ast
import io
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import typer
from rich.console import Console
from typer.cli import get_docs_for_click

from api import main
from api.errors import as_problem
from cli.card import render
from cli.main import app
from cli.simulator import simulate
from contracts import committed, event_page
from contracts.asyncapi import document
from contracts.codes import CODES, REFUSALS, status_of
from docs import access, attempts
from domain.match import CommandRefused, decide, evolve, initial
from domain.match.card import scorecard

PROJECT = Path(__file__).parents[1]
SEED = 2127
BEGIN, END = "<!-- scorecard: make docs -->\n```text\n", "```\n<!-- end of scorecard -->"
NOTICE = "<!-- Written by `make docs`; a test compares. -->\n"

ERRORS = f"""\
{NOTICE}# Error codes

Every answer that is not a success is a problem (RFC 9457, `application/problem+json`) with a `code`. Codes are
part of the API: none is renamed, and none changes its meaning. Words, titles and details may. A refused ball:

```json
EXAMPLE
```

`GET /problems/<code>` says what a code means. The tables are `contracts/codes.py`.

"""
REFUSED = """\

## What the Laws or the state of the match forbid (422)

Nothing was recorded. **Umpires** marks the rules that the umpires can set aside: what happened in the middle
happened, so the same command with `umpire_decision` (their reason) is recorded, and the event keeps the reason.

| code | umpires | what it says | from |
|---|---|---|---|
"""


@dataclass(slots=True)
class Refusal:
    """What stands in the domain about one code. ``…`` stands for what is filled in."""

    texts: list[str] = field(default_factory=list[str])
    rules: list[str] = field(default_factory=list[str])
    umpires: bool = False

    def add(self, text: str, rule: str, umpires: bool) -> None:
        """Another place where the code is given."""
        self.texts += [text] if text not in self.texts else []
        self.rules += [rule] if rule and rule not in self.rules else []
        self.umpires |= umpires


def refusals() -> dict[str, Refusal]:
    """Every code that the domain gives."""
    found: dict[str, Refusal] = defaultdict(Refusal)
    for file in sorted((PROJECT / "domain").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for code, text, rule, umpires in _given(function):
                found[code].add(text, rule, umpires)
    return found


def _given(function: ast.FunctionDef) -> Iterator[tuple[str, str, str, bool]]:
    """(code, text, rule, umpires may allow) of each ``Violation`` and ``CommandRefused`` in a function."""
    texts: dict[str, ast.expr] = {}
    for node in sorted(ast.walk(function), key=lambda node: getattr(node, "lineno", 0)):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            texts[node.targets[0].id] = node.value
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        order = {"Violation": ("umpires_may_allow", "rule"), "CommandRefused": ("rule", "umpires_may_allow")}
        code = node.args[0]
        if node.func.id not in order or not isinstance(code, ast.Constant):
            continue
        more = dict(zip(order[node.func.id], node.args[2:], strict=False))
        more |= {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        said = node.args[1]
        said = texts.get(said.id, said) if isinstance(said, ast.Name) else said
        # What is not said outright (a call, a comparison) may turn out either way.
        allow = more.get("umpires_may_allow", ast.Constant(False))
        umpires = allow.value is True if isinstance(allow, ast.Constant) else True
        yield str(code.value), _words(said), _words(more.get("rule", ast.Constant(""))), umpires


def _words(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(part) for part in node.values)
    return "…"


def example() -> str:
    """What the API answers to a refused ball."""
    refusal = CommandRefused("wrong_striker", "R Sharma is on strike", "Law 18.11", umpires_may_allow=True)
    path = "/v1/matches/0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b/balls"
    answer = as_problem(refusal).response(instance=path, request_id="01JAB3")
    return json.dumps(json.loads(bytes(answer.body)), indent=2)


def errors() -> str:
    """docs/errors.md."""
    lines = ["| code | status | what it means |", "|---|---|---|"]
    lines += [f"| `{code}` | {known.status} | {known.title} |" for code, known in sorted(CODES.items())]
    given = refusals()
    refused = []
    for code in sorted(REFUSALS | {code for code in given if code not in CODES}):
        one = given[code]
        mark = "may allow" if one.umpires else ""
        refused.append(f"| `{code}` | {mark} | {'; '.join(one.texts)} | {', '.join(one.rules)} |")
        assert status_of(code) == 422, code  # noqa: S101 - the heading says so
    return (
        ERRORS.replace("EXAMPLE", example()) + "\n".join(lines) + "\n" + REFUSED + "\n".join(refused) + "\n"
    )


def commands() -> str:
    """docs/cli.md."""
    group = typer.main.get_command(app)
    context = typer.Context(group, info_name="pavilion")
    text = get_docs_for_click(obj=group, ctx=context, name="pavilion", title="The `pavilion` command")
    return NOTICE + text.strip() + "\n"


def card() -> str:
    """The whole card of the README's match, as `pavilion demo --match --seed` prints it in 80 columns."""
    state = initial()
    for command in simulate(SEED):
        for event in decide(state, command, None):
            evolve(state, event)
    page = io.StringIO()
    render(scorecard(state), Console(file=page, width=80, color_system=None))
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines())


def excerpt(card: str) -> str:
    """Of a card: its head, the chase, and the result."""
    parts = card.strip().split("\n\n")
    heads = [index for index, part in enumerate(parts) if " innings " in part.splitlines()[0]]
    chase = heads[1]
    end = next(
        (i for i in range(chase + 1, len(parts)) if "────" in parts[i].splitlines()[0]), len(parts) - 1
    )
    return "\n\n".join([parts[0], "…", *parts[chase:end], "…", parts[-1]]) + "\n"


def permissions() -> str:
    """docs/permissions.md."""
    return NOTICE + access.page(main.OPERATIONS)


def readme() -> str:
    """README.md with its scorecard."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END, 1)
    return before + BEGIN + excerpt(card()) + END + after


def security() -> str:
    """docs/security.md with what was tried."""
    text = (PROJECT / "docs/security.md").read_text(encoding="utf-8")
    before, rest = text.split(attempts.BEGIN)
    _, after = rest.split(attempts.END, 1)
    return before + attempts.BEGIN + attempts.tables() + attempts.END + after


def asyncapi() -> str:
    """contracts/asyncapi.json."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


PAGES = {
    "README.md": readme,
    "docs/errors.md": errors,
    "docs/cli.md": commands,
    "docs/permissions.md": permissions,
    "docs/security.md": security,
    "docs/events.md": event_page.page,
    "contracts/asyncapi.json": asyncapi,
}

if __name__ == "__main__":
    try:
        committed.write()
    except committed.IncompatibleChange as error:
        sys.exit(str(error))
    for name, page in PAGES.items():
        (PROJECT / name).write_text(page(), encoding="utf-8")
