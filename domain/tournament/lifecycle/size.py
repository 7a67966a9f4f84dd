"""How large a tournament may be."""

from domain.match.errors import CommandRefused
from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import Format, Structure

MOST_MATCHES = 2_000
"""A draw, and a whole list of fixtures, are one event and one command each: so many still travel in one message
(see docs/decisions/0024). It is a single round robin of 63 teams, or 44 groups of ten."""


def structure_of(format: Format, teams: int) -> Structure:
    """The whole tournament of ``teams`` teams. Raises FormatInvalid, and CommandRefused (``too_many_matches``)
    for one that nobody could schedule."""
    structure = lay_out(format, teams)
    matches = len(structure.nodes)
    if matches > MOST_MATCHES:
        raise CommandRefused(
            "too_many_matches",
            f"{format.name} of {teams} teams is {matches} matches; a tournament has {MOST_MATCHES} at most. "
            "Deal the teams into groups, play Swiss rounds, or make a tournament of each division",
            detail={"matches": matches, "most": MOST_MATCHES, "teams": teams},
        )
    return structure
