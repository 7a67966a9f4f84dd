"""The model of win probability against the matches it was fitted on, and those it was not."""

from functools import cache
from math import isclose

import pytest

from adapters.cricsheet.play import play_file
from docs import win_fitting as f
from docs import win_probability as w
from domain.analytics.curves import turns
from domain.analytics.win_coefficients import COEFFICIENTS
from domain.analytics.win_probability import covers
from tests.cricsheet import data, given

pytestmark = pytest.mark.cricsheet

MODEL = f.by_the_model(COEFFICIENTS)


@cache
def measured() -> w.Measured:
    return w.measure(data.root())


def test_a_second_fit_finds_the_committed_coefficients() -> None:
    again = measured().coefficients
    pairs = zip(again.shares, COEFFICIENTS.shares, strict=True)
    for name in ("runs", "pace", "slope"):
        assert isclose(getattr(again, name), getattr(COEFFICIENTS, name), rel_tol=1e-4), name
    assert all(isclose(new, old, rel_tol=1e-4, abs_tol=1e-9) for new, old in pairs)


def test_the_page_and_the_plot_are_those_of_the_committed_model() -> None:
    page, plot = (w.PROJECT / name for name in ("docs/win-probability.md", "docs/win-probability.svg"))
    assert page.read_text(encoding="utf-8") == w.page(measured()), "run python -m docs.win_probability"
    assert plot.read_text(encoding="utf-8") == w.drawn(measured())


def test_the_held_out_season_had_no_part_in_the_fit() -> None:
    held_out = {each.match for each in measured().seen[w.HELD_OUT]}
    assert len(held_out) == 73
    assert not held_out & {each.match for each in measured().fitted_on}


@pytest.mark.parametrize(
    ("folder", "brier", "log_loss"),
    [
        ("ipl-2023", 0.215, 0.615),
        ("t20wc-men-2022", 0.17, 0.50),
        ("wpl-2023", 0.145, 0.44),
        ("t20wc-men-2007", 0.185, 0.525),
    ],
)
def test_it_beats_the_baselines_where_it_was_not_fitted(folder: str, brier: float, log_loss: float) -> None:
    seen, fitted_on = measured().seen[folder], measured().fitted_on
    share = sum(each.chase_won for each in fitted_on) / len(fitted_on)
    rate = f.by_the_rate(fitted_on, w.par(COEFFICIENTS))
    assert f.brier(seen, MODEL) < brier
    assert f.log_loss(seen, MODEL) < log_loss
    for baseline in (lambda _: 0.5, lambda _: share, rate):
        assert f.brier(seen, MODEL) < f.brier(seen, baseline)
        assert f.log_loss(seen, MODEL) < f.log_loss(seen, baseline)


def test_what_it_says_comes_about_as_often_in_the_season_it_has_not_seen() -> None:
    """Within 2.2 standard errors in every bucket, and rising but for what these allow."""
    buckets = f.calibration(measured().seen[w.HELD_OUT], MODEL)
    assert len(buckets) == 10
    for bucket in buckets:
        assert abs(bucket.won - bucket.said) < 2.2 * bucket.error, bucket
    for one, other in zip(buckets, buckets[2:], strict=False):
        assert other.won > one.won


def test_every_match_ends_as_it_ended() -> None:
    """Of all matches given: 1 for who won, even where nobody did, nothing in other formats; no ball is missing."""
    for folder in ("ipl-2020", "t20-rare", "t20wc-men-2007", "hundred-men-2024", "oneday-rare"):
        for path in given.files(folder):
            state = play_file(path).state
            found = turns(state)
            assert sum(turn.event == "BallRecorded" for turn in found) == sum(
                len(each.balls) for each in state.innings
            )
            if not covers(state.rules):
                assert all(turn.chances is None for turn in found)
                continue
            if state.result is None:
                continue
            winner = state.result.winner
            expected = {team: 0.5 if winner is None else float(team == winner) for team in state.teams}
            assert found[-1].chances == expected, path
            open_ = [turn.chances for turn in found if turn.chances not in (None, expected)]
            assert all(0 < chance < 1 for chances in open_ for chance in (chances or {}).values())
