"""What is told live of a match or a tournament: small, and fit for everybody.

Pure: state and event in, plain values out.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from contracts.work import match_id_of
from domain.match import events as e
from domain.match import outcome
from domain.match.card import innings_card
from domain.match.card_lines import BattingLine, BowlingLine, InningsCard
from domain.match.minutes import Clock
from domain.match.names import Names
from domain.match.series import ball_label
from domain.match.state import Ball, Innings, MatchState
from domain.match.summary import summarise
from domain.tournament.lifecycle import events as t
from domain.tournament.lifecycle.known import table_rows
from domain.tournament.lifecycle.opening import open_matches
from domain.tournament.lifecycle.state import TournamentState
from domain.tournament.net_run_rate import rounded

Json = dict[str, Any]

_NOT_FOR_EVERYBODY = (e.ScorerAppointed,)
"""Names of users are nobody's business."""
_NOTE = b'"umpire_decision"'
"""The officials' own note on what they allowed."""
_MOVES_TABLES = (
    t.ResultRecorded,
    t.MatchAwardedUnplayed,
    t.MatchCalledOff,
    t.ResultVoided,
    t.ReplayOrdered,
    t.CorrectionApplied,
    t.PointsDeducted,
    t.TeamDisqualified,
    t.TournamentDrawn,
    t.TableDecided,
    t.TableReopened,
)
_NODE = "node"


def match_event(
    match_id: UUID, state: MatchState, event: Any, version: int, type_: str, data: bytes | str, at: datetime
) -> Json:
    """An event of a match, and the score after it. ``ball`` is the one it is about, as it counts now."""
    ball = _ball_of(state, event, version)
    return {
        "match_id": match_id,
        "version": version,
        "type": type_,
        "recorded_at": at,
        "summary": summarise(state),
        "ball": ball,
        "data": None if isinstance(event, _NOT_FOR_EVERYBODY) else _public(data),
    }


def _public(data: bytes | str) -> Any:
    raw = data if isinstance(data, bytes) else data.encode()
    if _NOTE not in raw:
        return msgspec.Raw(raw)
    told = msgspec.json.decode(raw)
    for part in (told, told.get("recorded")):
        if isinstance(part, dict):
            part.pop("umpire_decision", None)
    return told


def _ball_of(state: MatchState, event: Any, version: int) -> Json | None:
    if isinstance(event, e.BallCorrected):
        version = event.ball
    elif not isinstance(event, e.BallRecorded | e.BallInserted):
        return None
    for innings in reversed(state.innings):
        for ball in reversed(innings.balls):
            if ball.version == version:
                return _ball(state, innings, ball)
    return None


def _ball(state: MatchState, innings: Innings, ball: Ball) -> Json:
    """``over`` is "14.3" as printed, of the legal balls; ``label`` as scorers print it."""
    names, delivery = state.players, ball.delivery
    before = sum(one.legal for one in innings.balls if one.over == ball.over and one.position < ball.position)

    def name(player: str | None) -> str | None:
        return names[player].name if player in names else player

    return {
        "version": ball.version,
        "innings": innings.number,
        "over": f"{ball.over}.{before + 1}",
        "label": ball_label(delivery, state.rules),
        "bowler": name(delivery.bowler),
        "striker": name(delivery.striker),
        "out": [name(wicket.player) for wicket in delivery.wickets],
        "score": ball.score,
        "wickets": ball.wickets,
    }


def match_snapshot(match_id: UUID, state: MatchState) -> Json:
    """Where a match stands: the line of each innings, and of the latest who is batting and bowling."""
    created = state.created if isinstance(state.created, e.MatchCreated) else None
    names, clock = Names(state), Clock(state)
    latest = innings_card(state, state.innings[-1], names, clock) if state.innings else None
    return {
        "match_id": match_id,
        "version": state.version,
        "teams": [side.team for side in state.sides.values()],
        "venue": created and created.venue,
        "starts_at": created and created.starts_at,
        "toss": outcome.toss_line(state, names),
        "status": outcome.status(state, names),
        "summary": summarise(state),
        "innings": [_line(innings) for innings in state.innings],
        "in_play": latest and _in_play(latest, state.innings[-1].bowler),
    }


