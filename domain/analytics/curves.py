"""A match as curves: what it looked like after every ball, and over by over.

The worm is the total and the wickets, the Manhattan the runs of each over. Overs are numbered from 1 here, as they are
read, and a ball by its place among the deliveries of its over, wides and no-balls too.
"""

from dataclasses import dataclass
from decimal import Decimal

from domain.analytics.replaying import replayed
from domain.analytics.win_probability import win_probability
from domain.match import events as e
from domain.match import figures, series
from domain.match.state import Innings, MatchState

Chances = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class BallPoint:
    """An innings after one ball, which ``version`` names. ``runs`` are the ball's, ``total`` and ``wickets`` the
    innings'; ``run_rate`` so far and ``required_rate`` from here on are per over. ``target``, where there is one, is
    that of the time, and ``chances`` are those of the two sides (None where the model does not say)."""

    version: int
    over: int
    ball: int
    label: str
    runs: int
    total: int
    wickets: int
    run_rate: Decimal | None
    target: int | None
    required_rate: Decimal | None
    chances: Chances | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverPoint:
    """One over of the Manhattan (``runs``, ``wickets``) and of the worm (``total``, ``wickets_down``)."""

    over: int
    runs: int
    wickets: int
    total: int
    wickets_down: int
    run_rate: Decimal | None
    required_rate: Decimal | None
    chances: Chances | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InningsCurve:
    """One innings of ``batting`` against ``bowling``."""

    innings: int
    batting: str
    bowling: str
    super_over: bool
    overs: tuple[OverPoint, ...]
    balls: tuple[BallPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The chances after something happened. ``event`` names it: a ball (then with its place), or whatever else moved
    them: a target revised, overs lost, an innings or the match brought to its end."""

    version: int
    event: str
    innings: int | None
    over: int | None
    ball: int | None
    chances: Chances | None


def curves(state: MatchState) -> tuple[InningsCurve, ...]:
    """The innings in order of play, Super Overs last."""
    points: dict[int, list[BallPoint]] = {innings.number: [] for innings in state.innings}
    for _, fact, now in replayed(state):
        if isinstance(fact, e.BallRecorded):
            points[fact.innings].append(_ball_point(now, now.innings[fact.innings - 1]))
    return tuple(_curve(state, innings, tuple(points[innings.number])) for innings in state.innings)


def turns(state: MatchState) -> tuple[Turn, ...]:
    """Every ball with the chances after it, and whatever else moved them; the first is the match before a ball.

    A ball's are those it left; what came of the match after its last ball stands by itself.
    """
    found: list[Turn] = []
    for version, fact, now in replayed(state):
        ball = isinstance(fact, e.BallRecorded)
        chances = win_probability(now)
        if not ball and found and found[-1].chances == chances:
            continue
        innings = now.innings[-1] if now.innings else None
        last = innings.balls[-1] if innings is not None and ball else None
        found.append(
            Turn(
                version=version,
                event=type(fact).__name__,
                innings=innings.number if innings else None,
                over=last.over + 1 if last else None,
                ball=last.position if last else None,
                chances=chances,
            )
        )
    return tuple(found)


def _ball_point(now: MatchState, innings: Innings) -> BallPoint:
    ball = innings.balls[-1]
    return BallPoint(
        version=ball.version,
        over=ball.over + 1,
        ball=ball.position,
        label=series.ball_label(ball.delivery, now.rules),
        runs=ball.delivery.runs,
        total=innings.runs,
        wickets=innings.wickets,
        run_rate=figures.rate(innings.runs, innings.progress, innings.balls_per_over),
        target=innings.target.runs if innings.target else None,
        required_rate=required_rate(innings),
        chances=win_probability(now),
    )


def required_rate(innings: Innings) -> Decimal | None:
    """Runs an over that the chase must make from here on; None outside of a chase, and once nothing is left of it."""
    if innings.target is None or innings.balls_left is None or innings.closed is not None:
        return None
    needed = max(0, innings.target.runs - innings.runs)
    return figures.rate(needed, innings.balls_left, innings.balls_per_over)


def _curve(state: MatchState, innings: Innings, balls: tuple[BallPoint, ...]) -> InningsCurve:
    last_of = {ball.over: ball for ball in balls}
    overs = tuple(
        OverPoint(
            over=over.over,
            runs=over.runs,
            wickets=over.wickets,
            total=over.total,
            wickets_down=over.wickets_down,
            run_rate=over.run_rate,
            required_rate=last_of[over.over].required_rate,
            chances=last_of[over.over].chances,
        )
        for over in series.over_by_over(innings, state.rules)
    )
    return InningsCurve(
        innings=innings.number,
        batting=innings.batting,
        bowling=innings.bowling,
        super_over=innings.super_over,
        overs=overs,
        balls=balls,
    )
