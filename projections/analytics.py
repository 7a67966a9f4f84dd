"""The analytics of a match: a fold of its events, and the rows that changed since they were last written.

Nothing is counted while events come: a batch may hold many of a match, and what it contributes is worked out once for
all of them, from the balls that are new.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.match import evolve, initial
from domain.match.closing import ALL_OUT
from domain.match.events import CORRECTION_TYPES, MatchCreated, MatchEvent
from domain.match.state import Innings, MatchState
from domain.persons import PersonErased
from projections.analytics_players import player_rows
from projections.analytics_rows import (
    KEYS,
    KINDS,
    BattingRow,
    BowlingRow,
    Changes,
    HatTrickRow,
    InningsRow,
    MatchRow,
    MeetingRow,
    PlayerRow,
    Row,
    StandRow,
    said_of,
)
from projections.analytics_tally import Tally
from projections.summary import batting_lines, bowling_lines

_OF_MATCH = 2
"""A row begins with its tenant and its match. Here all rows are of one match, and are known by what follows."""


class AnalyticsFold:
    """One match's state, and what of it stands in analytics."""

    __slots__ = (
        "_begun",
        "_kept",
        "_pending",
        "_tally",
        "_whole",
        "created_at",
        "match_id",
        "state",
        "tenant_id",
        "written_version",
    )

    def __init__(self, tenant_id: UUID, match_id: UUID) -> None:
        self.tenant_id = tenant_id
        self.match_id = match_id
        self.created_at: datetime | None = None
        self.state: MatchState = initial()
        self.written_version = 0
        self._tally = Tally()
        self._whole = True
        self._begun = 0
        """What was bowled in innings before this one, from 0, can change by a correction alone."""
        self._kept: dict[type[Any], dict[tuple[Any, ...], Row]] = {kind: {} for kind in KINDS}
        self._pending: tuple[int, Changes] | None = None

    @property
    def version(self) -> int:
        """The version of the last event that was applied."""
        return self.state.version

    def apply(self, event: MatchEvent, recorded_at: datetime) -> None:
        """Fold in the event of the next version."""
        if self.created_at is None:
            self.created_at = recorded_at
        self.state = evolve(self.state, event)
        if type(event) in CORRECTION_TYPES or isinstance(event, PersonErased):
            self._whole = True

    def keep(self) -> None:
        """What has been folded so far stands in analytics."""
        changes = self._pending[1] if self._pending and self._pending[0] == self.version else self.changes()
        for kind, rows in changes.rows.items():
            named, kept = KEYS[kind], self._kept[kind]
            for row in rows:
                kept[row[_OF_MATCH:named]] = row
            for key in changes.gone.get(kind, ()):
                kept.pop(key[_OF_MATCH:], None)
        self._pending, self._whole = None, False
        self._tally.touched.clear()
        self._begun = max(0, len(self.state.innings) - 1)
        self.written_version = self.state.version

    def changes(self) -> Changes:
        """The rows that are new or different since ``keep``, and those that are gone."""
        if self._whole:
            self._tally, self._begun = Tally(), 0
        self._tally.count(self.state)
        rows: dict[type[Any], list[Row]] = {kind: [] for kind in KINDS}
        gone = {kind: dict.fromkeys(kept) for kind, kept in self._kept.items() if kept and self._whole}
        for row in self._rows():
            kind = type(row)
            key = row[_OF_MATCH : KEYS[kind]]
            before = self._kept[kind].get(key)
            if before is None:
                rows[kind].append(row)
                continue
            if before != row:
                rows[kind].append(row)
            if gone:
                gone[kind].pop(key, None)
        of_match = (self.tenant_id, self.match_id)
        changes = Changes(
            rows,
            {kind: [(*of_match, *key) for key in keys] for kind, keys in gone.items() if keys},
            self._told(rows[PlayerRow], gone.get(PlayerRow, ())),
        )
        self._pending = (self.version, changes)
        return changes

    def _told(self, rows: Iterable[Any], gone: Iterable[tuple[Any, ...]]) -> list[PlayerRow]:
        kept: dict[tuple[Any, ...], Any] = self._kept[PlayerRow]
        told: list[PlayerRow] = []
        for row in rows:
            before = kept.get(row[_OF_MATCH : KEYS[PlayerRow]])
            if before is not None and said_of(before) != said_of(row):
                told += [row, before]
        return told + [kept[key] for key in gone]

    def _rows(self) -> Iterator[Row]:
        """All rows, or where no correction came those that may have changed."""
        created = self.state.created
        if not isinstance(created, MatchCreated) or self.created_at is None:
            raise ValueError(f"the stream of match {self.match_id} does not begin with MatchCreated")
        played_at = created.starts_at or self.created_at
        yield self._match(created, played_at)
        yield from player_rows(self.tenant_id, self.match_id, self.state, created, played_at, self._tally)
        # Penalty runs may go to an innings that is over (Law 18.5).
        yield from map(self._innings, self.state.innings)
        for innings in self.state.innings[self._begun :]:
            if not innings.super_over:
                yield from self._batting(innings)
                yield from self._bowling(innings)
                yield from self._stands(innings)
        for number, phase, batter, bowler in self._tally.touched:
            sums = self._tally.meetings[number, phase, batter, bowler].values()
            yield MeetingRow(self.tenant_id, self.match_id, number, phase, batter, bowler, *sums)
        for sequence, feat in enumerate(self._tally.hat_tricks.found, 1):
            yield HatTrickRow(
                *(self.tenant_id, self.match_id, sequence),
                *(feat.bowler, feat.innings, feat.over, feat.ball, feat.wickets),
            )

    def _match(self, created: MatchCreated, played_at: datetime) -> MatchRow:
        home, away = created.teams
        result = self.state.result
        return MatchRow(
            tenant_id=self.tenant_id,
            match_id=self.match_id,
            version=self.state.version,
            tournament=created.tournament,
            season=created.season,
            venue=created.venue,
            home=home.id,
            away=away.id,
            played_at=played_at,
            conditions=created.conditions.name,
            balls_per_over=created.conditions.balls_per_over,
            outcome=result and result.outcome,
            winner=result and result.winner,
            by_runs=result and result.by_runs,
            by_wickets=result and result.by_wickets,
            by_innings=result and result.by_innings,
            method=result and result.method,
        )

    def _innings(self, innings: Innings) -> InningsRow:
        return InningsRow(
            tenant_id=self.tenant_id,
            match_id=self.match_id,
            innings=innings.number,
            batting=innings.batting,
            bowling=innings.bowling,
            super_over=innings.super_over,
            runs=innings.runs,
            wickets=innings.wickets,
            balls=innings.progress,
            all_out=innings.closed == ALL_OUT,
            closed=innings.closed is not None,
        )

    def _batting(self, innings: Innings) -> Iterator[BattingRow]:
        milestones = self._tally.milestones.get(innings.number)
        names = dict.fromkeys(innings.batters, "")
        for line in batting_lines(innings, names):
            yield BattingRow(
                *(self.tenant_id, self.match_id, innings.number, line.player),
                *(line.runs, line.balls, line.fours, line.sixes, line.out),
                milestones.fifty.get(line.player) if milestones else None,
                milestones.hundred.get(line.player) if milestones else None,
            )

    def _bowling(self, innings: Innings) -> Iterator[BowlingRow]:
        for line in bowling_lines(innings, dict.fromkeys(innings.bowlers, "")):
            yield BowlingRow(
                *(self.tenant_id, self.match_id, innings.number, line.player),
                *(line.balls, line.maidens, line.runs, line.wickets, line.dots or 0),
            )

    def _stands(self, innings: Innings) -> Iterator[StandRow]:
        for sequence, stand in enumerate(innings.partnerships, 1):
            first, second = (*sorted(stand.batters), "")[:2]
            yield StandRow(
                *(self.tenant_id, self.match_id, innings.number, sequence, stand.wicket),
                *(first, second, stand.runs, stand.balls, stand.unbroken),
            )
