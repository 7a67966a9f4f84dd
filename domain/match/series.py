"""An innings as series: what charts and split tables are drawn from.

Overs are numbered from 1 here, as they are read; runs are all runs of the deliveries.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from domain.match import figures
from domain.match.conditions import PlayingConditions
from domain.match.delivery import Called, Delivery
from domain.match.state import Ball, Innings, PowerplaySpan
from domain.match.wicket import NOT_A_WICKET


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """One over: ``runs`` and ``wickets`` are the Manhattan, ``total`` and ``wickets_down`` the worm.

    ``wickets`` holds those that fell between balls too. ``run_rate`` is that of the innings up to here.
    """

    over: int
    bowlers: tuple[str, ...]
    balls: tuple[str, ...]
    """As scorers print them: "1", "4", "1lb", "wd", "W"."""
    runs: int
    wickets: int
    total: int
    wickets_down: int
    run_rate: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What was scored over a stretch of an innings; ``balls`` are legal ones."""

    runs: int
    wickets: int
    balls: int
    fours: int
    sixes: int
    run_rate: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerplaySplit:
    """A stretch of fielding restrictions, from ``first`` to ``last`` as printed ("0.1", "5.6")."""

    kind: str
    first: str
    last: str
    split: Split


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A partnership on the axis of the total: it took the score from ``from_runs`` to ``to_runs``."""

    wicket: int
    batters: tuple[str, ...]
    from_runs: int
    to_runs: int
    unbroken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WagonWheelPoint:
    """Where a ball went, in metres from the striker's stumps."""

    batter: str
    bowler: str
    over: int
    ball: int
    runs: int
    x_metres: float
    y_metres: float
    stroke: str | None


def over_by_over(innings: Innings, conditions: PlayingConditions) -> list[Over]:
    """The innings over by over: Manhattan, worm and run-rate curve."""
    fallen = _wickets_by_over(innings)
    overs: list[Over] = []
    wickets_down = 0
    for number, balls in balls_by_over(innings):
        wickets_down += fallen.get(number, 0)
        progress = number * innings.balls_per_over + _progress_in(balls, innings)
        overs.append(
            Over(
                over=number + 1,
                bowlers=tuple(dict.fromkeys(ball.delivery.bowler for ball in balls)),
                balls=tuple(ball_label(ball.delivery, conditions) for ball in balls),
                runs=sum(ball.delivery.runs for ball in balls),
                wickets=fallen.get(number, 0),
                total=balls[-1].score,
                wickets_down=wickets_down,
                run_rate=figures.rate(balls[-1].score, progress, innings.balls_per_over),
            )
        )
    return overs


