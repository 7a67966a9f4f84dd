"""Who is through, who is out, and what the others need.

Certain: in whatever way the matches to come end, the team takes one of the places. Out: in no way. Margins are
not foreseen, so whatever hangs on net run rate is open until it is history: a team that can be caught on
points and wins is not certain, one that can draw level is not out. Both are proved by a search over outcomes
(:mod:`domain.tournament.reach`), ties and no results included; where that goes too far the status says so.

The share of ways is counted over wins and losses alone, each match going either way: over all ways while they
are few, else over a sample drawn by a seed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import combinations

from domain.tournament.race import Fixture, Race, ToCome, race
from domain.tournament.reach import can_reach
from domain.tournament.running_table import RunningTable

EVERY_WAY_UP_TO = 12
"""Matches to come up to which all ways they can be won and lost are counted (4,096)."""

SAMPLE = 4_000
"""Ways drawn where there are more; fewer, down to 500, in leagues so large that they would take seconds."""

_NEEDS_UP_TO = 5
"""Matches a team has left up to which its needs are worked out; before, it is too early to say."""


class Status(StrEnum):
    CERTAIN = "certain"
    POSSIBLE = "possible"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What a team can still reach.

    ``proved``: the status is exact; False: the search went too far, and certain or out it may already be.
    ``through``: ways in which it takes a place by wins and points; ``level``: ways in which net run
    rate, or what follows, will decide whether it does; both of :attr:`Qualification.ways`.
    ``enough_wins``: the fewest wins, losing the rest, with which it is certain; ``needs_wins``: with which it
    is not out. None: wins (without bonus points) are not enough, or it is too early to say (more than five
    matches to play).
    """

    team: str
    status: Status
    proved: bool
    to_play: int
    through: int
    level: int
    enough_wins: int | None
    needs_wins: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """The prospects of a table, best first. ``sampled``: ``ways`` are drawn by ``seed``, else they are all."""

    places: int
    to_play: int
    ways: int
    sampled: bool
    seed: str
    prospects: tuple[Prospect, ...]


def qualification(
    table: RunningTable,
    fixtures: Iterable[Fixture],
    places: int,
    *,
    seed: str = "",
    draws: bool = False,
) -> Qualification:
    """The prospects of every team of ``table`` with ``fixtures`` to come, the first ``places`` going through.

    ``seed`` draws the sample where there are too many ways to count. ``draws``: can a match be drawn? Raises
    ValueError when the table cannot be counted, or a fixture's team is not in it.
    """
    to_come = race(table, list(fixtures), draws=draws)
    order = [row.team for row in table.rows() if not row.disqualified]
    index = {team: number for number, team in enumerate(to_come.teams)}
    runners = [index[team] for team in order]
    sampled = len(to_come.matches) > EVERY_WAY_UP_TO
    ways = _sample(seed, to_come) if sampled else range(1 << len(to_come.matches))
    count = _count(to_come, runners, places, ways)
    question = _Question(to_come, runners, places)
    return Qualification(
        places=places,
        to_play=len(to_come.matches),
        ways=len(ways),
        sampled=sampled,
        seed=seed if sampled else "",
        prospects=tuple(_prospect(question, index[team], count, len(ways)) for team in order),
    )


# --- ways ---------------------------------------------------------------------------------------------------


