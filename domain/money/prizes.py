"""How prize money is shared out by final rank."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.match.errors import CommandRefused
from domain.money.money import Money, allocate, percent_of, total, zero

WHOLE = 10_000
"""Shares are in hundredths of a percent: 3,333 is 33.33 %."""


class Remainder(StrEnum):
    """Who gets what the prizes leave of the pool: the prizes nobody won, and shares that are no whole pool."""

    LEAGUE = "league"
    WINNER = "winner"
    SHARED = "shared"
    """By all who won a share, in proportion to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prize:
    """What the team of a final rank (1: the champion) wins: a fixed sum, and a share (in hundredths of a
    percent) of what the fixed sums leave of the pool."""

    rank: int
    fixed: Money | None = None
    share: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PrizeRules:
    """The pool is ``pool`` and ``fees_percent`` of the entry fees that were kept. Prizes of more than
    ``two_approve_above`` in all are paid when two people have approved them; None: one is enough."""

    prizes: tuple[Prize, ...] = ()
    pool: Money | None = None
    fees_percent: int = 0
    remainder: Remainder = Remainder.LEAGUE
    two_approve_above: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What a team wins. Several teams of one rank share the prizes of the ranks they take."""

    team: str
    rank: int
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A pool shared out: the awards and what the league keeps add up to it."""

    awards: tuple[Award, ...]
    kept: Money


def refuse_if_invalid(rules: PrizeRules, currency: str) -> None:
    """Raises CommandRefused for rules that could promise more than there is, or another currency."""
    ranks = [prize.rank for prize in rules.prizes]
    if len(set(ranks)) < len(ranks) or any(rank < 1 for rank in ranks):
        raise CommandRefused("prizes_invalid", "each rank has one prize, and ranks begin with 1")
    if any(prize.share < 0 for prize in rules.prizes) or sum(prize.share for prize in rules.prizes) > WHOLE:
        raise CommandRefused("prizes_invalid", "the shares add up to more than the whole pool")
    if not 0 <= rules.fees_percent <= 100:
        raise CommandRefused("prizes_invalid", "between 0 and 100 % of the entry fees go into the pool")
    fixed = [prize.fixed for prize in rules.prizes if prize.fixed is not None]
    sums = [*fixed, *(money for money in (rules.pool, rules.two_approve_above) if money is not None)]
    if any(money.currency != currency for money in sums):
        raise CommandRefused(
            "prizes_invalid", f"prizes and pool are in the currency of the entry fee, {currency}"
        )
    if any(money.amount < 0 or money.amount % money.unit.step for money in sums):
        raise CommandRefused("prizes_invalid", "a prize is nothing or an amount that can be transferred")
    guaranteed = rules.pool or zero(currency)
    if not rules.fees_percent and total(fixed, currency) > guaranteed:
        raise CommandRefused("prizes_invalid", f"the fixed prizes are more than the pool of {guaranteed}")


def pool_of(rules: PrizeRules, fees_kept: Money) -> Money:
    """What there is to win, when this much of the entry fees was kept."""
    return (rules.pool or zero(fees_kept.currency)) + percent_of(fees_kept, rules.fees_percent)


def split(rules: PrizeRules, pool: Money, ranking: Sequence[Sequence[str]]) -> Split:
    """Share ``pool`` among teams by their final ranking: each element of ``ranking`` is the teams of one rank,
    more than one where they are level (two beaten semi-finalists take the prizes of ranks 3 and 4 together).

    Fixed sums come first, in the order of ranks as far as the pool goes; what they leave is shared out. No
    minor unit is lost: the awards and what the league keeps add up to the pool.
    """
    places = [rank for rank, level in enumerate(ranking, start=1) for _ in level]
    teams = [team for level in ranking for team in level]
    prizes = {prize.rank: prize for prize in rules.prizes}
    if not teams or pool.amount <= 0:
        return Split(awards=(), kept=pool)
    by_place = [prizes.get(place) for place in range(1, len(teams) + 1)]
    fixed = _fixed(by_place, pool)
    shared_out = _shares(by_place, pool - total(fixed, pool.currency), rules.remainder)
    won = [one + other for one, other in zip(fixed, shared_out, strict=True)]
    awards = tuple(_level(teams, places, won))
    return Split(awards=awards, kept=pool - total((award.amount for award in awards), pool.currency))


def _fixed(by_place: Iterable[Prize | None], pool: Money) -> list[Money]:
    """The fixed sums of the places, as far as the pool goes."""
    left, found = pool, list[Money]()
    for prize in by_place:
        sum_ = min(left, prize.fixed) if prize and prize.fixed else zero(pool.currency)
        found.append(sum_)
        left = left - sum_
    return found


def _shares(by_place: Sequence[Prize | None], pool: Money, remainder: Remainder) -> list[Money]:
    """The shares of the places. What is nobody's share goes where the remainder goes; for the league it is left."""
    weights = [prize.share if prize else 0 for prize in by_place]
    nobodys = WHOLE - sum(weights)
    if remainder is Remainder.WINNER:
        weights[0] += nobodys
    elif remainder is Remainder.LEAGUE or not any(weights):
        weights.append(nobodys)
    return list(allocate(pool, weights)[: len(by_place)])


def _level(teams: Sequence[str], places: Sequence[int], won: Sequence[Money]) -> Iterable[Award]:
    """The awards, where teams of one rank share what their places won."""
    first = 0
    while first < len(teams):
        last = first + places.count(places[first])
        together = total(won[first:last], won[first].currency)
        parts = allocate(together, [1] * (last - first))
        for team, part in zip(teams[first:last], parts, strict=True):
            if part:
                yield Award(team=team, rank=first + 1, amount=part)
        first = last
