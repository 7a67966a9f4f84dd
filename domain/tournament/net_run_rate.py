"""Net run rate by the book.

The rule, in the words all competitions share (ICC World Cup 2015 playing conditions 21.10.5, ICC World Cup
2019 and IPL 16.10): the average runs per over a team scored in all its matches with a result, less the
average scored against it.

- A side that is all out is charged the full quota it was entitled to, not the overs it lasted.
- With a target revised by a rain rule the side batting first is credited with one run less than the final
  target, off the overs the other side was given. Where the match was called off and settled on par the same
  holds: the target is par + 1, the overs those faced.
- Matches without a result and Super Overs do not count.
- Where a match is awarded or conceded, the side that lost it is charged its full quota without a run; nothing
  is counted for the other side.

All is exact; only :func:`rounded` rounds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from domain.tournament.match_summary import InningsSummary, MatchSummary


@dataclass(frozen=True, slots=True)
class Rate:
    """Runs off balls."""

    runs: int = 0
    balls: int = 0

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.runs + other.runs, self.balls + other.balls)

    def __sub__(self, other: "Rate") -> "Rate":
        return Rate(self.runs - other.runs, self.balls - other.balls)

    def per_over(self, balls_per_over: int) -> Fraction:
        """Runs an over; no balls make no rate, which counts as 0."""
        return Fraction(self.runs * balls_per_over, self.balls) if self.balls else Fraction(0)


@dataclass(frozen=True, slots=True)
class Credit:
    """What one match adds: ``rate`` for ``team``; and against ``opponent``, unless only one side is charged."""

    team: str
    opponent: str
    rate: Rate
    both_sides: bool = True


def credits(match: MatchSummary) -> tuple[Credit, ...]:
    """What a match adds to the run rates of its two sides."""
    if match.result.outcome == "no result":
        return ()
    if match.was_given and match.result.winner:
        loser = match.opponent(match.result.winner)
        return (Credit(loser, match.result.winner, Rate(0, match.full_quota or 0), both_sides=False),)
    return tuple(_credit(innings, match) for innings in match.counted_innings)


def _credit(innings: InningsSummary, match: MatchSummary) -> Credit:
    return Credit(innings.batting, innings.bowling, _charged(innings, match))


def _charged(innings: InningsSummary, match: MatchSummary) -> Rate:
    target = _revised_target_set_by(innings, match)
    if target is not None:
        return target
    if innings.all_out and innings.quota is not None:
        return Rate(innings.runs, innings.quota)
    return Rate(innings.runs, innings.balls)


def _revised_target_set_by(innings: InningsSummary, match: MatchSummary) -> Rate | None:
    """What the side batting first is credited with when the other chased a revised target."""
    for reply in match.counted_innings:
        if reply.revised and reply.bowling == innings.batting:
            return Rate(reply.revised.runs - 1, reply.revised.balls)
    return None


def net_run_rate(scored: Rate, conceded: Rate, balls_per_over: int = 6) -> Fraction:
    """Runs an over scored less runs an over conceded, exact."""
    return scored.per_over(balls_per_over) - conceded.per_over(balls_per_over)


def team_rates(matches: Iterable[MatchSummary]) -> dict[str, tuple[Rate, Rate]]:
    """For every team what it scored and what was scored against it, over all matches."""
    rates: dict[str, tuple[Rate, Rate]] = {}
    for match in matches:
        for credit in credits(match):
            scored, conceded = rates.get(credit.team, (Rate(), Rate()))
            rates[credit.team] = (scored + credit.rate, conceded)
            if credit.both_sides:
                scored, conceded = rates.get(credit.opponent, (Rate(), Rate()))
                rates[credit.opponent] = (scored, conceded + credit.rate)
    return rates


def rounded(value: Fraction, decimals: int = 3) -> Decimal:
    """To ``decimals`` places, half away from zero, as tables print it: 2.1125 is 2.113, −2.1125 is −2.113."""
    scale = 10**decimals
    magnitude = (abs(value) * scale * 2 + 1) // 2
    return Decimal(magnitude if value >= 0 else -magnitude).scaleb(-decimals)
