"""How the model of win probability is fitted, and measured: least squares and a logistic regression by hand.

Nothing here is random: the same matches give the same coefficients.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import exp, log, sqrt

from domain.analytics.win_coefficients import Coefficients
from domain.analytics.win_probability import WICKETS, Situation, advantage, chance_of_the_chase, logistic

FIRST_GUESS = Coefficients(
    runs=300.0, pace=0.006, shares=tuple(1 - wickets / WICKETS for wickets in range(WICKETS + 1)), slope=1.0
)
SURE = 1e-9
"""A probability is not taken as surer than this in the logarithm of a loss."""
DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A match after one ball, undecided, and how it ended. ``rate``: runs a ball so far in the innings."""

    match: str
    innings: int
    balls_bowled: int
    runs: int
    wickets: int
    balls_left: int
    target: int | None
    final: int | None
    """The total of the first innings, where it was played out at full length."""
    chase_won: bool
    situation: Situation

    @property
    def rate(self) -> float:
        return self.runs / max(1, self.balls_bowled)


Chance = Callable[[Seen], float]


def fit(seen: Sequence[Seen]) -> Coefficients:
    """Expected runs from the first innings that were played out, the slope from all balls."""
    expected = rounded(fit_expected_runs(seen))
    (slope,) = regress([((advantage(each.situation, expected),), each.chase_won) for each in seen])
    return rounded(replace(expected, slope=slope))


def rounded(found: Coefficients) -> Coefficients:
    """As they are written down."""

    def short(number: float) -> float:
        return float(f"{number:.{DIGITS}g}")

    return Coefficients(
        runs=short(found.runs),
        pace=short(found.pace),
        shares=tuple(map(short, found.shares)),
        slope=short(found.slope),
    )


# --- expected runs ---------------------------------------------------------------------------------------------

Cells = dict[tuple[int, int], tuple[int, int]]
"""By balls left and wickets down: how often that was seen, and the runs made from there on in all of them."""


def cells_of(seen: Iterable[Seen]) -> Cells:
    cells: Cells = {}
    for each in seen:
        if each.innings == 1 and each.final is not None and each.wickets < WICKETS and each.balls_left > 0:
            place = each.balls_left, each.wickets
            times, runs = cells.get(place, (0, 0))
            cells[place] = times + 1, runs + each.final - each.runs
    return cells


def fit_expected_runs(seen: Iterable[Seen]) -> Coefficients:
    """Least squares by Levenberg and Marquardt's steps; the share of a side with all its wickets is 1."""
    cells = cells_of(seen)
    values = [FIRST_GUESS.runs, FIRST_GUESS.pace, *FIRST_GUESS.shares[1:WICKETS]]
    error, damping = _squares(cells, values), 1e-3
    while damping < 1e12:
        matrix, right = _normal_equations(cells, values)
        for place, row in enumerate(matrix):
            row[place] *= 1 + damping
        tried = [value + step for value, step in zip(values, solve(matrix, right), strict=True)]
        better = _squares(cells, tried) if min(tried) > 0 else error
        if better >= error:
            damping *= 10
            continue
        settled = error - better < 1e-12 * abs(error)
        values, error, damping = tried, better, damping / 10
        if settled:
            break
    return Coefficients(runs=values[0], pace=values[1], shares=(1.0, *values[2:], 0.0), slope=1.0)


def _squares(cells: Cells, values: Sequence[float]) -> float:
    """The sum of squares, but for what no coefficient changes."""
    total = 0.0
    for (balls, wickets), (times, runs) in cells.items():
        expected = _expected(values, balls, wickets)[0]
        total += times * expected * expected - 2 * runs * expected
    return total


def _expected(values: Sequence[float], balls: int, wickets: int) -> tuple[float, float, float, float]:
    """Expected runs as the domain has them, and how they change with the total, the pace and the share."""
    runs, pace = values[:2]
    share = values[1 + wickets] if wickets else 1.0
    rest = exp(-pace * balls / share)
    by_total = share * (1 - rest)
    return runs * by_total, by_total, runs * balls * rest, runs * (1 - rest - pace * balls / share * rest)


def _normal_equations(cells: Cells, values: Sequence[float]) -> tuple[list[list[float]], list[float]]:
    size = len(values)
    matrix, right = [[0.0] * size for _ in values], [0.0] * size
    for (balls, wickets), (times, runs) in cells.items():
        expected, by_total, by_pace, by_share = _expected(values, balls, wickets)
        slopes = [(0, by_total), (1, by_pace), *([(1 + wickets, by_share)] if wickets else [])]
        for row, slope in slopes:
            right[row] += slope * (runs - times * expected)
            for column, other in slopes:
                matrix[row][column] += times * slope * other
    return matrix, right


def solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """A system of linear equations, by elimination with the largest pivot."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for place in range(len(rows)):
        pivot = max(range(place, len(rows)), key=lambda row: abs(rows[row][place]))
        rows[place], rows[pivot] = rows[pivot], rows[place]
        for other in range(len(rows)):
            if other != place:
                factor = rows[other][place] / rows[place][place]
                rows[other] = [
                    value - factor * above for value, above in zip(rows[other], rows[place], strict=True)
                ]
    return [row[-1] / row[place] for place, row in enumerate(rows)]


# --- the slope -------------------------------------------------------------------------------------------------


def regress(rows: Sequence[tuple[Sequence[float], bool]]) -> list[float]:
    """The logistic regression of winning on the values of each row, by Newton's steps. It adds no intercept."""
    weights = [0.0] * len(rows[0][0])
    for _ in range(50):
        first = [0.0 for _ in weights]
        second = [[0.0 for _ in weights] for _ in weights]
        for values, won in rows:
            chance = logistic(sum(weight * value for weight, value in zip(weights, values, strict=True)))
            for row, value in enumerate(values):
                first[row] += value * (won - chance)
                for column, other in enumerate(values):
                    second[row][column] += value * other * chance * (1 - chance)
        steps = solve(second, first)
        weights = [weight + step for weight, step in zip(weights, steps, strict=True)]
        if max(map(abs, steps)) < 1e-10:
            break
    return weights


# --- measures --------------------------------------------------------------------------------------------------


def by_the_model(coefficients: Coefficients) -> Chance:
    return lambda each: chance_of_the_chase(each.situation, coefficients)


def by_the_rate(fitted_on: Sequence[Seen], par: float) -> Chance:
    """The baseline that knows no wickets: the run rate so far goes on, a first innings is held against ``par``."""

    def value(each: Seen) -> float:
        needed = par - each.runs if each.target is None else each.target - each.runs
        ahead = each.rate * each.balls_left - needed
        return (ahead if each.innings == 2 else -ahead) / sqrt(each.balls_left + 1)

    (slope,) = regress([((value(each),), each.chase_won) for each in fitted_on])
    return lambda each: logistic(slope * value(each))


def with_an_intercept(fitted_on: Sequence[Seen], coefficients: Coefficients) -> tuple[float, Chance]:
    """The model with something more for the chase as such, and how much that is in the logarithm of the odds."""

    def value(each: Seen) -> float:
        return advantage(each.situation, coefficients)

    for_the_chase, slope = regress([((1.0, value(each)), each.chase_won) for each in fitted_on])
    return for_the_chase, lambda each: logistic(for_the_chase + slope * value(each))


def brier(seen: Sequence[Seen], chance: Chance) -> float:
    """The mean square of the error: 0 for a prophet, 0.25 for always a half."""
    return sum((chance(each) - each.chase_won) ** 2 for each in seen) / len(seen)


def log_loss(seen: Sequence[Seen], chance: Chance) -> float:
    """The mean of -log of the chance given to what came about: 0.693 for always a half."""
    loss = 0.0
    for each in seen:
        given = min(1 - SURE, max(SURE, chance(each)))
        loss -= log(given if each.chase_won else 1 - given)
    return loss / len(seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """The balls after which the chase was given a chance from ``low`` to ``high``. ``error`` is the standard error
    of ``won`` with whole matches as the unit: the balls of one match all end alike."""

    low: float
    high: float
    balls: int
    matches: int
    said: float
    won: float
    error: float


def calibration(seen: Iterable[Seen], chance: Chance, count: int = 10) -> list[Bucket]:
    """What was said against what came about, in ``count`` buckets."""
    filled: list[dict[str, list[tuple[float, bool]]]] = [{} for _ in range(count)]
    for each in seen:
        said = chance(each)
        filled[min(count - 1, int(said * count))].setdefault(each.match, []).append((said, each.chase_won))
    return [_bucket(place, count, matches) for place, matches in enumerate(filled) if matches]


def _bucket(place: int, count: int, matches: dict[str, list[tuple[float, bool]]]) -> Bucket:
    balls = sum(map(len, matches.values()))
    said = sum(value for each in matches.values() for value, _ in each) / balls
    won = sum(result for each in matches.values() for _, result in each) / balls
    squares = sum(sum(result - won for _, result in each) ** 2 for each in matches.values())
    return Bucket(
        low=place / count,
        high=(place + 1) / count,
        balls=balls,
        matches=len(matches),
        said=said,
        won=won,
        error=sqrt(squares) / balls,
    )
