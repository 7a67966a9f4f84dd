"""A match in one line for machines: what ``pavilion score --json`` prints.

Pure: a state in, plain values out. Names stand for themselves, so a line needs nothing beside it to be read.
"""

from typing import Any

from domain.match import dls
from domain.match.state import Batter, Bowler, Innings, MatchState


def score_line(state: MatchState, match: str) -> dict[str, Any]:
    """The match called ``match``: teams, every innings with its lines, and the result (None: undecided)."""
    return {
        "match": match,
        "teams": [side.team.name for side in state.sides.values()],
        "innings": [innings_line(state, innings) for innings in state.innings],
        "result": result_line(state),
    }


def innings_line(state: MatchState, innings: Innings) -> dict[str, Any]:
    """One innings. Overs are printed as overs and balls, ``"19.4"``; ``balls`` counts legal ones."""
    return {
        "team": team_name(state, innings.batting),
        "super_over": innings.super_over,
        "runs": innings.runs,
        "wickets": innings.wickets,
        "overs": f"{innings.overs}.{innings.over_balls}",
        "balls": innings.legal_balls,
        "extras": {
            "wides": innings.wides,
            "noballs": innings.no_balls,
            "byes": innings.byes,
            "legbyes": innings.leg_byes,
            "penalty": innings.penalty,
        },
        "all_out": innings.closed == "all out",
        "declared": innings.declared,
        "forfeited": innings.forfeited,
        "batting": [_batting(state, line) for line in innings.batters.values()],
        "bowling": [_bowling(state, innings, line) for line in innings.bowlers.values()],
        "fall_of_wickets": [
            {
                "wicket": fall.wicket,
                "runs": fall.runs,
                "player": player_name(state, fall.player),
                "over": f"{fall.over}.{fall.ball}",
            }
            for fall in innings.falls
        ],
        "partnerships": [
            {
                "wicket": pair.wicket,
                "batters": [player_name(state, batter) for batter in pair.batters],
                "runs": pair.runs,
                "balls": pair.balls,
                "unbroken": pair.unbroken,
            }
            for pair in innings.partnerships
        ],
    }


def result_line(state: MatchState) -> dict[str, Any] | None:
    """The result; ``by`` has one margin: runs, wickets, or an innings and runs. ``method`` as Cricsheet's files
    call it."""
    result = state.result
    if result is None:
        return None
    by: dict[str, int] | None = None
    if result.by_innings is not None:
        by = {"innings": result.by_innings, "runs": result.by_runs or 0}
    elif result.by_runs is not None:
        by = {"runs": result.by_runs}
    elif result.by_wickets is not None:
        by = {"wickets": result.by_wickets}
    return {
        "outcome": result.outcome,
        "winner": None if result.winner is None else team_name(state, result.winner),
        "by": by,
        "method": dls.short_name(result.method),
        "decided_by": result.decided_by,
    }


def team_name(state: MatchState, team: str) -> str:
    return state.sides[team].team.name


def player_name(state: MatchState, player: str) -> str:
    return state.players[player].name


def _batting(state: MatchState, line: Batter) -> dict[str, Any]:
    return {
        "player": player_name(state, line.player),
        "runs": line.runs,
        "balls": line.balls,
        "fours": line.fours,
        "sixes": line.sixes,
        "out": None if line.out is None else line.out.kind.value,
    }


def _bowling(state: MatchState, innings: Innings, line: Bowler) -> dict[str, Any]:
    conditions = state.conditions
    overs, balls = divmod(line.loose_balls, conditions.balls_per_over if conditions else 6)
    return {
        "player": player_name(state, line.player),
        "overs": f"{line.whole_overs + overs}.{balls}",
        "maidens": line.maidens,
        "runs": line.runs,
        "wickets": line.wickets,
        "wides": line.wides,
        "noballs": line.no_balls,
    }
