"""Fits the model of win probability on real matches, measures it on others, and writes down both.

    python -m docs.win_probability ../shared/cricsheet

Writes ``domain/analytics/win_coefficients.py``, the tables of ``docs/win-probability.md`` and
``docs/win-probability.svg``. The same files give the same text.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.cricsheet.play import play_file
from docs import win_fitting as f
from docs.win_plot import plot
from domain.analytics.replaying import replayed
from domain.analytics.win_coefficients import Coefficients
from domain.analytics.win_probability import expected_runs, situation
from domain.match.closing import ALL_OUT, OVERS_COMPLETE
from domain.match.events import BallRecorded
from domain.match.state import MatchState

PROJECT = Path(__file__).parents[1]
FITTED_ON = ("ipl-2019", "ipl-2020", "ipl-2021", "ipl-2022")
HELD_OUT = "ipl-2023"
ELSEWHERE = ("t20wc-men-2022", "wpl-2023", "t20wc-men-2007")
BEGIN, END = "<!-- {}: python -m docs.win_probability -->\n", "<!-- end of {} -->"
FULL_LENGTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the fit found, and what it is measured on, by the name of the matches."""

    coefficients: Coefficients
    seen: dict[str, list[f.Seen]]
    left_out: dict[str, int]

    @property
    def fitted_on(self) -> list[f.Seen]:
        return [each for folder in FITTED_ON for each in self.seen[folder]]


def seen_in(folder: Path) -> tuple[list[f.Seen], int]:
    """Every ball of the folder's matches that a side won outright, and how many matches were left out."""
    seen, left_out = list[f.Seen](), 0
    for path in sorted(folder.glob("*.json")):
        found = list(seen_of(play_file(path).state, f"{folder.name}/{path.stem}"))
        seen += found
        left_out += not found
    return seen, left_out


def seen_of(state: MatchState, match: str) -> Iterator[f.Seen]:
    """A match after each ball while it is undecided. Nothing of one without a winner, or that was tied, whoever won
    the Super Over."""
    result = state.result
    if result is None or result.outcome != "win" or state.awarded_to is not None:
        return
    first = state.innings[0]
    played_out = first.length == FULL_LENGTH and first.closed in (ALL_OUT, OVERS_COMPLETE)
    for _, fact, now in replayed(state):
        if not isinstance(fact, BallRecorded) or now.result is not None or now.target_awaited is not None:
            continue
        innings, where = now.innings[-1], situation(now)
        if where is None:
            continue
        yield f.Seen(
            match=match,
            innings=innings.number,
            balls_bowled=innings.progress,
            runs=innings.runs,
            wickets=innings.wickets,
            balls_left=0 if innings.closed else innings.balls_left or 0,
            target=innings.target.runs if innings.target else None,
            final=first.runs if played_out else None,
            chase_won=result.winner == where.chasing,
            situation=where,
        )


def measure(root: Path) -> Measured:
    """Read all the matches and fit the model."""
    found = {name: seen_in(root / name) for name in (*FITTED_ON, HELD_OUT, *ELSEWHERE)}
    seen = {name: each for name, (each, _) in found.items()}
    coefficients = f.fit([each for name in FITTED_ON for each in seen[name]])
    return Measured(
        coefficients=coefficients, seen=seen, left_out={name: left for name, (_, left) in found.items()}
    )


def par(found: Coefficients) -> float:
    """What a whole innings brings."""
    return expected_runs(FULL_LENGTH, 0, found)


# --- what is written -------------------------------------------------------------------------------------------


def module(found: Coefficients) -> str:
    """The module of the coefficients with these in it."""
    path = PROJECT / "domain/analytics/win_coefficients.py"
    before, begin, _ = path.read_text(encoding="utf-8").partition("COEFFICIENTS = ")
    shares = "\n".join(f"        {share}," for share in found.shares)
    return (
        f"{before}{begin}Coefficients(\n    runs={found.runs},\n    pace={found.pace},\n"
        f"    shares=(\n{shares}\n    ),\n    slope={found.slope},\n)\n"
    )


