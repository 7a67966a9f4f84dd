"""Every event comes to an end: whoever it is about was told to look, or nobody here knows what it is about."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.payments import Intent
from contracts.webhooks import InboxStanding, Outcome, WaitingEvent, WebhookEvent
from handlers.payment_provider import ProviderRefused, ProviderUnavailable
from handlers.webhooks import WebhookHandler, pause_after
from workers.webhooks import tellers

NOW = datetime(2026, 4, 1, tzinfo=UTC)
LEAGUE, PAYMENT, CUP = UUID(int=1), UUID(int=2), UUID(int=3)
OURS = {"tenant": str(LEAGUE), "payment": str(PAYMENT)}


class Notes:
    """The inbox as far as the handler writes in it."""

    def __init__(self) -> None:
        self.outcomes: dict[str, Outcome] = {}
        self.failures: dict[str, tuple[str, timedelta]] = {}

    async def claim(self, limit: int, lease: timedelta) -> list[WaitingEvent]:
        return []

    async def handled(self, outcomes: Mapping[str, Outcome]) -> None:
        self.outcomes |= outcomes

    async def failed(self, event_id: str, error: str, pause: timedelta) -> None:
        self.failures[event_id] = (error, pause)

    async def forget(self, limit: int) -> int:
        return 0

    async def standing(self) -> InboxStanding:
        return InboxStanding(waiting=0, failing=0, oldest_received_at=None)


class Stripe:
    """Objects by their ids; what is an exception is raised."""

    def __init__(self, **objects: Any) -> None:
        self.objects = objects

    async def intent(self, intent_id: str) -> Any:
        return self._object(intent_id)

    def _object(self, id_: str) -> Any:
        found = self.objects.get(id_, ProviderRefused("resource_missing", f"no such object: {id_}"))
        if isinstance(found, Exception):
            raise found
        return found


class Payees:
    """One account, which is a team's."""

    async def of_account(self, account: str) -> tuple[UUID, str] | None:
        return (LEAGUE, "rcb") if account == "acct_1" else None


class Workflows:
    """Remembers which payments were told, and who else."""

    def __init__(self, away: Exception | None = None) -> None:
        self.away = away
        self.told: list[tuple[UUID, UUID]] = []
        self.others: list[tuple[str, UUID, Any]] = []

    async def payment_moved(self, tenant_id: UUID, payment_id: UUID) -> None:
        if self.away:
            raise self.away
        self.told.append((tenant_id, payment_id))

    async def payout_moved(self, tenant_id: UUID, tournament_id: UUID) -> None:
        self.others.append(("payout", tenant_id, tournament_id))

    async def payee_moved(self, tenant_id: UUID, payee: str) -> None:
        self.others.append(("payee", tenant_id, payee))


def intent(**metadata: str) -> Intent:
    return Intent(
        id="pi_1", status="succeeded", amount=250000, currency="inr", created=NOW, metadata=metadata
    )


def event(id_: str = "evt_1", attempts: int = 1, **about: Any) -> WaitingEvent:
    defaults: dict[str, Any] = {
        "object_id": "pi_1",
        "object_type": "payment_intent",
        "intent": "pi_1",
        "metadata": OURS,
    }
    return WaitingEvent(
        event=WebhookEvent(id=id_, type="x", created_at=NOW, live=False, **{**defaults, **about}),
        attempts=attempts,
        received_at=NOW,
    )


async def handle(
    *batch: WaitingEvent, stripe: Stripe | None = None, workflows: Workflows | None = None
) -> tuple[Notes, Workflows, dict[str, int]]:
    notes, told = Notes(), workflows or Workflows()
    provider: Any = stripe or Stripe()
    facade: Any = told
    handler = WebhookHandler(notes, provider, Payees(), tellers(facade))
    return notes, told, dict(await handler.handle(batch))


async def test_the_payment_that_the_object_names_is_told() -> None:
    notes, workflows, ends = await handle(event())
    assert workflows.told == [(LEAGUE, PAYMENT)]
    assert (notes.outcomes, ends) == ({"evt_1": "told"}, {"told": 1})


async def test_several_events_about_one_payment_are_one_hint() -> None:
    notes, workflows, _ = await handle(event("evt_1"), event("evt_2"), event("evt_3"))
    assert workflows.told == [(LEAGUE, PAYMENT)]
    assert notes.outcomes == {"evt_1": "told", "evt_2": "told", "evt_3": "told"}


