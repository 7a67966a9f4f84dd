"""The pairing of a Swiss round from the table so far.

Teams with like points meet, the upper half of those level against the lower half, and nobody twice as long as
that can be avoided: before two are paired it is made sure that the others can still be (a largest matching),
so the number of repeated meetings is the smallest there is, for any number of teams. Among the opponents that
are left points come first, then home and away in balance, then the place in the table; only those who both had two
home (or two away) matches too many are kept apart before all else, if that can be.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from domain.tournament.format.errors import FormatInvalid
from domain.tournament.format.matching import Matching
from domain.tournament.format.model import Known, Paired, Structure
from domain.tournament.format.places import Settled, Status

Pairs = tuple[tuple[str, str | None], ...]
"""(home, away), and last (team, None) for a bye."""


def pair(order: Sequence[str], points: Mapping[str, int | Fraction], earlier: Sequence[Pairs] = ()) -> Pairs:
    """The next round of the teams in ``order`` (the table, or the seeds before the first round).

    ``points`` of each team (missing: 0), ``earlier`` the rounds so far with their byes. Of an odd number one
    team has a bye: the last in ``order`` of those with the fewest byes for whom the others need not repeat a
    meeting. Raises FormatInvalid ``too_few_teams`` or ``draw_team_twice``.
    """
    if len(order) < 2:
        raise FormatInvalid("too_few_teams", "A round needs two teams at least.")
    if len(set(order)) < len(order):
        raise FormatInvalid("draw_team_twice", "A team stands twice in the order.")
    history = _history(order, earlier)
    matching = Matching(range(len(order)), {one: set(history.met[one]) for one in range(len(order))})
    bye = _bye(matching, history) if len(order) % 2 else None
    matching = _balanced(matching if bye is None else matching.without(bye), history)
    pairs: list[tuple[str, str | None]] = []
    while matching.present:
        one = min(matching.present)
        other, matching = _opponent(one, matching, [points.get(team, 0) for team in order], history)
        home, away = history.sides(one, other, len(pairs))
        pairs.append((order[home], order[away]))
    if bye is not None:
        pairs.append((order[bye], None))
    return tuple(pairs)


def rounds_to_pair(structure: Structure, known: Known) -> tuple[tuple[str, int], ...]:
    """The Swiss rounds (stage, round) that can be paired now: the teams known, the round before over."""
    settled = Settled(structure, known)
    over = {(n.stage, n.round): True for n in structure.nodes if isinstance(n.home, Paired)}
    for node in structure.nodes:
        if (
            settled.places[node.id].status not in (Status.OVER, Status.BYE)
            and (node.stage, node.round) in over
        ):
            over[node.stage, node.round] = False
    known_stages = {
        table.stage
        for table in structure.tables
        if all(settled.taker(source) is not None for source in table.members)
    }
    return tuple(
        (stage, round)
        for stage, round in over
        if (stage, round) not in known.pairings
        and stage in known_stages
        and over.get((stage, round - 1), True)
    )


def earlier_rounds(known: Known, stage: str) -> tuple[Pairs, ...]:
    """The rounds of a stage that are paired, in order."""
    rounds = sorted(round for name, round in known.pairings if name == stage)
    return tuple(known.pairings[stage, round] for round in rounds)


def byes(known: Known, stage: str) -> tuple[str, ...]:
    """Who had a bye, round by round; it counts like a win."""
    return tuple(home for pairs in earlier_rounds(known, stage) for home, away in pairs if away is None)


@dataclass(frozen=True, slots=True)
class _History:
    """What was played, by the number of each team in the order."""

    met: list[Counter[int]]
    byes: list[int]
    balance: list[int]
    """Home matches less away matches."""
    away_last: list[bool] = field(default_factory=list[bool])

    def excess(self, one: int, other: int) -> int:
        """By how many both have had more home, or both more away matches: one of them will have one more."""
        both = self.balance[one], self.balance[other]
        return min(map(abs, both)) if both[0] * both[1] > 0 else 0

    def sides(self, one: int, other: int, number: int) -> tuple[int, int]:
        """Home and away of two: home for whom it is due; the first of the first pair, the second of the next
        when nothing tells them apart."""
        due = [(self.balance[team], not self.away_last[team]) for team in (one, other)]
        if due[0] == due[1]:
            return (one, other) if number % 2 == 0 else (other, one)
        return (one, other) if due[0] < due[1] else (other, one)


def _history(order: Sequence[str], earlier: Sequence[Pairs]) -> _History:
    number = {team: index for index, team in enumerate(order)}
    history = _History(
        [Counter[int]() for _ in order], [0] * len(order), [0] * len(order), [False] * len(order)
    )
    for pairs in earlier:
        for home, away in pairs:
            one, other = number.get(home), number.get(away) if away is not None else None
            if away is None and one is not None:
                history.byes[one] += 1
            if one is not None and other is not None:
                history.met[one][other] += 1
                history.met[other][one] += 1
            for team, side in ((one, 1), (other, -1)):
                if team is not None and away is not None:
                    history.balance[team] += side
                    history.away_last[team] = side < 0
    return history


def _bye(matching: Matching, history: _History) -> int:
    """The lowest of those with the fewest byes without whom the fewest meetings are repeated."""
    fewest = min(history.byes)
    left_over: dict[int, int] = {}
    for team in sorted(matching.present, reverse=True):
        if history.byes[team] == fewest:
            left_over[team] = matching.without(team).left_over()
            if left_over[team] == 0:
                break
    return min(left_over, key=lambda team: (left_over[team], -team))


def _balanced(matching: Matching, history: _History) -> Matching:
    """The same where those who both had two home (or two away) matches too many are kept apart as well, if all
    can still be paired."""
    present = matching.present
    refused = {
        one: {other for other in present if history.met[one][other] or history.excess(one, other) > 1}
        for one in present
    }
    stricter = Matching(present, refused)
    return stricter if stricter.left_over() == 0 else matching


def _opponent(
    one: int, matching: Matching, points: Sequence[int | Fraction], history: _History
) -> tuple[int, Matching]:
    """The best opponent of the first team that leaves no more repeated meetings than needed to the others."""
    others = sorted(matching.present - {one})
    level = [one, *(other for other in others if points[other] == points[one])]
    facing = level[len(level) // 2]

    def preference(other: int) -> tuple[int, int | Fraction, int, int]:
        apart = abs(other - facing) if points[other] == points[one] else other - one
        gap = abs(points[one] - points[other])
        return history.met[one][other], gap, history.excess(one, other), apart

    for other in sorted(others, key=preference):
        rest = matching.without(one, other)
        refused = 2 if other in matching.refused[one] else 0
        if rest.left_over() == matching.left_over() - refused:
            return other, rest
    raise AssertionError("a largest matching always leaves an opponent")
