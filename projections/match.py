"""The read models of a match: a fold of its events, and the rows that changed since they were last written."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from domain.match import evolve, initial
from domain.match.card import scorecard
from domain.match.events import CORRECTION_TYPES, MatchCreated, MatchEvent
from domain.match.names import Names
from domain.match.outcome import result_line, score, status, toss_line
from domain.match.state import Ball, Innings, MatchState
from domain.persons import PersonErased
from projections.match_rows import BallRow, CardRow, FallRow, MatchChanges, MatchRow, OverRow, PartnershipRow


class _Written(NamedTuple):
    """What of the latest innings has been written: all before these can change by a correction alone."""

    innings: int = 0
    balls: int = 0
    falls: int = 0
    partnerships: int = 0


class MatchFold:
    """One match's state, and what of it stands in the read models."""

    __slots__ = ("_whole", "_written", "created_at", "match_id", "state", "tenant_id", "written_version")

    def __init__(self, tenant_id: UUID, match_id: UUID) -> None:
        self.tenant_id = tenant_id
        self.match_id = match_id
        self.created_at: datetime | None = None
        self.state: MatchState = initial()
        self._whole = False
        self._written = _Written()
        self.written_version = 0

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
        """What has been folded so far stands in the read models."""
        self._whole = False
        self.written_version = self.state.version
        if self.state.innings:
            latest = self.state.innings[-1]
            self._written = _Written(
                latest.number, len(latest.balls), len(latest.falls), len(latest.partnerships)
            )

    def changes(self) -> MatchChanges:
        """The rows that are new or different since ``keep``."""
        written = _Written() if self._whole else self._written
        balls: list[BallRow] = []
        overs: list[OverRow] = []
        falls: list[FallRow] = []
        partnerships: list[PartnershipRow] = []
        for innings in self.state.innings[max(0, written.innings - 1) :]:
            since = written if innings.number == written.innings else _Written()
            balls += self._balls(innings, since.balls)
            overs += self._overs(innings, since.balls)
            falls += self._falls(innings, since.falls)
            partnerships += self._partnerships(innings, max(0, since.partnerships - 1))
        return MatchChanges(self._whole, self._match(), self._card(), balls, overs, falls, partnerships)

    def _match(self) -> MatchRow:
        state, created = self.state, self.state.created
        if not isinstance(created, MatchCreated) or self.created_at is None:
            raise ValueError(f"the stream of match {self.match_id} does not begin with MatchCreated")
        home, away = created.teams
        return MatchRow(
            self.tenant_id,
            self.match_id,
            state.version,
            created.tournament,
            home.id,
            away.id,
            _phase(state),
            self.created_at,
            created.starts_at,
            _json(_summary(state, created)),
        )

    def _card(self) -> CardRow:
        return CardRow(self.tenant_id, self.match_id, self.state.version, _json(scorecard(self.state)))

    def _balls(self, innings: Innings, first: int) -> Iterable[BallRow]:
        for sequence, ball in enumerate(innings.balls[first:], first + 1):
            yield BallRow(
                self.tenant_id,
                self.match_id,
                innings.number,
                sequence,
                ball.version,
                ball.over,
                ball.position,
                ball.legal,
                ball.delivery.runs,
                ball.score,
                ball.wickets,
                _json(ball.delivery),
                ball.at,
            )

    def _overs(self, innings: Innings, first_ball: int) -> Iterable[OverRow]:
        """The overs from the one that was in progress on."""
        first = _start_of_over(innings.balls, first_ball)
        wickets_before = innings.balls[first - 1].wickets if first else 0
        for over, group in groupby(innings.balls[first:], key=lambda ball: ball.over):
            balls = list(group)
            yield OverRow(
                self.tenant_id,
                self.match_id,
                innings.number,
                over,
                _json(tuple(dict.fromkeys(ball.delivery.bowler for ball in balls))),
                sum(ball.legal for ball in balls),
                sum(ball.delivery.runs for ball in balls),
                sum(ball.delivery.conceded for ball in balls),
                balls[-1].wickets - wickets_before,
                balls[-1].score,
            )
            wickets_before = balls[-1].wickets

    def _falls(self, innings: Innings, first: int) -> Iterable[FallRow]:
        for fall in innings.falls[first:]:
            yield FallRow(
                self.tenant_id,
                self.match_id,
                innings.number,
                fall.wicket,
                fall.runs,
                fall.player,
                fall.over,
                fall.ball,
            )

    def _partnerships(self, innings: Innings, first: int) -> Iterable[PartnershipRow]:
        for sequence, stand in enumerate(innings.partnerships[first:], first + 1):
            yield PartnershipRow(
                self.tenant_id,
                self.match_id,
                innings.number,
                sequence,
                stand.wicket,
                _json(stand.batters),
                stand.runs,
                stand.balls,
                _json(stand.contributions),
                stand.unbroken,
            )


def _start_of_over(balls: list[Ball], count: int) -> int:
    """The index of the first ball of the over that the last of the first ``count`` balls belongs to."""
    if not count:
        return 0
    over = balls[count - 1].over
    while count and balls[count - 1].over == over:
        count -= 1
    return count


def _phase(state: MatchState) -> str:
    if state.result is not None:
        return "finished"
    if state.interrupted is not None:
        return "interrupted"
    return "live" if state.innings else "scheduled"


def _summary(state: MatchState, created: MatchCreated) -> dict[str, Any]:
    names = Names(state)
    return {
        "teams": created.teams,
        "stage": created.stage,
        "group": created.group,
        "match_number": created.match_number,
        "venue": created.venue,
        "city": created.city,
        "season": created.season,
        "conditions": created.conditions.name,
        "toss": toss_line(state, names),
        "innings": [
            {
                "batting": innings.batting,
                "score": score(innings),
                "overs": innings.overs_text,
                "super_over": innings.super_over,
            }
            for innings in state.innings
        ],
        "status": status(state, names),
        "result": state.result,
        "result_line": result_line(state, names),
    }


_encoder = msgspec.json.Encoder()


def _json(value: Any) -> str:
    return _encoder.encode(value).decode()
