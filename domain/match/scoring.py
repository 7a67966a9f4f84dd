"""Who may score: one person at a time, while one is appointed."""

from collections.abc import Iterable

from domain.match import commands as c
from domain.match.errors import CommandRefused
from domain.match.state import MatchState

NOT_SCORING: frozenset[type[c.MatchCommand]] = frozenset({c.CreateMatch, c.NameLineUp, c.AppointScorer})
"""What others than the scorer state: captains name their sides, the session appoints the scorer."""


def refuse_other_scorers(state: MatchState, commands: Iterable[c.MatchCommand], subject: str | None) -> None:
    """Raise CommandRefused ("not_the_scorer") if somebody other than the appointed scorer would score."""
    if state.scorer is None or state.scorer == subject:
        return
    if any(type(command) not in NOT_SCORING for command in commands):
        raise CommandRefused(
            "not_the_scorer",
            f"{state.scorer} is scoring this match; take over the scoring first, and say why",
            detail={"scorer": state.scorer},
        )
