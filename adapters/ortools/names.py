"""The constraints in plain words, as a conflict names them."""

from collections.abc import Collection
from datetime import date

from domain.tournament.fixtures.model import FixtureRules, Ground


def matches_a_day(rules: FixtureRules) -> str:
    return f"at most {_times(rules.matches_a_day)} a day"


def matches_a_day_at(ground: Ground) -> str:
    return f"at most {_times(ground.matches_a_day)} a day at {ground.name}"


def matches_a_day_of(rules: FixtureRules, team: str) -> str:
    return f"at most {_times(rules.most_of_a_team)} a day of {team}"


def season(rules: FixtureRules) -> str:
    return f"the season from {rules.first_day} to {rules.last_day}"


def closed(rules: FixtureRules) -> str:
    return f"closed dates: {listed(rules.closed)}"


def ground_closed(ground: Ground) -> str:
    return f"{ground.name} closed on {listed(ground.closed)}"


def earliest(day: date) -> str:
    return f"no match before {day}"


def rest_days(days: int, team: str) -> str:
    return f"{days} rest {'day' if days == 1 else 'days'} of {team}"


def fixed(node: str) -> str:
    return f"{node} is fixed"


def listed(days: Collection[date]) -> str:
    """Up to three days by name."""
    named = ", ".join(str(day) for day in sorted(days)[:3])
    return named if len(days) <= 3 else f"{named} and {len(days) - 3} more days"


def _times(matches: int) -> str:
    return f"{matches} match" if matches == 1 else f"{matches} matches"
