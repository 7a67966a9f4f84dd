"""Every operation stands in the table of permissions, and the application insists on it."""

import pytest
from fastapi import FastAPI

from api.main import OPERATIONS, app
from api.operations import Operation, OperationRoute, install_operations
from api.permissions import AUTH_SERVICE, FRESH, OWN, PERMISSIONS, PUBLIC
from api.system import healthz
from contracts.identity import ROLES


def test_every_route_is_in_the_table_or_public() -> None:
    served = {route.operation.id for route in app.routes if isinstance(route, OperationRoute)}
    assert served == (PERMISSIONS.keys() | (PUBLIC - {"openapi", "docs"})) - AUTH_SERVICE


def test_no_operation_is_both_public_and_protected() -> None:
    assert not PERMISSIONS.keys() & PUBLIC


def test_every_entry_names_known_roles() -> None:
    assert all(roles and roles <= set(ROLES) for roles in PERMISSIONS.values())


def test_reads_and_scoring_go_on_without_the_auth_service() -> None:
    """Of what is read, only what hands out everything asks it."""
    methods = {operation.id: operation.method for operation in OPERATIONS}
    assert PERMISSIONS.keys() >= FRESH
    assert {name for name in FRESH if methods[name] == "GET"} == {"export_tenant", "export_person"}
    assert not {name for name in FRESH if "scorer" in PERMISSIONS[name]}


def test_a_viewer_only_reads_but_what_is_their_own() -> None:
    methods = {operation.id: operation.method for operation in OPERATIONS}
    assert {
        methods[name]
        for name, roles in PERMISSIONS.items()
        if "viewer" in roles and name in methods and name not in OWN
    } == {"GET"}


def test_a_route_without_an_entry_does_not_start() -> None:
    stray = Operation(
        id="stray", method="GET", path="/stray", summary="Stray", endpoint=healthz, tag="system"
    )
    with pytest.raises(ValueError, match="operation stray has no entry"):
        install_operations(FastAPI(), [*OPERATIONS, stray], ())


def test_an_entry_without_a_route_does_not_start() -> None:
    fewer = [each for each in OPERATIONS if each.id != "record_ball"]
    with pytest.raises(ValueError, match="record_ball"):
        install_operations(FastAPI(), fewer, PERMISSIONS.keys() - AUTH_SERVICE)
