"""Whoever kills workers knows what changes the world: what is new among the ports is one thing or the other."""

from inspect import getmembers, isfunction

import pytest

from handlers.ledger import Ledger
from handlers.payees import Payees
from handlers.payment_provider import PaymentProvider
from handlers.ports import EventStore
from tests.workflows.killing import EFFECTS, LOOKS


@pytest.mark.parametrize("port", [EventStore, Ledger, Payees, PaymentProvider])
def test_every_method_of_a_port_is_an_effect_or_a_look(port: type) -> None:
    methods = {name for name, _ in getmembers(port, isfunction) if not name.startswith("_")}
    assert methods
    assert {name for name in methods if (name in EFFECTS) == (name in LOOKS)} == set()
