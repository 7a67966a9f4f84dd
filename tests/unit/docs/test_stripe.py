"""The page about Stripe names what there is."""

import re

from stack.stripe_simulator.cards import BY_TOKEN
from stack.stripe_simulator.control import CHANGES
from stack.stripe_simulator.faults import Knobs
from tests.unit.docs.pages import PROJECT

PAGE = (PROJECT / "docs/stripe.md").read_text(encoding="utf-8")
KNOBS = PAGE.partition("## Faults")[2]


def test_every_knob_is_on_the_page_and_no_other() -> None:
    named = {name for line in KNOBS.splitlines() if line.startswith("| `") for name in first_cell(line)}
    assert named == set(Knobs.__struct_fields__) - {"seed"}


def first_cell(line: str) -> list[str]:
    return re.findall(r"`(\w+)`", line.split("|")[1])


def test_every_card_on_the_page_is_taken() -> None:
    assert set(re.findall(r"`(pm_card_\w+)`", PAGE)) <= BY_TOKEN.keys()


def test_every_change_from_outside_is_on_the_page() -> None:
    for kind, action in CHANGES:
        assert re.search(rf"/_simulator/{kind}.*/{action}`", PAGE), f"{kind}/{action}"
