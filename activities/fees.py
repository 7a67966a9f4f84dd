"""What a tournament tells the payments of its entries."""

from temporalio import activity

from activities.refusals import insisting
from contracts.entry import EntryOf, PaymentsAfter, PaymentsToTell, PaymentToTell
from contracts.work import payment_id_of
from domain.tournament.lifecycle.fees import moved_since, place_of
from domain.tournament.lifecycle.state import Entry, TournamentState
from handlers.tournament import TournamentHandler

TOLD_AT_ONCE = 50
"""Children are started so many at a time: the server takes far more, but other work waits behind them."""


class FeeActivities:
    """What TournamentWorkflow does about entry fees."""

    def __init__(self, tournaments: TournamentHandler) -> None:
        self._tournaments = tournaments

    @activity.defn
    async def payments_to_tell(self, asked: PaymentsAfter) -> PaymentsToTell:
        """Payments whose entries something was decided about after what was told, in order, some at a time."""
        tournament = asked.aggregate

        def render(state: TournamentState) -> PaymentsToTell:
            moved = moved_since(state, asked.told, TOLD_AT_ONCE)
            return PaymentsToTell(
                payments=tuple(_payment(entry) for entry in moved),
                told=place_of(moved[-1]) if moved else asked.told,
            )

        def _payment(entry: Entry) -> PaymentToTell:
            return PaymentToTell(
                payment_id=payment_id_of(tournament.id, entry.team, entry.number),
                entry=EntryOf(tournament_id=tournament.id, team=entry.team, number=entry.number),
                name=entry.name,
                version=place_of(entry)[0],
            )

        with insisting(tournament):
            return await self._tournaments.read(tournament.tenant_id, tournament.id, render)
