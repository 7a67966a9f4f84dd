"""What the payout of a tournament is to know of it."""

from uuid import UUID

from domain.match.errors import CommandRefused
from domain.money.money import Money
from domain.money.prizes import pool_of, split
from domain.payout.terms import PayoutTerms, Share, Shares
from domain.tournament.format.ranking import ranking
from domain.tournament.lifecycle.known import known
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import TournamentState

_SETTLED = (Phase.SETTLED, Phase.ARCHIVED)


def payout_currency(state: TournamentState) -> str:
    """The currency of all that is paid out. Raises CommandRefused if nothing is."""
    prizes, fee = state.rules.prizes, state.rules.registration.entry_fee
    if prizes.pool is not None:
        return prizes.pool.currency
    if fee is None or not (prizes.fees_percent or state.rules.organiser):
        raise CommandRefused("no_prizes", "the tournament has no prize money")
    return fee.currency


def payout_terms(state: TournamentState, tournament: UUID) -> PayoutTerms:
    """What the payout is about. Raises CommandRefused before the tournament is settled: until then a result may
    be disputed or corrected."""
    if state.phase not in _SETTLED:
        raise CommandRefused("tournament_not_settled", f"the tournament is {state.phase}, not settled yet")
    return PayoutTerms(
        tournament=tournament,
        tournament_name=state.name,
        currency=payout_currency(state),
        organiser=state.rules.organiser,
        two_approve_above=state.rules.prizes.two_approve_above,
        clock=state.rules.clock,
    )


def prizes_due(state: TournamentState) -> bool:
    """Whether the tournament is settled and has prize money, or fees that its organiser gets a part of."""
    if state.phase is not Phase.SETTLED:
        return False
    prizes, fee = state.rules.prizes, state.rules.registration.entry_fee
    return prizes.pool is not None or (fee is not None and bool(prizes.fees_percent or state.rules.organiser))


def prize_pool(state: TournamentState, fees_kept: Money) -> Money:
    """What there is to win, when so much of the entry fees was kept."""
    return pool_of(state.rules.prizes, fees_kept)


def shares_of(state: TournamentState, pool: Money) -> Shares:
    """The pool by final rank."""
    found = split(state.rules.prizes, pool, final_ranking(state))
    shares = tuple(
        Share(payee=award.team, name=state.name_of(award.team), rank=award.rank, amount=award.amount)
        for award in found.awards
    )
    return Shares(pool=pool, shares=shares, kept=found.kept)


def final_ranking(state: TournamentState) -> list[tuple[str, ...]]:
    """The teams by final place, the champion first; those nothing tells apart stand together."""
    levels: dict[tuple[int, int], list[str]] = {}
    seen = set[str]()
    for places, team in ranking(state.drawn, known(state)):
        if team not in seen:
            seen.add(team)
            levels.setdefault(places, []).append(team)
    return [tuple(teams) for teams in levels.values()]
