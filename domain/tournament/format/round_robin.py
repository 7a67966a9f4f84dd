"""Rounds in which everybody meets everybody: the circle method, with home and away in balance.

Members are numbers from 0. A round is a list of (home, away); nobody is in it twice.
"""

from collections.abc import Iterable, Sequence

Pair = tuple[int, int]
Round = list[Pair]


def round_robin(members: int, legs: int = 1) -> list[Round]:
    """All pairs meet ``legs`` times. Over an odd number of legs home and away matches of a member differ by at
    most one, over an even number by none; every second leg is the first with the sides changed."""
    first = _single(members)
    second = [[(away, home) for home, away in pairs] for pairs in first]
    return [pairs for leg in range(legs) for pairs in (second if leg % 2 else first)]


def _single(members: int) -> list[Round]:
    """The circle method of Kirkman, with de Werra's sides: apart from the matches of the member in the middle
    (there is one if their number is even) home and away alternate.

    On a circle of ``size`` those as far before the place of the round as others are after it meet. Over all
    rounds a member is once before and once after at each distance, once home and once away.
    """
    size = members - 1 + members % 2
    rounds: list[Round] = []
    for turn in range(size):
        pairs: Round = []
        if members % 2 == 0:
            pairs.append((turn, size) if turn % 2 else (size, turn))
        for distance in range(1, size // 2 + 1):
            after, before = (turn + distance) % size, (turn - distance) % size
            pairs.append((after, before) if distance % 2 else (before, after))
        rounds.append(pairs)
    return rounds if members > 1 else []


def between_groups(groups: Sequence[Sequence[int]], legs: int = 1) -> list[Round]:
    """Everybody meets those of other groups ``legs`` times and nobody of the own group.

    The groups meet like teams of a round robin; when two groups meet, their members pass each other one place
    a round, so that rounds are full when the groups are equal in size and even in number.
    """
    rounds: list[Round] = []
    for leg, meetings in enumerate(round_robin(len(groups), legs)):
        width = max((max(len(groups[one]), len(groups[other])) for one, other in meetings), default=0)
        for step in range(width):
            pairs = [
                pair for one, other in meetings for pair in _passing(groups[one], groups[other], step, width)
            ]
            rounds.append([(away, home) if leg % 2 else (home, away) for home, away in pairs])
    return [pairs for pairs in rounds if pairs]


def _passing(one: Sequence[int], other: Sequence[int], step: int, width: int) -> Iterable[Pair]:
    for place in range(width):
        facing = (place + step) % width
        if place < len(one) and facing < len(other):
            at_home = (place + facing) % 2 == 0
            yield (one[place], other[facing]) if at_home else (other[facing], one[place])


def in_rounds(meetings: Iterable[Pair]) -> list[Round]:
    """Given meetings in rounds, each in the first in which both are free."""
    rounds: list[Round] = []
    busy: list[set[int]] = []
    for home, away in meetings:
        number = next(
            (i for i, those in enumerate(busy) if home not in those and away not in those), len(rounds)
        )
        if number == len(rounds):
            rounds.append([])
            busy.append(set())
        rounds[number].append((home, away))
        busy[number] |= {home, away}
    return rounds