def scores(measured: Measured) -> str:
    """The table of scores, the model's and the baselines'."""
    fitted_on = measured.fitted_on
    model = f.by_the_model(measured.coefficients)
    share = sum(each.chase_won for each in fitted_on) / len(fitted_on)
    _, leaning = f.with_an_intercept(fitted_on, measured.coefficients)
    rate = f.by_the_rate(fitted_on, par(measured.coefficients))
    head = (
        "| matches | balls | chases won | model | always ½ | share of chases won | run rate goes on | with an intercept |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    )
    rows: list[str] = []
    for name, seen in (("IPL 2019–2022 (fitted on)", fitted_on), *_named(measured.seen)):
        matches = len({each.match for each in seen})
        won = len({each.match for each in seen if each.chase_won})
        for what, part in _parts(seen):
            cells = " | ".join(
                f"{f.brier(part, chance):.3f} / {f.log_loss(part, chance):.3f}"
                for chance in (model, lambda _: 0.5, lambda _: share, rate, leaning)
            )
            label, share_won = (
                (f"{name}: {matches}", f"{won} ({won / matches:.0%})") if not what else (what, "")
            )
            rows.append(f"| {label} | {len(part):,} | {share_won} | {cells} |")
    return "\n".join((*head, *rows)) + "\n"


def _named(seen: dict[str, list[f.Seen]]) -> Iterator[tuple[str, list[f.Seen]]]:
    names = ("IPL 2023 (held out)", "T20 World Cup 2022", "WPL 2023", "T20 World Cup 2007")
    for name, folder in zip(names, (HELD_OUT, *ELSEWHERE), strict=True):
        yield name, seen[folder]


def _parts(seen: Sequence[f.Seen]) -> Iterable[tuple[str, list[f.Seen]]]:
    yield "", list(seen)
    for number, name in ((1, "… first innings"), (2, "… chase")):
        yield name, [each for each in seen if each.innings == number]


def buckets(measured: Measured) -> str:
    """The table of calibration on the held-out season."""
    head = (
        "| chance given to the chase | balls | matches | mean chance given | chases won | ± |",
        "|---|--:|--:|--:|--:|--:|",
    )
    rows = [
        f"| {each.low:.0%} to {each.high:.0%} | {each.balls:,} | {each.matches} | {each.said:.1%} | {each.won:.1%} "
        f"| {each.error:.1%} |"
        for each in f.calibration(measured.seen[HELD_OUT], f.by_the_model(measured.coefficients))
    ]
    return "\n".join((*head, *rows)) + "\n"


def numbers(found: Coefficients) -> str:
    """The coefficients, and what they make of some places in an innings."""
    shares = " | ".join(f"{share:.3f}" for share in found.shares[:10])
    lines = [
        f"`runs` {found.runs}, `pace` {found.pace}, `slope` {found.slope}.",
        "",
        "| wickets down | " + " | ".join(map(str, range(10))) + " |",
        "|---|" + "--:|" * 10,
        f"| share | {shares} |",
    ]
    for balls in (120, 90, 60, 30, 12, 6, 1):
        runs = " | ".join(f"{expected_runs(balls, wickets, found):.1f}" for wickets in range(10))
        lines.append(f"| runs off {balls} | {runs} |")
    return "\n".join(lines) + "\n"


def page(measured: Measured) -> str:
    """docs/win-probability.md with its tables as measured."""
    text = (PROJECT / "docs/win-probability.md").read_text(encoding="utf-8")
    written = {
        "coefficients": numbers(measured.coefficients),
        "scores": scores(measured),
        "buckets": buckets(measured),
    }
    for name, table in written.items():
        begin, end = BEGIN.format(name), END.format(name)
        before, found_begin, rest = text.partition(begin)
        _, found_end, after = rest.partition(end)
        if not (found_begin and found_end):
            raise SystemExit(f"docs/win-probability.md has no place for {name}")
        text = f"{before}{begin}{table}{end}{after}"
    return text


def drawn(measured: Measured) -> str:
    """docs/win-probability.svg."""
    chance = f.by_the_model(measured.coefficients)
    return plot(
        fitted=f.calibration(measured.fitted_on, chance),
        held_out=f.calibration(measured.seen[HELD_OUT], chance),
    )


def main(root: Path) -> None:
    """Fit, measure, write."""
    measured = measure(root)
    for name, text in (
        ("domain/analytics/win_coefficients.py", module(measured.coefficients)),
        ("docs/win-probability.md", page(measured)),
        ("docs/win-probability.svg", drawn(measured)),
    ):
        (PROJECT / name).write_text(text, encoding="utf-8")
    print("left out (no outright winner):", measured.left_out)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else PROJECT.parent / "shared/cricsheet"))
