"""What leaves a process says whose it is: ids of workflows, what they are found by, records of Kafka."""

import inspect
from datetime import UTC, datetime
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

import contracts.fixtures
import contracts.payments
import contracts.payout
import contracts.reconciliation
import contracts.relay
import contracts.work
from contracts.cloudevents import Envelope, decode, encode
from contracts.entry import EntryOf
from contracts.fixtures import FixturesRequest
from contracts.work import PAYMENT, PAYOUT, TOURNAMENT, Aggregate
from workflows import search_attributes, start
from workflows.start import QUEUES

LEAGUE, OTHER, THING = UUID(int=1), UUID(int=2), UUID(int=3)
MODULES: tuple[ModuleType, ...] = (
    contracts.fixtures,
    contracts.payments,
    contracts.payout,
    contracts.reconciliation,
    contracts.relay,
    contracts.work,
)
OF_NO_LEAGUE = {
    "relay_workflow_id": "the relay publishes every league's events",
    "reconciliation_workflow_id": "one for the account at Stripe, named by the league that it is",
    "workflow_id": "of an aggregate, which knows its league",
}
BUILDERS = {
    name: function
    for module in MODULES
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if name.endswith("workflow_id")
}
STARTS: dict[str, dict[str, Any]] = {
    "tournament": start.tournament(QUEUES, Aggregate(kind=TOURNAMENT, tenant_id=LEAGUE, id=THING), "Cup"),
    "payment": start.payment(
        QUEUES,
        Aggregate(kind=PAYMENT, tenant_id=LEAGUE, id=THING),
        EntryOf(tournament_id=THING, team="rcb", number=1),
        "RCB",
    ),
    "payout": start.payout(QUEUES, Aggregate(kind=PAYOUT, tenant_id=LEAGUE, id=THING)),
    "fixtures": start.fixtures(
        QUEUES,
        FixturesRequest(tenant_id=LEAGUE, tournament_id=THING, request_id="r", problem="", basis=""),
    ),
}


@pytest.mark.parametrize("name", sorted(BUILDERS.keys() - OF_NO_LEAGUE))
def test_the_id_of_a_workflow_begins_with_its_league(name: str) -> None:
    builder = BUILDERS[name]
    parameters = inspect.signature(builder).parameters
    assert next(iter(parameters)) == "tenant_id"
    rest = [THING if each.annotation in (UUID, "UUID") else "r" for each in [*parameters.values()][1:]]
    assert builder(LEAGUE, *rest).startswith(f"{LEAGUE}/")
    assert builder(LEAGUE, *rest) != builder(OTHER, *rest)


def test_those_of_no_league_are_known() -> None:
    assert BUILDERS.keys() >= OF_NO_LEAGUE.keys()


@pytest.mark.parametrize("name", STARTS)
def test_a_workflow_is_found_by_its_league_and_has_its_turn(name: str) -> None:
    begun = STARTS[name]
    assert begun["id"].startswith(f"{LEAGUE}/")
    assert begun["search_attributes"][search_attributes.TENANT_ID] == str(LEAGUE)
    assert begun["priority"].fairness_key == str(LEAGUE)


def test_every_way_to_be_found_names_the_league() -> None:
    at = datetime(2026, 4, 1, tzinfo=UTC)
    for found in (
        search_attributes.of_tournament(LEAGUE, THING),
        search_attributes.of_session(LEAGUE, THING, THING, at),
        search_attributes.of_payment(LEAGUE, None, THING),
    ):
        assert found[search_attributes.TENANT_ID] == str(LEAGUE)


def test_every_record_says_whose_it_is() -> None:
    envelope = Envelope(
        event_id="e",
        type="PersonErased",
        event_type="PERSON_ERASED",
        schema_version=1,
        tenant_id=LEAGUE,
        stream_kind="match",
        stream_id=THING,
        version=1,
        position=1,
        recorded_at=datetime(2026, 4, 1, tzinfo=UTC),
    )
    headers = encode(envelope)
    assert dict(headers)["tenant-id"] == str(LEAGUE).encode()
    assert decode(headers).tenant_id == LEAGUE
