"""The clock of a tournament: its own time, and back."""

from datetime import UTC, datetime, timedelta

import pytest

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


@pytest.mark.parametrize("speed", [1e-300, 1.0, 86_400, 1e5, 1e300])
@pytest.mark.parametrize(
    "started_at", [datetime.min.replace(tzinfo=UTC), NOON, datetime.max.replace(tzinfo=UTC)]
)
@pytest.mark.parametrize(
    "shows", [datetime.min.replace(tzinfo=UTC), SEASON, datetime.max.replace(tzinfo=UTC)]
)
def test_every_clock_shows_a_time_that_days_can_be_added_to(
    started_at: datetime, shows: datetime, speed: float
) -> None:
    clock = Clock(started_at=started_at, shows=shows, speed=speed)
    for moment in (clock.here(NOON), clock.real(SEASON)):
        assert datetime(1000, 1, 1, tzinfo=UTC) <= moment <= datetime(9000, 1, 1, tzinfo=UTC)