def _line(innings: Innings) -> Json:
    return {
        "number": innings.number,
        "batting": innings.batting,
        "score": outcome.score(innings),
        "overs": innings.overs_text,
        "closed": innings.closed,
    }


def _in_play(card: InningsCard, bowler: str | None) -> Json:
    return {
        "innings": card.number,
        "title": card.title,
        "run_rate": card.run_rate,
        "batting": [_batting(line) for line in card.batting if line.at_crease],
        "bowling": next((_bowling(line) for line in card.bowling if line.player.id == bowler), None),
        "partnership": next((one for one in reversed(card.partnerships) if one.unbroken), None),
        "chase": card.chase,
        "recent": card.recent,
    }


def _batting(line: BattingLine) -> Json:
    return {
        "player": line.player,
        "runs": line.runs,
        "balls": line.balls,
        "fours": line.fours,
        "sixes": line.sixes,
        "on_strike": line.on_strike,
    }


def _bowling(line: BowlingLine) -> Json:
    return {
        "player": line.player,
        "overs": line.overs,
        "maidens": line.maidens,
        "runs": line.runs,
        "wickets": line.wickets,
    }


def match_ending(match_id: UUID, state: MatchState) -> Json:
    """Why nothing more is told of a match."""
    return {
        "match_id": match_id,
        "version": state.version,
        "status": outcome.status(state, Names(state)),
        "result": state.result,
    }


def tournament_event(
    tournament_id: UUID, state: TournamentState, event: Any, version: int, type_: str, at: datetime
) -> Json:
    """An event of a tournament: what kind it was, of which match, and the tables if it moved them."""
    return {
        "tournament_id": tournament_id,
        "version": version,
        "type": type_,
        "recorded_at": at,
        "phase": state.phase.value,
        "node": getattr(event, _NODE, None),
        "tables": tables(state) if isinstance(event, _MOVES_TABLES) else None,
    }


def tournament_snapshot(tournament_id: UUID, state: TournamentState) -> Json:
    """Where a tournament stands: its phase, its tables, and the matches in play."""
    return {
        "tournament_id": tournament_id,
        "version": state.version,
        "name": state.name,
        "phase": state.phase.value,
        "champion": state.champion,
        "tables": tables(state),
        "in_play": [
            {
                "node": match.node,
                "match_id": match_id_of(tournament_id, match.node, match.replay),
                "name": match.name,
                "starts_at": match.starts_at,
            }
            for match in open_matches(state)
        ],
    }


def tournament_ending(tournament_id: UUID, state: TournamentState) -> Json:
    """Why nothing more is told of a tournament."""
    return {
        "tournament_id": tournament_id,
        "version": state.version,
        "phase": state.phase.value,
        "champion": state.champion,
    }


def tables(state: TournamentState) -> list[Json]:
    """The tables in short; ``GET …/standings`` says why each team stands where it does."""
    if state.structure is None:
        return []
    return [
        {
            "id": table.id,
            "name": table.name,
            "rows": [
                {
                    "team": row.team,
                    "name": state.name_of(row.team),
                    "played": row.tally.played,
                    "won": row.tally.won,
                    "lost": row.tally.lost,
                    "points": row.points,
                    "net_run_rate": rounded(row.net_run_rate),
                }
                for row in table_rows(state, table)
            ],
        }
        for table in state.structure.tables
    ]


def matches_in_play(tournament_id: UUID, state: TournamentState) -> tuple[UUID, ...]:
    """The matches whose session is open."""
    return tuple(match_id_of(tournament_id, one.node, one.replay) for one in open_matches(state))


def every_match(tournament_id: UUID, state: TournamentState) -> frozenset[UUID]:
    """Every match there is or was, those that were ordered to be played again too."""
    return frozenset(_every_match(tournament_id, state))


def _every_match(tournament_id: UUID, state: TournamentState) -> Iterable[UUID]:
    for match in state.matches.values():
        for replay in range(match.replay + 1):
            yield match_id_of(tournament_id, match.node, replay)
