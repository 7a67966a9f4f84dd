"""The money of a league through the API: what a captain's and a treasurer's own programs would call."""

from typing import Any
from uuid import UUID

from cli.client import ApiProblem, PavilionClient
from domain.money.money import Money

Json = dict[str, Any]

ROWS = 100
"""Of a page."""
NOT_PROPOSED = "payout_not_found"


class MoneyApi:
    """As the bearer of ``client``'s token, unless it is said ``by`` somebody else."""

    def __init__(self, client: PavilionClient) -> None:
        self._client = client

    async def begin(self, tournament: UUID, team: str, *, by: PavilionClient) -> Json:
        """A payer is about to pay for a team's entry: what its browser needs."""
        said = {"tournament_id": str(tournament), "team": team}
        return await by.command("POST", "/v1/payments", said, key=f"{tournament}/{team}/pay")

    async def payment(self, id_: str) -> Json:
        """A payment as it is now, with its refunds."""
        return await self._client.ask(f"/v1/payments/{id_}?expand=refunds")

    async def payout(self, tournament: UUID) -> Json | None:
        """The prize money; None before the tournament is settled."""
        try:
            return await self._client.ask(f"/v1/payouts/{tournament}")
        except ApiProblem as problem:
            if problem.code != NOT_PROPOSED:
                raise
            return None

    async def approve(self, tournament: UUID, revision: int, *, by: PavilionClient, person: str) -> Json:
        """Approve the prize money as it was proposed."""
        path, key = f"/v1/payouts/{tournament}:approve", f"{tournament}/approve/{revision}/{person}"
        return await by.command("POST", path, {"revision": revision}, key=key)

    async def payee(self, team: str, email: str, country: str) -> Json:
        """Give a team an account at Stripe; one that has one keeps it."""
        said = {"id": team, "email": email, "country": country}
        return await self._client.command("POST", "/v1/payees", said, key=f"payee/{team}/{email}")

    async def transactions(self, tournament: UUID) -> list[Json]:
        """Everything in the books about a tournament, oldest first."""
        return await self._all("transactions", f"tournament={tournament}&")

    async def accounts(self, kind: str) -> list[Json]:
        """The league's accounts of a kind, with their balances."""
        return await self._all("accounts", f"kind={kind}&")

    async def balances(self) -> list[Json]:
        """The sums of all debits and all credits of the league, by currency."""
        return (await self._client.ask("/v1/ledger/balances"))["balances"]

    async def _all(self, plural: str, which: str) -> list[Json]:
        found: list[Json] = []
        cursor = ""
        while cursor is not None:
            page = await self._client.ask(f"/v1/ledger/{plural}?{which}limit={ROWS}{cursor}")
            found += page[plural]
            cursor = page["next"] and f"&cursor={page['next']}"
        return found


def money_in(said: Json) -> Money:
    """An amount as the API writes it."""
    return Money(said["amount"], said["currency"])