def powerplay_spans(innings: Innings, conditions: PlayingConditions) -> list[PowerplaySpan]:
    """The fielding restrictions as set, else those of the playing conditions scaled to the innings' length.

    A shortened T20 innings keeps its share to the nearest ball (T20I playing condition 28.7 since July
    2025: 30 percent of the balls), a longer one to the nearest over (ODI playing condition 28.7).
    """
    if innings.powerplays or innings.super_over or innings.length is None:
        return list(innings.powerplays)
    overs, per_over = conditions.overs_per_innings, innings.balls_per_over
    if overs is None:
        return []
    unit = 1 if overs <= 20 else per_over
    spans: list[PowerplaySpan] = []
    for powerplay in conditions.powerplays:
        first, last = (
            unit * ((2 * over * innings.length // unit + overs) // (2 * overs))
            for over in (powerplay.first_over - 1, powerplay.last_over)
        )
        if first < last:
            begin, end = _first_delivery(innings, first), _delivery(innings, last - 1)
            spans.append(PowerplaySpan(powerplay.kind, begin, end))
    return spans


def powerplay_split(innings: Innings, conditions: PlayingConditions) -> list[PowerplaySplit]:
    """Runs and wickets of each powerplay that has begun; one that ends with an over holds all of it."""
    places = [(ball.over, ball.position) for ball in innings.balls]
    splits: list[PowerplaySplit] = []
    for span in powerplay_spans(innings, conditions):
        last_over, last_ball = span.last
        whole = last_ball >= innings.balls_per_over
        begin = bisect_left(places, span.first)
        end = bisect_left(places, (last_over + 1, 1)) if whole else bisect_right(places, span.last)
        if begin < end:
            first, last = (f"{over}.{ball}" for over, ball in (span.first, span.last))
            split = _split(innings, begin, end)
            splits.append(PowerplaySplit(kind=span.kind, first=first, last=last, split=split))
    return splits


def last_overs(innings: Innings, overs: int = 5) -> Split:
    """What the latest ``overs`` overs' worth of legal balls brought, the wides and no-balls among them too."""
    wanted = overs * innings.balls_per_over
    for index in range(len(innings.balls) - 1, -1, -1):
        wanted -= innings.balls[index].legal
        if wanted == 0:
            return _split(innings, index, len(innings.balls))
    return _split(innings, 0, len(innings.balls))


def stands(innings: Innings) -> list[Stand]:
    """The partnerships in order, each from the total where it began to the total where it ended."""
    total = innings.penalty_before
    result: list[Stand] = []
    for partnership in innings.partnerships:
        begin, total = total, total + partnership.runs
        result.append(
            Stand(
                wicket=partnership.wicket,
                batters=partnership.batters,
                from_runs=begin,
                to_runs=total,
                unbroken=partnership.unbroken,
            )
        )
    return result


def wagon_wheel(innings: Innings, batter: str | None = None) -> list[WagonWheelPoint]:
    """The noted points of one batter's strokes, or of all."""
    return [
        WagonWheelPoint(
            batter=ball.delivery.striker,
            bowler=ball.delivery.bowler,
            over=ball.over + 1,
            ball=ball.position,
            runs=ball.delivery.bat_runs,
            x_metres=shot.x_metres,
            y_metres=shot.y_metres,
            stroke=shot.stroke,
        )
        for ball in innings.balls
        if batter in (None, ball.delivery.striker)
        and (shot := ball.delivery.shot) is not None
        and shot.x_metres is not None
        and shot.y_metres is not None
    ]


def ball_label(delivery: Delivery, conditions: PlayingConditions) -> str:
    """A ball as scorers print it.

    "." nothing, "4" off the bat, "1lb", "2b", "wd", "wd+4" (four more run or at the boundary), "nb+2",
    "nb+1lb", "1+5p" (penalty runs), and "W" after it all for each wicket: "W", "1W", "wdW".
    """
    if not delivery.extras and not delivery.wickets and delivery.called is None:
        return f"{delivery.bat_runs}" if delivery.bat_runs else "."
    parts: list[str] = []
    if delivery.wides or delivery.called is Called.WIDE:
        parts += ["wd", *_more(delivery.wides - conditions.wide_runs)]
    if delivery.no_balls or delivery.called is Called.NO_BALL:
        parts += ["nb", *_more(delivery.no_balls - conditions.no_ball_runs)]
    parts += _more(delivery.bat_runs)
    parts += _more(delivery.byes, "b")
    parts += _more(delivery.leg_byes, "lb")
    parts += _more(delivery.penalty, "p")
    wickets = "W" * sum(wicket.kind not in NOT_A_WICKET for wicket in delivery.wickets)
    return "+".join(parts) + wickets or "."


def _more(runs: int, unit: str = "") -> list[str]:
    return [f"{runs}{unit}"] if runs > 0 else []


def balls_by_over(innings: Innings) -> Iterator[tuple[int, list[Ball]]]:
    """The balls over by over, with the over's number from 0."""
    for number, balls in groupby(innings.balls, key=lambda ball: ball.over):
        yield number, list(balls)


def _progress_in(balls: list[Ball], innings: Innings) -> int:
    """How far an over has gone: a completed one counts in full, however many balls it had."""
    if balls[-1].over < innings.overs:
        return innings.balls_per_over
    return min(innings.balls_per_over, sum(ball.legal for ball in balls))


def _wickets_by_over(innings: Innings) -> dict[int, int]:
    """Wickets by over from 0; one that fell after the last ball of all belongs to the last over."""
    last = innings.balls[-1].over if innings.balls else 0
    fallen: dict[int, int] = {}
    for fall in innings.falls:
        over = min(fall.over, last)
        fallen[over] = fallen.get(over, 0) + 1
    return fallen


def _delivery(innings: Innings, legal_ball: int) -> tuple[int, int]:
    """Where a legal ball, counted from 0 over the innings, was (or would be) delivered: over and position."""
    over, number = divmod(legal_ball, innings.balls_per_over)
    legal = [ball.position for ball in innings.balls if ball.over == over and ball.legal]
    return over, legal[number] if number < len(legal) else number + 1


def _first_delivery(innings: Innings, legal_ball: int) -> tuple[int, int]:
    """Where the first delivery for a legal ball was: after the legal ball before it."""
    if legal_ball % innings.balls_per_over == 0:
        return legal_ball // innings.balls_per_over, 1
    over, position = _delivery(innings, legal_ball - 1)
    return over, position + 1


def _split(innings: Innings, begin: int, end: int) -> Split:
    """The deliveries from index ``begin`` up to ``end``, with the wickets that fell between them."""
    balls = innings.balls[begin:end]
    legal = sum(ball.legal for ball in balls)
    runs = sum(ball.delivery.runs for ball in balls)
    before = innings.balls[begin - 1].wickets if begin else 0
    after = innings.wickets if end == len(innings.balls) else innings.balls[end - 1].wickets
    return Split(
        runs=runs,
        wickets=after - before,
        balls=legal,
        fours=sum(ball.delivery.boundary == "four" and ball.delivery.bat_runs == 4 for ball in balls),
        sixes=sum(ball.delivery.boundary == "six" and ball.delivery.bat_runs == 6 for ball in balls),
        run_rate=figures.rate(runs, legal, innings.balls_per_over),
    )
