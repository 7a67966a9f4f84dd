"""Matches begin, results become official, matches are played again, points are deducted."""

from datetime import datetime
from typing import NamedTuple

from domain.match.errors import CommandRefused
from domain.tournament.fixtures.model import Placement
from domain.tournament.format.advance import advance
from domain.tournament.format.graph import dependents
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.known import known, teams_of
from domain.tournament.lifecycle.phases import require_phase
from domain.tournament.lifecycle.scheduling import BEING_PLAYED, check_placements, overlap, placements_of
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import MatchStatus, TournamentMatch, TournamentState
from domain.tournament.match_summary import MatchSummary

Events = list[e.TournamentEvent]

_WITH_RESULTS = BEING_PLAYED | {Phase.COMPLETED}


def open_session(state: TournamentState, command: c.OpenSession, now: datetime) -> Events:
    """The match day of a match begins: who plays it is fixed."""
    require_phase(state, BEING_PLAYED, "matches are played once the fixtures are set")
    match = state.match(command.node)
    if match.status is MatchStatus.OPEN:
        return []
    if match.over:
        raise CommandRefused("match_over", f"{command.node} is {match.status}", detail={"node": command.node})
    teams = _teams(match)
    if match.placement is None:
        raise CommandRefused(
            "not_placed", f"{command.node} has no fixture yet", detail={"node": command.node}
        )
    _check_free(state, match.placement, teams)
    return [e.SessionOpened(node=command.node, starts_at=match.placement.starts_at, replay=match.replay)]


def record(state: TournamentState, command: c.RecordResult, now: datetime) -> Events:
    """A result is official. It counts in its table, or sends its winner on."""
    match = state.match(command.node)
    if match.status is MatchStatus.OFFICIAL and command.match_version <= match.match_version:
        return []
    require_phase(state, _WITH_RESULTS, "results come once the fixtures are set")
    if match.over:
        raise CommandRefused(
            "result_recorded",
            f"{command.node} is {match.status} already; propose a correction instead",
            detail={"node": command.node, "status": match.status.value},
        )
    check_summary(state, match, command.summary)
    if match.status is MatchStatus.SCHEDULED and match.placement and command.match_version > 0:
        _check_free(state, match.placement, command.summary.teams)
    decided = who_goes_on(state, command.node, command.summary, command.advances)
    started: Events = [e.TournamentStarted()] if state.phase is Phase.SCHEDULED else []
    return [
        *started,
        e.ResultRecorded(
            node=command.node,
            summary=command.summary,
            match_version=command.match_version,
            at=now,
            winner=decided.winner,
            loser=decided.loser,
            reason=decided.reason,
        ),
    ]


def order_replay(state: TournamentState, command: c.OrderReplay, now: datetime) -> Events:
    """The match is played again, unless a match that rests on it has begun."""
    require_phase(state, _WITH_RESULTS, "a match is played again while the tournament is played")
    match = state.match(command.node)
    if match.status in (MatchStatus.CANCELLED, MatchStatus.NOT_NEEDED, MatchStatus.VOID):
        raise CommandRefused("match_over", f"{command.node} is {match.status}", detail={"node": command.node})
    _teams(match)
    begun = [node for node in dependents(state.drawn, command.node) if state.matches[node].begun]
    if begun:
        raise CommandRefused(
            "later_match_begun",
            f"{begun[0]} has begun with the teams that came from {command.node}",
            detail={"nodes": begun},
        )
    placement = command.placement
    if placement.node != command.node:
        raise CommandRefused(
            "wrong_placement", f"the placement is that of {placement.node}, not {command.node}"
        )
    if placement.ends_at <= placement.starts_at:
        raise CommandRefused("ends_before_start", f"{command.node} ends before it starts")
    check_placements(state, placements_of(state) | {command.node: placement})
    return [
        e.ReplayOrdered(
            node=command.node, replay=match.replay + 1, placement=placement, reason=command.reason
        )
    ]


def deduct(state: TournamentState, command: c.DeductPoints, now: datetime) -> Events:
    """From the latest table the team stands in."""
    require_phase(
        state, _WITH_RESULTS | {Phase.DRAWN}, "points are deducted from the draw until it is settled"
    )
    state.entry(command.team)
    if command.points == 0:
        raise CommandRefused("no_points", "say how many points: above 0 to take, below 0 to give back")
    for table in reversed(state.drawn.tables):
        if command.team in teams_of(state, table.id):
            return [
                e.PointsDeducted(
                    team=command.team, table=table.id, points=command.points, reason=command.reason
                )
            ]
    raise CommandRefused(
        "no_table", f"{state.name_of(command.team)} stands in no table", detail={"team": command.team}
    )


# --- shared with corrections -------------------------------------------------------------------------------


class Decided(NamedTuple):
    """Who goes on and who does not; ``reason`` where the match itself did not say."""

    winner: str | None
    loser: str | None
    reason: str = ""


def who_goes_on(
    state: TournamentState, node: str, summary: MatchSummary, advances: str | None = None
) -> Decided:
    """The winner; in a knockout without one, who was named, else the better placed of the two."""
    winner, reason = summary.result.winner, ""
    if winner is None and state.node(node).table is None:
        winner, reason = _through_without_winner(state, node, summary, advances)
    if winner is None:
        return Decided(None, None)
    return Decided(winner, summary.opponent(winner), reason)


def _through_without_winner(
    state: TournamentState, node: str, summary: MatchSummary, advances: str | None
) -> tuple[str, str]:
    if advances is not None:
        if advances not in summary.teams:
            raise CommandRefused(
                "wrong_teams", f"{advances} does not play {node}", detail={"teams": list(summary.teams)}
            )
        return advances, "by ruling"
    found = advance(state.drawn, known(state), node, teams=summary.teams)
    if found is None:
        raise CommandRefused(
            "no_winner",
            f"{node} has no winner and nothing tells its teams apart; say who goes on (advances)",
            detail={"node": node},
        )
    return found.team, found.reason


def check_summary(state: TournamentState, match: TournamentMatch, summary: MatchSummary) -> None:
    """Raise CommandRefused if the summary cannot be that of this match."""
    teams = _teams(match)
    if set(summary.teams) != set(teams):
        raise CommandRefused(
            "wrong_teams",
            f"{match.node} is {teams[0]} v {teams[1]}, not {summary.teams[0]} v {summary.teams[1]}",
            detail={"teams": list(teams)},
        )
    balls = state.rules.conditions.balls_per_over
    if summary.balls_per_over != balls:
        raise CommandRefused(
            "wrong_conditions",
            f"the overs of this tournament have {balls} balls, not {summary.balls_per_over}",
            detail={"balls_per_over": balls},
        )


def _check_free(state: TournamentState, placement: Placement, teams: tuple[str, str]) -> None:
    """Raise CommandRefused if one of the teams plays, or played, elsewhere at that time: a correction gave it a
    place when it had begun to play in another."""
    for other in state.matches.values():
        shared = set(teams) & set(other.teams or ())
        if other.begun and other.placement and shared and overlap(placement, other.placement):
            team = min(shared)
            raise CommandRefused(
                "team_plays_twice",
                f"{state.name_of(team)} plays {other.node} at the time of {placement.node}; move one of them",
                detail={"nodes": [other.node, placement.node], "team": team},
            )


def _teams(match: TournamentMatch) -> tuple[str, str]:
    if match.teams is None:
        raise CommandRefused(
            "teams_unknown", f"it is not known yet who plays {match.node}", detail={"node": match.node}
        )
    return match.teams
