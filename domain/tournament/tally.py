"""What matches add up to for a team.

Each match adds a :class:`Tally` to either side; a table is the sum, so a match can be added, or taken away
again after a correction, without looking at the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from operator import add, attrgetter, sub

from domain.tournament.match_summary import MatchSummary
from domain.tournament.net_run_rate import Rate, credits
from domain.tournament.points import Outcome, outcome_for, points_won
from domain.tournament.table_rules import TableRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What matches add up to for one team. ``points`` include ``bonus``.

    ``scored`` and ``conceded`` are as charged for net run rate; ``wickets`` off ``balls_delivered`` as bowled,
    in matches with a result.
    """

    played: int = 0
    won: int = 0
    lost: int = 0
    tied: int = 0
    drawn: int = 0
    no_result: int = 0
    points: int = 0
    bonus: int = 0
    away_wins: int = 0
    scored: Rate = field(default_factory=Rate)
    conceded: Rate = field(default_factory=Rate)
    wickets: int = 0
    balls_delivered: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(**dict(zip(_NAMES, map(add, _values(self), _values(other)), strict=True)))

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(**dict(zip(_NAMES, map(sub, _values(self), _values(other)), strict=True)))


_NAMES = tuple(one.name for one in fields(Tally))
_values = attrgetter(*_NAMES)


def contributions(match: MatchSummary, rules: TableRules) -> dict[str, Tally]:
    """What one match adds to the tallies of its two sides."""
    tallies = {team: _outcome_tally(match, team, rules) for team in match.teams}
    for credit in credits(match):
        tallies[credit.team] += Tally(scored=credit.rate)
        if credit.both_sides:
            tallies[credit.opponent] += Tally(conceded=credit.rate)
    if match.result.outcome != "no result" and not match.was_given:
        for innings in match.counted_innings:
            tallies[innings.bowling] += Tally(wickets=innings.wickets, balls_delivered=innings.balls)
    return tallies


def _outcome_tally(match: MatchSummary, team: str, rules: TableRules) -> Tally:
    outcome = outcome_for(match, team)
    won = points_won(match, team, rules.points)
    return Tally(
        played=1,
        won=int(outcome is Outcome.WON),
        lost=int(outcome is Outcome.LOST),
        tied=int(outcome is Outcome.TIED),
        drawn=int(outcome is Outcome.DRAWN),
        no_result=int(outcome is Outcome.NO_RESULT),
        points=won.points + won.bonus,
        bonus=won.bonus,
        away_wins=int(outcome is Outcome.WON and team == match.teams[1]),
    )


def total(matches: Iterable[MatchSummary], rules: TableRules) -> dict[str, Tally]:
    """The tallies of all teams that played in ``matches``."""
    tallies: dict[str, Tally] = {}
    for match in matches:
        for team, tally in contributions(match, rules).items():
            tallies[team] = tallies.get(team, Tally()) + tally
    return tallies
