"""A table that is kept while its matches come in.

A match is put in, replaced (a correction, a replay) or taken out by what it alone contributes; the others
are not looked at. What results is the same, exactly, as counting all matches anew.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from domain.tournament.match_summary import MatchSummary
from domain.tournament.ordering import Pair, Separation, Sums, in_order
from domain.tournament.points import Deduction
from domain.tournament.table_rules import TableRules
from domain.tournament.tally import Tally, contributions


@dataclass(frozen=True, slots=True)
class Disqualification:
    """A team that takes no place. ``played``: its results stand, or are void (as never played)."""

    team: str
    played: Literal["stand", "void"] = "stand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One team's line. ``above_next`` is None in the last row and between teams nothing separates.

    Disqualified teams come last, without a place.
    """

    team: str
    tally: Tally
    points: int
    """With bonus points, less deductions."""
    deducted: int
    net_run_rate: Fraction
    above_next: Separation | None
    level_with_next: bool = False
    disqualified: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    pair: Pair
    added: Mapping[str, Tally]
    balls_per_over: int | None
    """None for a bye."""


class RunningTable:
    """The matches of one table by key (the node they are played for), summed up.

    ``teams`` are listed even if they have not played yet; a team of no listed match is otherwise not.
    """

    def __init__(
        self,
        rules: TableRules,
        *,
        teams: Iterable[str] = (),
        deductions: Iterable[Deduction] = (),
        disqualified: Iterable[Disqualification] = (),
    ) -> None:
        self.rules = rules
        self.deductions = tuple(deductions)
        self.disqualified = {one.team: one for one in disqualified}
        self._entries: dict[str, _Entry] = {}
        self._tallies = {team: Tally() for team in teams}
        self._appearances = Counter(list(self._tallies))
        self._meetings: dict[Pair, Mapping[str, Tally]] = {}
        self._over_lengths = Counter[int]()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def copy(self) -> "RunningTable":
        """A table of its own with the same matches."""
        other = RunningTable(self.rules, deductions=self.deductions, disqualified=self.disqualified.values())
        other._entries = dict(self._entries)
        other._tallies = dict(self._tallies)
        other._appearances = self._appearances.copy()
        other._meetings = dict(self._meetings)
        other._over_lengths = self._over_lengths.copy()
        return other

    def put(self, key: str, match: MatchSummary) -> None:
        """Count ``match`` as the one played for ``key``, instead of the one counted so far, if any."""
        void = any(self._is_void(team) for team in match.teams)
        added = dict.fromkeys(match.teams, Tally()) if void else contributions(match, self.rules)
        self._put(key, _Entry(frozenset(match.teams), added, match.balls_per_over))

    def put_bye(self, key: str, team: str) -> None:
        """Count a round that ``team`` sat out for want of an opponent: a win, without runs."""
        bye = Tally(played=1, won=1, points=self.rules.points.win)
        added = {team: Tally() if self._is_void(team) else bye}
        self._put(key, _Entry(frozenset(added), added, None))

    def _put(self, key: str, entry: _Entry) -> None:
        self.remove(key)
        self._entries[key] = entry
        if entry.balls_per_over is not None:
            self._over_lengths[entry.balls_per_over] += 1
        added = entry.added
        meetings = self._meetings.get(entry.pair, {})
        self._meetings[entry.pair] = {team: meetings.get(team, Tally()) + added[team] for team in added}
        for team, tally in added.items():
            self._appearances[team] += 1
            self._tallies[team] = self._tallies.get(team, Tally()) + tally

    def remove(self, key: str) -> None:
        """Take the match of ``key`` out; nothing happens if there is none."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        if entry.balls_per_over is not None:
            self._over_lengths[entry.balls_per_over] -= 1
        meetings = self._meetings[entry.pair]
        self._meetings[entry.pair] = {team: meetings[team] - tally for team, tally in entry.added.items()}
        for team, tally in entry.added.items():
            self._appearances[team] -= 1
            self._tallies[team] -= tally
            if not self._appearances[team]:
                del self._tallies[team]

    def sums(self) -> Sums:
        """What the order is made of. Raises ValueError as :meth:`rows` does."""
        deducted = dict.fromkeys(self._tallies, 0)
        for deduction in self.deductions:
            if deduction.team not in deducted:
                raise ValueError(f"points are deducted from {deduction.team}, which is not in the table")
            deducted[deduction.team] += deduction.points
        return Sums(
            tallies=self._tallies,
            deducted=deducted,
            meetings=self._meetings,
            balls_per_over=self._balls_per_over(),
        )

    def rows(self) -> list[Row]:
        """The table, best first.

        Raises ValueError when the matches' overs differ in length (such rates cannot be added), and for a
        deduction from a team that is not in the table.
        """
        sums = self.sums()
        ranked = in_order((team for team in self._tallies if team not in self.disqualified), sums, self.rules)
        apart = [(team, None) for team in sorted(self._tallies) if team in self.disqualified]
        return [
            Row(
                team=team,
                tally=self._tallies[team],
                points=sums.points(team),
                deducted=sums.deducted[team],
                net_run_rate=sums.rate(team),
                above_next=separation,
                level_with_next=separation is None and place < len(ranked),
                disqualified=team in self.disqualified,
            )
            for place, (team, separation) in enumerate([*ranked, *apart], start=1)
        ]

    def _is_void(self, team: str) -> bool:
        return team in self.disqualified and self.disqualified[team].played == "void"

    def _balls_per_over(self) -> int:
        lengths = sorted(length for length, matches in self._over_lengths.items() if matches) or [6]
        if len(lengths) > 1:
            raise ValueError(f"one table cannot hold overs of {' and '.join(map(str, lengths))} balls")
        return lengths[0]
