"""What the file tells about a shortened match: lengths, revised targets, and play called off on par.

``innings[].target`` holds the last target of a chase. It was either chased, and then stood from some moment
on, or it is par + 1 at the ball after which the match was called off. Which of the two shows in the balls:
nobody goes on batting after reaching a target, and a chase that stops short of its length was called off.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.cricsheet.ending import Ending
from adapters.cricsheet.format import DeliveryPart, InningsPart, Match

_DUCKWORTH_LEWIS = ("D/L", "DLS")
_POWERPLAY_SHARE = 0.3
"""Of the innings: 6 overs of 20 (playing condition 28.7)."""

DEFAULT_METHOD = "D/L"
"""The label of a revised target in a match that had no result, where the file names no method."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chase:
    """What to tell the engine about innings number ``innings``, the chase.

    ``length_of``: that innings (and those after it) had the length ``overs`` (overs, balls) before a ball was
    bowled in it. ``runs`` and ``overs``: the target to set before over ``from_over`` of the chase. ``par``:
    the score to be ahead of if play was called off. ``missing``: what the file leaves out, where it names a
    rain rule and no target; without ``length_of`` nothing can then tell what was to be chased.
    """

    innings: int
    length_of: int | None = None
    runs: int | None = None
    overs: tuple[int, int] | None = None
    from_over: int = 0
    par: int | None = None
    method: str = DEFAULT_METHOD
    missing: str | None = None

    @property
    def unknown(self) -> bool:
        """Is there no way to the result?"""
        return self.missing is not None and self.length_of is None


def plan_chase(match: Match, ending: Ending) -> Chase | None:
    """How the side batting second was to win, where its task was not simply one more than the first side's."""
    info = match.info
    main = [(number, innings) for number, innings in enumerate(match.innings, 1) if not innings.super_over]
    if info.overs is None or len(main) != 2:
        return None
    (_, first), (number, second) = main
    method = ending.rain_rule
    target, natural = second.target, total(first) + 1
    if target is None or target.runs is None:
        if ending.no_result:
            return None
        if method is not None:
            return _without_target(match, number, natural, method)
        return _shortened(number, first, info.overs, info.balls_per_over)
    full = info.overs * info.balls_per_over
    overs = (info.overs, 0) if target.overs is None else _overs(target.overs)
    length = overs[0] * info.balls_per_over + overs[1]
    if method is None and (target.runs == natural or not ending.no_result):
        if length >= full:
            return None
        from_the_start = progress(first, info.balls_per_over) <= length
        return Chase(innings=number, length_of=1 if from_the_start else number, overs=overs)
    return _revised(match, ending, number, target.runs, overs, natural)


