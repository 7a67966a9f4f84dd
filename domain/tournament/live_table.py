"""The table "as it stands", while matches are in play.

A match in play counts as if it were called off at this ball: once a result would be possible (the side
batting second has faced the minimum overs) by its score against par, level on par a tie, with net run rate as
the book says for a match settled on par. Before that, and where no par can be worked out, it does not count
at all, and its teams are only marked as playing. Nothing of it is official.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.tournament.match_summary import MatchSummary
from domain.tournament.running_table import Row, RunningTable


@dataclass(frozen=True, slots=True, kw_only=True)
class InPlay:
    """A match in play. ``as_it_stands``: its summary if it ended now, None while that would be no result.

    ``key`` is the key it will have in the table (the node it is played for).
    """

    key: str
    teams: tuple[str, str]
    as_it_stands: MatchSummary | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRow:
    """A row as it stands. ``live``: the team is playing; ``provisional``: that match is counted in the row.

    ``official_place`` (from 1) is the place without the matches in play, None if the team was not listed.
    """

    row: Row
    place: int
    official_place: int | None
    live: bool
    provisional: bool

    @property
    def climbed(self) -> int:
        """Places won by the matches in play; below 0: lost."""
        return 0 if self.official_place is None else self.official_place - self.place


def live_table(official: RunningTable, in_play: Iterable[InPlay]) -> list[LiveRow]:
    """The table with the matches in play, best first. ``official`` is left as it is.

    A match that is already counted officially is no longer in play, whatever is said of it. Raises ValueError
    as :meth:`RunningTable.rows` does.
    """
    playing = [match for match in in_play if match.key not in official]
    table = official.copy()
    for match in playing:
        if match.as_it_stands is not None:
            table.put(match.key, match.as_it_stands)
    places = {row.team: place for place, row in enumerate(official.rows(), start=1)}
    live = {team for match in playing for team in match.teams}
    provisional = {team for match in playing if match.as_it_stands for team in match.teams}
    return [
        LiveRow(
            row=row,
            place=place,
            official_place=places.get(row.team),
            live=row.team in live,
            provisional=row.team in provisional,
        )
        for place, row in enumerate(table.rows(), start=1)
    ]
