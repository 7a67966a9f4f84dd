"""The books of the demo's tournament beside Stripe's own: what stands in them, and what does not hold."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from cli.demo_stripe import DemoStripe
from cli.money_api import Json, MoneyApi, money_in
from contracts.work import payout_stream_id
from domain.money.accounts import Account, AccountKind, account_of
from domain.money.money import Money, total

PATIENCE_SECONDS = 60.0
"""How long what was paid may take to stand in the books; others may use the same account at Stripe meanwhile."""
LOOK_SECONDS = 0.2
CHART_ORDER = tuple(AccountKind)
OWED = (AccountKind.REFUNDS_PAYABLE, AccountKind.PRIZES_PAYABLE)


@dataclass(frozen=True, slots=True)
class Line:
    """An account in one currency. ``credits`` are positive here; the balance is what the debits are more."""

    account: Account
    debits: Money
    credits: Money

    @property
    def balance(self) -> Money:
        return self.debits - self.credits


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """``words`` say what has to hold, and what was found where it does not."""

    words: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """A tournament's ``lines``, and what both sides have: ``ours`` and ``stripes`` are the league's balances at
    Stripe by currency, ``taken`` all that Stripe ever took for it; ``payments`` those of the tournament as the API shows them, by team; ``payout`` its prize
    money; ``moved`` what Stripe has moved for each, by its id."""

    lines: Sequence[Line]
    league: Sequence[Json]
    ours: Mapping[str, int]
    stripes: Mapping[str, int]
    taken: Mapping[str, int]
    payments: Mapping[str, Json]
    payout: Json
    moved: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])

    @property
    def checks(self) -> tuple[Checked, ...]:
        """Everything that has to hold of them."""
        return (self._balanced(), self._as_stripe_has(), self._once(), self._nothing_owed())

    @property
    def wrong(self) -> list[str]:
        """What does not hold."""
        return [check.words for check in self.checks if not check.holds]

    def _balanced(self) -> Checked:
        off = [str(each) for each in _sums(line.balance for line in self.lines) if each]
        off += [
            f"{money_in(row['difference'])} in the league"
            for row in self.league
            if row["difference"]["amount"]
        ]
        if off:
            return Checked(words=f"the books do not add up: off by {', '.join(off)}", holds=False)
        return Checked(words="the books sum to zero: the tournament's, and the whole league's", holds=True)

    def _as_stripe_has(self) -> Checked:
        ours, stripes = _written(self.ours, self.taken), _written(self.stripes, self.taken)
        if ours != stripes:
            words = f"Stripe has {stripes}, the ledger {ours}; `pavilion reconcile` looks for the reason"
            return Checked(words=words, holds=False)
        words = (
            f"the simulator's balance is the ledger's, to the cent: {ours} of {_written(self.taken)} taken"
        )
        return Checked(words=words, holds=True)

    def _once(self) -> Checked:
        off = [f"{team} ({how})" for team, one in self.payments.items() if (how := self._differs(one))]
        sent = self._moved(self.payout["id"], "transferred") - self._moved(self.payout["id"], "reversed")
        if sent != (paid := self._paid_out()):
            off.append(f"prize money (here {paid}, there {sent})")
        if off:
            return Checked(words=f"not as it is at Stripe: {', '.join(off)}", holds=False)
        fees = sum(one["paid"] is not None for one in self.payments.values())
        words = f"{fees} fees, what went back of them, and the prize money: each once at Stripe"
        return Checked(words=words, holds=True)

    def _nothing_owed(self) -> Checked:
        owed = [line for line in self.lines if line.account.kind in OWED and line.balance]
        if owed:
            words = ", ".join(f"{line.account.kind} {line.balance}" for line in owed)
            return Checked(words=f"still owed: {words}", holds=False)
        return Checked(words="no refund and no prize is owed any more", holds=True)

    def _paid_out(self) -> int:
        """What is paid out, by what we know."""
        organiser = self.payout["organiser"]
        shares = sum(share["paid"]["amount"] for share in self.payout["shares"])
        return shares + (organiser["paid"]["amount"] if organiser else 0)

    def _differs(self, payment: Json) -> str:
        """What of a payment is otherwise at Stripe, "" if nothing is."""
        paid = payment["paid"]["amount"] if payment["paid"] else 0
        here = paid, payment["given_back"]["amount"], int(paid > 0)
        there = tuple(self._moved(payment["id"], name) for name in ("received", "refunded", "live"))
        return "" if here == there else f"here {here}, there {there}"

    def _moved(self, id_: str, what: str) -> int:
        return self.moved.get(id_, {}).get(what, 0)


async def settled_books(
    money: MoneyApi, stripe: DemoStripe, tournament: UUID, payments: Mapping[str, str]
) -> Books:
    """The books once all holds, or as they are when that takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := await read_books(money, stripe, tournament, payments)).wrong:
        if time.monotonic() > deadline:
            break
        await asyncio.sleep(LOOK_SECONDS)
    return found