def _revised(
    match: Match, ending: Ending, number: int, runs: int, overs: tuple[int, int], natural: int
) -> Chase:
    """``runs`` in ``overs`` instead of the ``natural`` target: chased, or par + 1 when play stopped."""
    info, second, method = match.info, match.innings[number - 1], ending.rain_rule or DEFAULT_METHOD
    full = info.overs or overs[0]
    length = overs[0] * info.balls_per_over + overs[1]
    from_over = _over_of_the_cut(second, full, -(-length // info.balls_per_over), natural)
    stopped_short = overs[1] > 0 or from_over > len(second.overs) - 1
    if not ending.no_result and _called_off(second, runs, length, stopped_short, info.balls_per_over):
        return Chase(innings=number, par=runs - 1, method=method)
    return Chase(innings=number, runs=runs, overs=overs, from_over=from_over, method=method)


def _shortened(number: int, first: InningsPart, full: int, balls_per_over: int) -> Chase | None:
    """No target and no rain rule: a first innings that ended with an over, not all out, had that length."""
    overs, balls = divmod(progress(first, balls_per_over), balls_per_over)
    wickets = sum(len(ball.wickets) for ball in deliveries(first))
    if balls or not 0 < overs < full or wickets >= 10:
        return None
    return Chase(innings=number, length_of=1, overs=(overs, 0))


def _called_off(
    second: InningsPart, runs: int, length: int, stopped_short: bool, balls_per_over: int
) -> bool:
    """Was ``runs`` par + 1 when play stopped, and not a target somebody was set?

    ``stopped_short``: ``length`` cannot have been the length that was played for.
    """
    return before_the_last_ball(second) >= runs or (
        stopped_short and progress(second, balls_per_over) == length
    )


def _over_of_the_cut(second: InningsPart, full: int, overs: int, natural: int) -> int:
    """The first over (by its place) from which on no bowler has bowled more than the share of ``overs``.

    Before it the innings was still a longer one, for the ``natural`` target: so this cannot be true when that
    was passed before. One bowler's share is a fifth; where that leaves a rest, as many bowlers may have one
    over more (playing condition 13.7.1).
    """
    if overs >= full:
        return 0
    scored = 0
    base, longer = divmod(overs, 5)
    begun: Counter[str] = Counter()
    cut = 0
    for number, over in enumerate(second.overs):
        begun.update({ball.bowler for ball in over.deliveries})
        scored += sum(ball.runs.total for ball in over.deliveries)
        beyond = [count for count in begun.values() if count > base]
        if len(beyond) > longer or any(count > base + 1 for count in beyond):
            cut = number + 1
            begun.subtract({ball.bowler for ball in over.deliveries})
            if scored >= natural:
                return 0
    return cut


def _without_target(match: Match, number: int, natural: int, method: str) -> Chase:
    """The file names a rain rule but leaves its target out.

    Duckworth-Lewis the engine can compute where it was called off in a chase of known length: the powerplay
    tells the length. Anything else is unknown.
    """
    info, first, second = match.info, match.innings[0], match.innings[number - 1]
    per_over, full = info.balls_per_over, info.overs or 0
    length = _length_by_powerplay(second, full, per_over)
    whole_first = progress(first, per_over) == full * per_over
    called_off = progress(second, per_over) < length * per_over and before_the_last_ball(second) < natural
    missing = f"the target by {method} is not in the file: "
    if method in _DUCKWORTH_LEWIS and whole_first and called_off:
        missing += f"par is computed for {length} overs, the length that the powerplay tells"
        return Chase(innings=number, length_of=number, overs=(length, 0), method=method, missing=missing)
    return Chase(innings=number, method=method, missing=missing + "the result cannot be found")


def _length_by_powerplay(innings: InningsPart, full: int, balls_per_over: int) -> int:
    """How many overs the innings was to have, by its mandatory powerplay; 0 without one."""
    for powerplay in innings.powerplays:
        if powerplay.type == "mandatory":
            overs, balls = _overs(powerplay.end)
            restricted = overs * balls_per_over + min(balls, balls_per_over)
            return min(full, round(restricted / (balls_per_over * _POWERPLAY_SHARE)))
    return 0


def before_the_last_ball(innings: InningsPart) -> int:
    """The score that the last ball was bowled at; whoever wins batting has won by that ball at the latest."""
    last = next(reversed(list(deliveries(innings))), None)
    return total(innings) - innings.penalty_runs.post - (last.runs.total if last is not None else 0)


def deliveries(innings: InningsPart) -> Iterator[DeliveryPart]:
    for over in innings.overs:
        yield from over.deliveries


def total(innings: InningsPart) -> int:
    """All runs of the innings, penalty runs off no ball too."""
    penalty = innings.penalty_runs
    return sum(ball.runs.total for ball in deliveries(innings)) + penalty.pre + penalty.post


def progress(innings: InningsPart, balls_per_over: int) -> int:
    """Balls of the innings that are gone; an over that ended counts in full, however many balls it had."""
    if not innings.overs:
        return 0
    last = innings.overs[-1]
    legal = sum("wides" not in ball.extras and "noballs" not in ball.extras for ball in last.deliveries)
    return last.over * balls_per_over + min(legal, balls_per_over)


def _overs(printed: float) -> tuple[int, int]:
    overs, _, balls = f"{printed:.1f}".partition(".")
    return int(overs), int(balls)
