"""The page about the ledger: its chart is the chart, and its sums are sums."""

from collections import Counter
from typing import Any

from domain.money.accounts import CHART
from domain.money.ledger import LedgerTransaction
from domain.money.money import Money
from tests.unit.docs.pages import PROJECT

PAGE = (PROJECT / "docs/ledger.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The table below a heading, without its head."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`*") for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_chart_is_the_chart() -> None:
    said = {
        kind: (class_, of, meaning)
        for kind, class_, of, meaning in (map(str, row) for row in rows("Accounts"))
    }
    assert said == {
        kind.value: (
            chapter.class_.value,
            "tournament, party" if chapter.of_party else "tournament" if chapter.of_tournament else "league",
            chapter.meaning,
        )
        for kind, chapter in CHART.items()
    }


def test_the_example_adds_up_as_it_says() -> None:
    code = PAGE.split("```python\n")[1].split("```")[0]
    known: dict[str, Any] = {}
    exec(code, known)  # noqa: S102 - the page's own example
    transactions: list[LedgerTransaction] = known["transactions"]
    debits, credits = Counter[str](), Counter[str]()
    for posting in (posting for each in transactions for posting in each.postings):
        side = debits if posting.amount > 0 else credits
        side[posting.account.kind.value] += abs(posting.amount)
    sums = {kind: (debits[kind], credits[kind]) for kind in debits | credits}
    sums["sum"] = (debits.total(), credits.total())
    assert {kind: tuple(numbers) for kind, *numbers in rows("An example")} == {
        kind: (written(debit), written(credit), written(debit - credit))
        for kind, (debit, credit) in sums.items()
    }


def written(amount: int) -> str:
    return str(Money(amount, "inr")).removesuffix(" INR")