async def read_books(
    money: MoneyApi, stripe: DemoStripe, tournament: UUID, payments: Mapping[str, str]
) -> Books:
    """The books as they are. ``payments``: the ids by team."""
    at_stripe = await stripe.books()
    payout = await money.payout(tournament) or {"shares": [], "organiser": None}
    # Before the lines that are shown: they are then no older than what is compared with Stripe.
    ours = await money.accounts(AccountKind.STRIPE_BALANCE)
    return Books(
        lines=lines_of(await money.transactions(tournament)),
        league=await money.balances(),
        ours={row["balance"]["currency"]: row["balance"]["amount"] for row in ours},
        stripes={currency: sums["balance"] for currency, sums in at_stripe["currencies"].items()},
        taken={currency: sums.get("charge", 0) for currency, sums in at_stripe["currencies"].items()},
        payments={team: await money.payment(id_) for team, id_ in payments.items()},
        payout={**payout, "id": str(payout_stream_id(tournament))},
        moved=at_stripe["payments"],
    )


def lines_of(transactions: Iterable[Json]) -> list[Line]:
    """What was posted to each account, in the order of the chart."""
    posted: dict[tuple[str, str], list[Money]] = defaultdict(list)
    for transaction in transactions:
        for posting in transaction["postings"]:
            amount = money_in(posting["amount"])
            posted[posting["account"], amount.currency].append(amount)
    found = [
        Line(
            account_of(code),
            total((each for each in amounts if each.amount > 0), currency),
            total((-each for each in amounts if each.amount < 0), currency),
        )
        for (code, currency), amounts in posted.items()
    ]
    return sorted(found, key=lambda line: (CHART_ORDER.index(line.account.kind), line.account.code))


def _sums(amounts: Iterable[Money]) -> list[Money]:
    found: dict[str, Money] = {}
    for each in amounts:
        found[each.currency] = found[each.currency] + each if each.currency in found else each
    return list(found.values())


def _written(balances: Mapping[str, int], always: Iterable[str] = ()) -> str:
    """Balances by currency as people read them: of each currency in which there is something, and of ``always``."""
    shown = sorted({*always, *(each for each, amount in balances.items() if amount)})
    return ", ".join(str(Money(balances.get(each, 0), each)) for each in shown) or "nothing"


def books_fields(books: Books) -> Json:
    """The money of the tournament as `--json` prints it: amounts as in the API."""
    payment, share = (
        ("id", "intent", "status", "paid", "given_back", "stripe_fee"),
        ("name", "rank", "won", "paid"),
    )
    return {
        "payments": {team: {name: one[name] for name in payment} for team, one in books.payments.items()},
        "prizes": [{name: one[name] for name in share} for one in books.payout["shares"]],
        "organiser": books.payout["organiser"],
        "ledger": [
            {
                "account": line.account.code,
                "debits": _said(line.debits),
                "credits": _said(line.credits),
                "balance": _said(line.balance),
            }
            for line in books.lines
        ],
        "balance_in_ledger": dict(books.ours),
        "balance_at_stripe": dict(books.stripes),
        "wrong": books.wrong,
    }


def _said(money: Money) -> Json:
    return {"amount": money.amount, "currency": money.currency}
