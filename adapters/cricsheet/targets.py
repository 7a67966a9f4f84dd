"""What the file tells about a shortened match: lengths, revised targets, and play called off on par.

``innings[].target`` holds the last target of a chase. It was either chased, and then stood from some moment
on, or it is par + 1 at the ball after which the match was called off. Which of the two shows in the balls:
nobody goes on batting after reaching a target, and a chase that stops short of its length was called off.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.cricsheet.format import DeliveryPart, InningsPart, Match, Outcome

_NO_RAIN_RULE = (None, "Awarded", "Lost fewer wickets")
DEFAULT_METHOD = "D/L"
"""The label of a revised target in a match that had no result, where the file names no method."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chase:
    """What to tell the engine about innings number ``innings``, the chase.

    ``length_of``: that innings (and those after it) had the length ``overs`` (overs, balls) before a ball was
    bowled in it. ``runs`` and ``overs``: the target to set before over ``from_over`` of the chase. ``par``:
    the score to be ahead of if play was called off. ``reconstructed``: the file has no target, so it was
    put together from the margin.
    """

    innings: int
    length_of: int | None = None
    runs: int | None = None
    overs: tuple[int, int] | None = None
    from_over: int = 0
    par: int | None = None
    method: str = DEFAULT_METHOD
    reconstructed: bool = False


def plan_chase(match: Match) -> Chase | None:
    """How the side batting second was to win, where its task was not simply one more than the first side's."""
    info = match.info
    main = [(number, innings) for number, innings in enumerate(match.innings, 1) if not innings.super_over]
    if info.overs is None or len(main) != 2:
        return None
    (_, first), (number, second) = main
    method = info.outcome.method if info.outcome.method not in _NO_RAIN_RULE else None
    target, natural = second.target, total(first) + 1
    if target is None or target.runs is None:
        if method is not None:
            return _reconstructed(match, number, natural, method)
        no_result = info.outcome.result == "no result"
        return None if no_result else _shortened(number, first, info.overs, info.balls_per_over)
    full = info.overs * info.balls_per_over
    overs = (info.overs, 0) if target.overs is None else _overs(target.overs)
    length = overs[0] * info.balls_per_over + overs[1]
    if method is None and (target.runs == natural or info.outcome.result != "no result"):
        if length >= full:
            return None
        from_the_start = progress(first, info.balls_per_over) <= length
        return Chase(innings=number, length_of=1 if from_the_start else number, overs=overs)
    return _revised(match, number, target.runs, overs, natural, method or DEFAULT_METHOD)


def _revised(
    match: Match, number: int, runs: int, overs: tuple[int, int], natural: int, method: str
) -> Chase:
    """``runs`` in ``overs`` instead of the ``natural`` target: chased, or par + 1 when play stopped."""
    info, second = match.info, match.innings[number - 1]
    full = info.overs or overs[0]
    length = overs[0] * info.balls_per_over + overs[1]
    from_over = _over_of_the_cut(second, full, -(-length // info.balls_per_over), natural)
    stopped_short = overs[1] > 0 or from_over > len(second.overs) - 1
    if _called_off(info.outcome, second, runs, length, stopped_short, info.balls_per_over):
        return Chase(innings=number, par=runs - 1, method=method)
    par = _par_by_the_margin(info.outcome, second)
    if par is not None and par != runs - 1 and progress(second, info.balls_per_over) < length:
        return Chase(innings=number, par=par, method=method, reconstructed=True)
    return Chase(innings=number, runs=runs, overs=overs, from_over=from_over, method=method)


def _shortened(number: int, first: InningsPart, full: int, balls_per_over: int) -> Chase | None:
    """No target and no rain rule: a first innings that ended with an over, not all out, had that length."""
    overs, balls = divmod(progress(first, balls_per_over), balls_per_over)
    wickets = sum(len(ball.wickets) for ball in deliveries(first))
    if balls or not 0 < overs < full or wickets >= 10:
        return None
    return Chase(innings=number, length_of=1, overs=(overs, 0))


def _called_off(
    outcome: Outcome, second: InningsPart, runs: int, length: int, stopped_short: bool, balls_per_over: int
) -> bool:
    """Was ``runs`` par + 1 when play stopped, and not a target somebody was set?

    ``stopped_short``: ``length`` cannot have been the length that was played for.
    """
    if outcome.result == "no result":
        return False
    scored, faced = total(second), progress(second, balls_per_over)
    if scored >= runs:
        last = next(reversed(list(deliveries(second))), None)
        before = scored - second.penalty_runs.post - (last.runs.total if last is not None else 0)
        won_by_runs = outcome.by is not None and outcome.by.runs is not None
        return before >= runs or won_by_runs
    return stopped_short and faced == length


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


def _reconstructed(match: Match, number: int, natural: int, method: str) -> Chase | None:
    """The file names a rain rule but leaves its target out: nothing but the margin tells what it was.

    Whether the chase ended or was called off the engine will see: it gets the target as well as the par,
    unless the side was ahead, for then it was called off.
    """
    outcome, second = match.info.outcome, match.innings[number - 1]
    par, scored = _par_by_the_margin(outcome, second), total(second)
    if par is not None:
        target = par + 1 if par >= scored else None
        return Chase(innings=number, runs=target, par=par, method=method, reconstructed=True)
    if outcome.winner == second.team:
        return Chase(innings=number, runs=min(scored, natural), method=method, reconstructed=True)
    return None


def _par_by_the_margin(outcome: Outcome, second: InningsPart) -> int | None:
    """What the side batting second was measured against, if runs were the margin."""
    if outcome.result == "tie":
        return total(second)
    if outcome.by is None or outcome.by.runs is None:
        return None
    return total(second) + (outcome.by.runs if outcome.winner != second.team else -outcome.by.runs)


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