async def test_a_dispute_is_followed_to_its_intent() -> None:
    dispute = event(object_id="dp_1", object_type="dispute", metadata={})
    _, workflows, ends = await handle(dispute, stripe=Stripe(pi_1=intent(**OURS)))
    assert (workflows.told, ends) == ([(LEAGUE, PAYMENT)], {"told": 1})


@pytest.mark.parametrize(
    ("object_type", "object_id"),
    [
        ("account", "acct_1"),
        ("capability", "acct_1_transfers"),
        ("application", "ca_1"),  # account.application.deauthorized: the payee has left
        ("payout", "po_1"),
    ],
)
async def test_an_event_of_a_payees_account_has_the_payee_looked_at(object_type: str, object_id: str) -> None:
    about = event(object_id=object_id, object_type=object_type, intent=None, account="acct_1", metadata={})
    _, workflows, ends = await handle(about)
    assert (workflows.others, ends) == ([("payee", LEAGUE, "rcb")], {"told": 1})


async def test_what_the_owner_of_an_account_writes_on_it_leads_nowhere_else() -> None:
    _, workflows, _ = await handle(event(account="acct_1"))
    assert (workflows.told, workflows.others) == ([], [("payee", LEAGUE, "rcb")])


async def test_a_transfer_has_the_payout_of_its_tournament_looked_at() -> None:
    named = {"tenant": str(LEAGUE), "payment": str(UUID(int=8)), "tournament": str(CUP)}
    sent = event(object_id="tr_1", object_type="transfer", intent=None, metadata=named)
    _, workflows, ends = await handle(sent)
    assert (workflows.others, ends) == ([("payout", LEAGUE, CUP)], {"told": 1})


@pytest.mark.parametrize(
    "about",
    [
        {"object_type": "customer", "object_id": "cus_1", "intent": None, "metadata": {}},
        {"object_type": None, "object_id": None, "intent": None, "metadata": {}},
        {"metadata": {}},
        {"metadata": {"tenant": "no uuid", "payment": str(PAYMENT)}},
        {"metadata": {"tenant": str(LEAGUE)}},
        {"intent": "pi_gone", "metadata": {}},
        {"account": "acct_gone", "metadata": {}},
        {"object_type": "transfer"},  # sent by hand: it names no tournament
        {
            "object_type": "payout",
            "intent": None,
            "metadata": {},
        },  # to the league's bank: reconciliation books it
    ],
    ids=str,
)
async def test_what_nobody_here_knows_is_handled_and_kept_as_such(about: dict[str, Any]) -> None:
    notes, _, ends = await handle(event(**about), stripe=Stripe(pi_1=intent()))
    assert (notes.outcomes, ends) == ({"evt_1": "unknown"}, {"unknown": 1})


async def test_one_that_fails_is_tried_again_and_the_others_are_handled() -> None:
    about_another = event("evt_2", intent="pi_2", object_type="refund", metadata={})
    stripe = Stripe(pi_2=ProviderUnavailable("no answer within 10 s"))
    notes, _, ends = await handle(event("evt_1"), about_another, stripe=stripe)
    assert notes.outcomes == {"evt_1": "told"}
    assert notes.failures == {"evt_2": ("ProviderUnavailable: no answer within 10 s", timedelta(seconds=1))}
    assert ends == {"told": 1, "failed": 1}


async def test_while_the_workflows_are_away_all_wait() -> None:
    away = Workflows(away=RuntimeError("away, says sk_test_51Hx"))
    notes, _, ends = await handle(event("evt_1", attempts=3), event("evt_2"), workflows=away)
    assert notes.outcomes == {}
    assert notes.failures == {
        "evt_1": ("RuntimeError: away, says sk_test_[redacted]", timedelta(seconds=4)),
        "evt_2": ("RuntimeError: away, says sk_test_[redacted]", timedelta(seconds=1)),
    }
    assert ends == {"failed": 2}


def test_the_pauses_grow_to_a_minute_and_never_end() -> None:
    assert [pause_after(n) for n in (1, 2, 3, 6, 7, 8, 100_000)] == [1, 2, 4, 32, 60, 60, 60]
