"""What a race came to, read where it stands: streams, ledger and inbox in Postgres, books at Stripe, workflows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError

from contracts.codec import PAYMENT_EVENTS
from contracts.payments import METADATA_STEP
from contracts.work import PAYMENT, PROGRESS, Aggregate, Progress, payment_id_of, workflow_id
from domain.payment.evolve import fold
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import Entry, TournamentState
from handlers.tournament import TournamentHandler
from tests.e2e.races.outside import Json, Outside
from tests.e2e.races.plan import Cup
from tests.e2e.races.verdict import Played, Posting

ENTRIES = "WorkflowType = 'EntryWorkflow'"
RUNNING = f"{ENTRIES} and ExecutionStatus = 'Running'"
ENDED_BADLY = "ExecutionStatus in ('Failed', 'Terminated', 'TimedOut', 'Canceled')"
NOTHING = Counter[str]()
"""What the simulator counts of a payment that it has never heard of."""


@dataclass(frozen=True, slots=True)
class Read:
    """``strangers``: payments that stand at Stripe or in the store and belong to no entry."""

    played: Sequence[Played]
    ledger: Sequence[Posting]
    balances: dict[str, int]
    strangers: set[str]


class Reader:
    """Reads past the API. ``owner``: connections of the database's owner."""

    def __init__(self, owner: "asyncpg.Pool[Any]", temporal: Client, tournaments: TournamentHandler) -> None:
        self._owner = owner
        self._temporal = temporal
        self._tournaments = tournaments

    async def all(self, cups: Iterable[Cup], outside: Outside) -> Read:
        """Everything about the tournaments."""
        books = await outside.books()
        refunds = defaultdict[str, list[Json]](list)
        for refund in await outside.listed("refunds"):
            if refund["status"] not in ("failed", "canceled"):
                refunds[refund["payment_intent"]].append(refund)
        streams = await self._streams()
        played = [
            each for cup in cups for each in await self._cup(cup, outside.tenant, books, refunds, streams)
        ]
        known = {str(each.id) for each in played}
        return Read(
            played,
            await self._ledger(),
            {currency: sums["balance"] for currency, sums in books["currencies"].items()},
            {*books["payments"], *map(str, streams)} - known,
        )

    async def _cup(
        self,
        cup: Cup,
        tenant: UUID,
        books: Json,
        refunds: dict[str, list[Json]],
        streams: dict[UUID, list[Any]],
    ) -> list[Played]:
        def entries(state: TournamentState) -> tuple[list[Entry], bool]:
            all_of_them = (*state.entries.values(), *state.former_entries)
            with_fee = [each for each in all_of_them if each.reserved_until is not None]
            return with_fee, state.phase is Phase.CANCELLED

        found, cancelled = await self._tournaments.read(tenant, cup.id, entries)
        manners = {team.id: team.manner for team in cup.teams}
        played: list[Played] = []
        for entry in found:
            id_ = payment_id_of(cup.id, entry.team, entry.number)
            events = streams.get(id_, [])
            mine = [each for intent in _intents(events) for each in refunds.get(intent, ())]
            played.append(
                Played(
                    id=id_,
                    cup=cup,
                    manner=manners[entry.team],
                    entry=entry,
                    cancelled=cancelled,
                    state=fold(events),
                    events=[type(event).__name__ for event in events],
                    stripe=books["payments"].get(str(id_), NOTHING),
                    ours=[each["amount"] for each in mine if METADATA_STEP in each["metadata"]],
                    by_hand=[each["amount"] for each in mine if METADATA_STEP not in each["metadata"]],
                )
            )
        return played

    async def _streams(self) -> dict[UUID, list[Any]]:
        rows = await self._owner.fetch(
            "select stream_id, type, data::text as data, schema_version from event"
            " where stream_kind = 'payment' order by stream_id, version"
        )
        found: dict[UUID, list[Any]] = defaultdict(list)
        for row in rows:
            event = PAYMENT_EVENTS.decode(row["type"], row["data"], row["schema_version"])
            found[row["stream_id"]].append(event)
        return found

    async def _ledger(self) -> list[Posting]:
        rows = await self._owner.fetch(
            "select t.key, p.account, p.currency, p.amount from ledger_posting p"
            " join ledger_transaction t using (tenant_id, txid, number)"
        )
        return [Posting(*row) for row in rows]

    # --- what is still to happen ---------------------------------------------------------------------------

    async def waiting_webhooks(self) -> int:
        """Events of the inbox that are not handled."""
        return await self._owner.fetchval("select count(*) from webhook_event where handled_at is null")

    async def open_cases(self) -> int:
        """Of reconciliation, but for those about debts."""
        return await self._owner.fetchval(
            "select count(*) from reconciliation_case where closed_at is null and kind <> 'debt'"
        )

    async def debts(self) -> tuple[int, int]:
        """How many teams owe their fee by the books, and how many people were told of."""
        owing = await self._owner.fetchval(
            "select count(*) from (select account from ledger_posting where account like 'receivable/%'"
            " group by account, currency having sum(amount) > 0) owing"
        )
        told = await self._owner.fetchval(
            "select count(*) from reconciliation_case where closed_at is null and kind = 'debt'"
        )
        return owing, told

    async def running(self) -> list[UUID]:
        """Payments whose workflows live."""
        return [UUID(each.id.rpartition("/")[2]) async for each in self._temporal.list_workflows(RUNNING)]

    async def life(self, payment: UUID, tenant: UUID) -> str:
        """What a payment's workflow did last, what is tried for it in vain, and where it says that it is."""
        handle = self._temporal.get_workflow_handle(
            workflow_id(Aggregate(kind=PAYMENT, tenant_id=tenant, id=payment))
        )
        history = [EventType.Name(each.event_type) for each in (await handle.fetch_history()).events[-12:]]
        pending = (await handle.describe()).raw_description.pending_activities
        tried = [(each.activity_type.name, each.attempt, each.last_failure.message) for each in pending]
        try:
            where: object = await handle.query(
                PROGRESS, result_type=Progress, rpc_timeout=timedelta(seconds=10)
            )
        except (RPCError, WorkflowQueryFailedError) as error:
            where = error
        return f"{payment}: {where}; {tried}; {history}"

    async def ended_badly(self) -> Counter[str]:
        """Workflows that did not come to their own end, by how they ended."""
        return Counter(
            [
                f"{each.workflow_type} {each.status}"
                async for each in self._temporal.list_workflows(ENDED_BADLY)
            ]
        )


def _intents(events: Iterable[Any]) -> set[str]:
    return {event.intent for event in events if type(event).__name__ == "IntentCreated"}
