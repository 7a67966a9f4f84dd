"""Entry fees in the demo: who pays, whose card is declined, who leaves and gets how much back."""

import asyncio
import time

from cli.demo_board import Board
from cli.demo_people import People
from cli.demo_scorer import NeverCame
from cli.demo_settings import FEE, HALF
from cli.demo_stripe import DemoStripe
from cli.money_api import Json, MoneyApi, money_in
from cli.tournament_api import TournamentApi
from domain.match.commands import Team
from domain.money.money import percent_of

PATIENCE_SECONDS = 120.0
"""How long what follows from a payment may take."""
LOOK_SECONDS = 0.1


class Fees:
    """The payments of a tournament. ``payments``: their ids by team; ``happened``: what is worth telling again."""

    def __init__(
        self,
        tournament: TournamentApi,
        people: People,
        board: Board,
        money: MoneyApi,
        stripe: DemoStripe,
        places: int,
    ) -> None:
        self._tournament = tournament
        self._people = people
        self._board = board
        self._money = money
        self._stripe = stripe
        self._places = places
        self._held: set[str] = set()
        self.payments: dict[str, str] = {}
        self.happened: dict[str, str] = {}

    async def pay(self, team: Team, *cards: str) -> None:
        """A captain pays; whatever card is declined, the next is tried. Returns when the place is the team's."""
        secret = await self.begin(team)
        for card in cards:
            paid = await self._stripe.pay(secret, card)
            if paid.decline_code:
                reason = paid.decline_code.replace("_", " ")
                self._happens("declined", f"{team.name}: the card was declined ({reason}), another is tried")
        payment = await self._until(team, "confirmed")
        self._held.add(team.id)
        self._board.paying(len(self._held), self._places)
        self._board.say(f"{team.name} have paid {money_in(payment['paid'])}; the place is theirs")

    async def begin(self, team: Team) -> str:
        """A captain opens the form: the secret with which the browser pays at Stripe."""
        begun = await self._money.begin(self._tournament.id, team.id, by=self._people.captain(team.id))
        self.payments[team.id] = begun["id"]
        if begun["client_secret"] is None:
            raise NeverCame(f"nothing can be paid for {team.name}: the payment is {begun['status']}")
        return begun["client_secret"]

    async def leave(self, team: Team, reason: str) -> None:
        """A captain withdraws the team: the next on the waitlist is offered the place."""
        self._held.discard(team.id)
        await self._tournament.say(
            "POST", f"/entries/{team.id}:withdraw", {"reason": reason}, by=self._people.captain(team.id)
        )

    async def inherit(self, team: Team, place_of: Team, *cards: str) -> None:
        """The next on the waitlist accepts the place that became free, and pays for it."""
        await self._tournament.say(
            "POST", f"/entries/{team.id}/offer:accept", by=self._people.captain(team.id)
        )
        self._board.say(f"{team.name} are next: they are offered the place of {place_of.name} and accept")
        await self.pay(team, *cards)

    async def see_cancelled(self, team: Team) -> None:
        """Nothing was paid, and nothing can be any more."""
        await self._until(team, "cancelled")
        self._happens("gave up", f"{team.name} gave up before they had paid; nothing can be charged any more")

    async def see_refunded(self, team: Team) -> None:
        """The team has back what the refund policy says. Raises NeverCame if it is anything else."""
        payment = await self._until(team, "refunded")
        back, due = money_in(payment["given_back"]), percent_of(FEE, HALF)
        if back != due:
            raise NeverCame(f"{team.name} were to get {due} back, and have got {back}")
        self._happens("withdrew", f"{team.name} withdrew, and have {back} back: {HALF} % of their fee")

    async def _until(self, team: Team, status: str) -> Json:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (payment := await self._money.payment(self.payments[team.id]))["status"] != status:
            if time.monotonic() > deadline:
                raise NeverCame(f"the payment of {team.name} is {payment['status']}, and not {status}")
            await asyncio.sleep(LOOK_SECONDS)
        return payment

    def _happens(self, what: str, words: str) -> None:
        self.happened[what] = words
        self._board.say(f"        {words}", "yellow")
