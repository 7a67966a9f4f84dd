"""The most valuable player, by points for what is done with bat, ball and hands.

A four 2.5, a six 3.5, a wicket 3.5, a delivery that concedes nothing 1, a catch or a stumping 2.5. The weights are this
project's own choice, and stand here alone: SQL is made from them. They are counted in halves, so that sums are exact.
"""

HALF_POINTS = {
    "fours": 5,
    "sixes": 7,
    "wickets": 7,
    "bowl_dots": 2,
    "catches": 5,
    "stumpings": 5,
}
"""What one of each is worth, in half points."""


def half_points(sums: dict[str, int]) -> int:
    """The half points of sums by name."""
    return sum(worth * sums.get(name, 0) for name, worth in HALF_POINTS.items())
