"""Money is a whole number of the currency's minor unit wherever the API says a sum: nowhere is there a float."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.main import app

DOCUMENT = app.openapi()
SCHEMAS = DOCUMENT["components"]["schemas"]
MONEY = ("/v1/payments", "/v1/refunds", "/v1/ledger", "/v1/payouts", "/v1/payees", "/v1/webhooks")
ABOUT_MONEY = [
    (method, path)
    for path, methods in DOCUMENT["paths"].items()
    for method in methods
    if path.startswith(MONEY)
]
SUMS = {"amount", "fee", "entry_fee", "paid", "stripe_fee", "given_back", "pool", "fixed", "net", "balance"}
"""Names that mean a sum of money."""


def reachable(value: Any, seen: set[str] | None = None) -> Iterator[tuple[str, Any]]:
    """Every value within, by its name, through references; each schema once."""
    seen = set() if seen is None else seen
    if isinstance(value, list):
        for each in value:
            yield from reachable(each, seen)
    elif isinstance(value, dict):
        ref = value.get("$ref", "")
        if ref and ref not in seen:
            seen.add(ref)
            yield from reachable(SCHEMAS[ref.rpartition("/")[2]], seen)
        for name, each in value.items():
            yield name, each
            yield from reachable(each, seen)


def test_there_are_operations_about_money() -> None:
    assert {("post", "/v1/payments"), ("get", "/v1/payments/{payment_id}"), ("get", "/v1/refunds")} <= set(
        ABOUT_MONEY
    )


@pytest.mark.parametrize(("method", "path"), ABOUT_MONEY)
def test_no_operation_about_money_has_a_float(method: str, path: str) -> None:
    for name, value in reachable(DOCUMENT["paths"][path][method]):
        assert not isinstance(value, float), name
        assert not (name == "type" and (value == "number" or "number" in value)), path


def test_a_sum_with_a_currency_is_always_a_whole_number() -> None:
    sums = {
        name: schema["properties"]
        for name, schema in SCHEMAS.items()
        if {"amount", "currency"} <= schema.get("properties", {}).keys()
    }
    assert "AmountBody" in sums
    for name, properties in sums.items():
        assert properties["amount"]["type"] == "integer", name
        assert properties["currency"]["type"] == "string", name


def test_whatever_means_a_sum_is_no_float() -> None:
    """Also in settings of tournaments and the like, whatever they are called."""
    for schema_name, schema in SCHEMAS.items():
        for name, found in schema.get("properties", {}).items():
            if name in SUMS:
                kinds = [value for key, value in reachable(found) if key == "type"] + [found.get("type")]
                assert "number" not in kinds, f"{schema_name}.{name}"
