"""Error codes: every refusal of the domain has one a client can rely on."""

import ast
import re
from pathlib import Path

import domain.match
from contracts.codes import CODES, status_of, title_of

RAISERS = {"Violation", "CommandRefused"}


def domain_codes() -> set[str]:
    """The codes that stand in the source of ``domain/match``."""
    codes = set()
    for file in Path(domain.match.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISERS:
                code = node.args[0] if node.args else None
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    codes.add(code.value)
    return codes


def test_the_domains_codes_are_words() -> None:
    codes = domain_codes()
    assert len(codes) > 50
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)


def test_a_refusal_of_the_domain_is_a_422_a_409_or_a_404() -> None:
    statuses = {code: status_of(code) for code in domain_codes()}
    assert {code for code, status in statuses.items() if status != 422} == {
        "match_exists",
        "match_not_found",
        "correction_clashes",
    }
    assert set(statuses.values()) == {422, 409, 404}


def test_every_code_has_a_title() -> None:
    assert title_of("innings_closed") == "Innings closed"
    assert all(code.title and 400 <= code.status < 600 for code in CODES.values())