def _sample(seed: str, to_come: Race) -> Sequence[int]:
    """Ways drawn: bit n says who wins match n."""
    blocks = range(len(to_come.matches) // 256 + 1)
    affordable = 1_000_000 // (len(to_come.matches) + len(to_come.teams))
    return [
        int.from_bytes(b"".join(sha256(f"{seed}/{way}/{block}".encode()).digest() for block in blocks), "big")
        for way in range(min(SAMPLE, max(500, affordable)))
    ]


@dataclass(slots=True)
class _Count:
    through: dict[int, int]
    level: dict[int, int]


def _count(to_come: Race, runners: Sequence[int], places: int, ways: Sequence[int]) -> _Count:
    count = _Count(dict.fromkeys(runners, 0), dict.fromkeys(runners, 0))
    if places >= len(runners):
        return _Count(dict.fromkeys(runners, len(ways)), count.level)
    for way in ways:
        scores = _scores(to_come, way)
        in_order = sorted([scores[team] for team in runners], reverse=True)
        last_in, first_out = in_order[places - 1], in_order[places]
        level = [team for team in runners if scores[team] == last_in == first_out]
        left = places - sum(score > last_in for score in in_order)
        for team in runners:
            if scores[team] > first_out:
                count.through[team] += 1
        for team in level:
            may_be_above = sum(to_come.beats(team, other) is not True for other in level) - 1
            is_above = sum(to_come.beats(other, team) is True for other in level)
            if may_be_above < left:
                count.through[team] += 1
            elif is_above < left:
                count.level[team] += 1
    return count


def _scores(to_come: Race, way: int) -> list[int]:
    scores = list(to_come.scores)
    for match in to_come.matches:
        mine, theirs = match.won if way & 1 else match.lost
        scores[match.one] += mine
        scores[match.other] += theirs
        way >>= 1
    return scores


# --- proofs -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Question:
    """Whether ``places`` are safe for a team, or out of its reach, among ``runners``."""

    race: Race
    runners: Sequence[int]
    places: int

    def given(self, results: Iterable[tuple[ToCome, tuple[int, int]]]) -> "_Question":
        """The same with some matches played."""
        scores, played = list(self.race.scores), set[int]()
        for match, (mine, theirs) in results:
            scores[match.one] += mine
            scores[match.other] += theirs
            played.add(id(match))
        left = tuple(match for match in self.race.matches if id(match) not in played)
        return _Question(
            Race(self.race.teams, tuple(scores), left, self.race.settled), self.runners, self.places
        )

    def own(self, team: int) -> list[ToCome]:
        return [match for match in self.race.matches if team in (match.one, match.other)]

    def certain(self, team: int) -> bool | None:
        """Even if it loses the rest, too few others can get past it. None: not found out."""
        worst = self.given((match, _extreme(match, team, best=False)) for match in self.own(team))
        floors = {
            other: worst.race.scores[team] + (worst.race.beats(team, other) is True)
            for other in self.runners
            if other != team
        }
        caught = can_reach(self.places, floors, worst.race.scores, worst.race.matches)
        return None if caught is None else not caught

    def out(self, team: int) -> bool | None:
        """Even if it wins the rest, the others cannot be held to leave it a place. None: not found out."""
        best = self.given((match, _extreme(match, team, best=True)) for match in self.own(team))
        ceilings = {
            other: best.race.scores[team] - (best.race.beats(other, team) is True)
            for other in self.runners
            if other != team
        }
        # To stay at or below a ceiling is to reach a floor with every sign turned.
        held = can_reach(
            len(self.runners) - self.places,
            {other: -ceiling for other, ceiling in ceilings.items()},
            [-score for score in best.race.scores],
            [_turned(match) for match in best.race.matches],
        )
        return None if held is None else not held


def _extreme(match: ToCome, team: int, *, best: bool) -> tuple[int, int]:
    """The best for ``team`` and the worst for the other side, or the other way round."""
    choose, against = (max, min) if best else (min, max)
    ones, others = ([outcome[side] for outcome in match.outcomes] for side in (0, 1))
    if match.one == team:
        return choose(ones), against(others)
    return against(ones), choose(others)


def _turned(match: ToCome) -> ToCome:
    def turned(pair: tuple[int, int]) -> tuple[int, int]:
        return -pair[0], -pair[1]

    return ToCome(
        one=match.one,
        other=match.other,
        outcomes=tuple(turned(outcome) for outcome in match.outcomes),
        won=turned(match.won),
        lost=turned(match.lost),
    )


def _prospect(question: _Question, team: int, count: _Count, ways: int) -> Prospect:
    through, level = count.through[team], count.level[team]
    # A way that was counted shows what is possible; only what no way shows needs a proof.
    certain = question.certain(team) if through + level == ways else False
    out = question.out(team) if not through else False
    status = Status.CERTAIN if certain else Status.OUT if out else Status.POSSIBLE
    enough, needs = (None, None) if status is not Status.POSSIBLE else _needs(question, team)
    return Prospect(
        team=question.race.teams[team],
        status=status,
        proved=certain is not None and out is not None,
        to_play=len(question.own(team)),
        through=through,
        level=level,
        enough_wins=enough,
        needs_wins=needs,
    )


def _needs(question: _Question, team: int) -> tuple[int | None, int | None]:
    """The fewest wins, losing the rest, with which it is certain, and with which it is not out."""
    own = question.own(team)
    if len(own) > _NEEDS_UP_TO:
        return None, None
    enough = needs = None
    certain = True
    for wins in range(len(own), -1, -1):
        ifs = [question.given(_results(own, team, won)) for won in combinations(own, wins)]
        certain = certain and all(one.certain(team) is True for one in ifs)
        if all(one.out(team) is True for one in ifs):
            break
        enough, needs = wins if certain else enough, wins
    return enough, needs


def _results(own: Sequence[ToCome], team: int, won: Sequence[ToCome]) -> list[tuple[ToCome, tuple[int, int]]]:
    winners = {id(match) for match in won}
    return [
        (match, match.won if (id(match) in winners) is (match.one == team) else match.lost) for match in own
    ]
