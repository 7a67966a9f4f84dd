"""The events a session hears of at once."""

from contracts.milestones import MILESTONES
from domain.match.events import EVENT_TYPES


def test_milestones_are_events_of_a_match() -> None:
    assert EVENT_TYPES.keys() >= MILESTONES


def test_no_ball_is_a_milestone() -> None:
    """A Temporal call for each ball would be the end of the data plane."""
    assert "BallRecorded" not in MILESTONES
