"""The clock of a tournament: its own time, and back."""

from datetime import UTC, datetime, timedelta

from domain.clock import REAL, Clock

NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)
SEASON = datetime(2023, 3, 31, tzinfo=UTC)
DAY_A_SECOND = Clock(started_at=NOON, shows=SEASON, speed=86_400)


def test_a_tournament_that_is_really_played_has_the_real_time() -> None:
    assert REAL.here(NOON) == NOON
    assert REAL.real(NOON) == NOON


def test_a_compressed_season_passes_a_day_in_a_second() -> None:
    assert DAY_A_SECOND.here(NOON) == SEASON
    assert DAY_A_SECOND.here(NOON + timedelta(seconds=59)) == SEASON + timedelta(days=59)


def test_what_is_due_there_is_waited_for_here() -> None:
    assert DAY_A_SECOND.real(SEASON + timedelta(days=1)) == NOON + timedelta(seconds=1)
    for seconds in (-3, 0, 0.25, 61):
        real = NOON + timedelta(seconds=seconds)
        assert DAY_A_SECOND.real(DAY_A_SECOND.here(real)) == real
