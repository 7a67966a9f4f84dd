"""Error codes: every refusal of the domain has one a client can rely on."""

import ast
import re
from pathlib import Path

import pytest

import domain
from contracts.codes import CODES, REFUSALS, status_of, title_of

RAISERS = {"Violation", "CommandRefused", "FormatInvalid", "IdentityRefused"}


def domain_codes() -> set[str]:
    """The codes that stand in the source of ``domain``."""
    return codes_in(Path(domain.__path__[0]))


def codes_in(folder: Path) -> set[str]:
    """The codes that stand in the source below a folder."""
    codes = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISERS:
                code = node.args[0] if node.args else None
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    codes.add(code.value)
    return codes


def test_the_list_of_refusals_is_the_domains() -> None:
    """A code that is missing was added to the domain; one too many was renamed, which clients would notice."""
    assert domain_codes() - CODES.keys() == REFUSALS


@pytest.mark.parametrize("folder", ["handlers/identity", "adapters/passwords"])
def test_what_identity_refuses_has_a_code(folder: str) -> None:
    codes = codes_in(Path(domain.__path__[0]).parent / folder)
    assert codes
    assert codes - CODES.keys() - REFUSALS == set()


def test_codes_are_words() -> None:
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in REFUSALS | CODES.keys())


def test_what_the_domain_refuses_is_a_422_but_for_a_few() -> None:
    assert {code: status_of(code) for code in domain_codes() - REFUSALS} == {
        "expiry_too_late": 422,
        "overlap_out_of_range": 422,
        "password_common": 422,
        "password_too_long": 422,
        "password_too_short": 422,
        "tenant_slug_malformed": 422,
        "link_expired": 410,
        "link_used": 409,
        "match_exists": 409,
        "match_not_found": 404,
        "fixtures_changed": 409,
        "lines_refused": 422,
        "time_zone_unknown": 422,
        "correction_clashes": 409,
        "result_recorded": 409,
        "team_entered_already": 409,
        "team_name_taken": 409,
        "tournament_exists": 409,
        "tournament_full": 409,
        "tournament_not_found": 404,
        "wrong_phase": 409,
        "not_the_scorer": 409,
        "session_exists": 409,
        "session_not_found": 404,
        "payment_not_found": 404,
        "payout_approved_already": 409,
        "payout_not_found": 404,
        "payout_revised": 409,
        "payout_under_way": 409,
        "tournament_not_settled": 409,
    }
    assert {status_of(code) for code in REFUSALS} == {422}


def test_every_code_has_a_title() -> None:
    assert title_of("innings_closed") == "Innings closed"
    assert all(code.title and 400 <= code.status < 600 for code in CODES.values())
