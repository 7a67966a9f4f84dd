"""The Laws a single ball must keep, given the state before it."""

from domain.match import events as e
from domain.match.closing import TARGET_REACHED
from domain.match.delivery import Called, Delivery, DismissalKind
from domain.match.errors import Violation
from domain.match.innings_rules import overs_allowed
from domain.match.state import Innings, MatchState
from domain.match.strike import ends_in_over
from domain.match.wicket import (
    FROM_NO_BALL,
    FROM_WIDE,
    NOT_AT_THE_CREASE,
    STRIKERS_ONLY,
    may_bat,
)

MAX_RUNS = 100
"""More than this off one ball is a slip of the finger."""


def ball_violations(state: MatchState, fact: e.BallRecorded) -> list[Violation]:
    """What the ball would break; empty in the normal case."""
    found: list[Violation] = []
    if fact.innings != len(state.innings):
        return [Violation("innings_not_in_progress", f"innings {fact.innings} is not in progress")]
    innings, d = state.innings[fact.innings - 1], fact.delivery
    if innings.closed is not None or state.play_is_over:
        text = f"innings {innings.number} is over: {innings.closed}"
        found.append(Violation("innings_closed", text, _may_go_on(state, innings, fact), "Law 13.3"))
    if state.interrupted is not None:
        found.append(Violation("play_interrupted", f"play is interrupted: {state.interrupted}"))
    _check_over(state, innings, fact, found)
    _check_batters(state, innings, fact, found)
    _check_bowler(state, innings, fact, found)
    _check_runs(state, d, found)
    if d.wickets:
        _check_wickets(state, innings, d, found)
    return found


def _may_go_on(state: MatchState, innings: Innings, fact: e.BallRecorded) -> bool:
    """The umpires may let a closed innings go on with its last over, or past a target they had wrong."""
    same_over = innings.bowler is None and fact.over == innings.overs - 1
    return not state.play_is_over and (same_over or innings.closed == TARGET_REACHED)


def _check_over(state: MatchState, innings: Innings, fact: e.BallRecorded, found: list[Violation]) -> None:
    if fact.over == innings.overs:
        return
    if innings.bowler is None and fact.over == innings.overs - 1:
        text = f"over {fact.over} is complete: its {state.rules.balls_per_over} balls were bowled"
        found.append(Violation("over_complete", text, True, "Law 17.5"))
    elif innings.bowler is not None and fact.over == innings.overs + 1:
        text = f"over {innings.overs} has {innings.over_balls} of its {state.rules.balls_per_over} balls"
        found.append(Violation("over_incomplete", text, True, "Law 17.5"))
    else:
        found.append(Violation("wrong_over", f"the over in progress is {innings.overs}, not {fact.over}"))


def _check_batters(state: MatchState, innings: Innings, fact: e.BallRecorded, found: list[Violation]) -> None:
    d = fact.delivery
    striker, non_striker = ends_in_over(innings, fact.over, state.rules)
    if d.striker == striker and d.non_striker == non_striker:
        return
    if d.striker == d.non_striker:
        found.append(Violation("same_batter_twice", f"{_name(state, d.striker)} cannot be at both ends"))
        return
    at_crease = {player for player in (striker, non_striker) if player is not None}
    named = {d.striker, d.non_striker}
    for player in at_crease - named:
        text = f"{_name(state, player)} is at the crease and has not left"
        found.append(Violation("batter_at_crease", text, rule="Law 25"))
    for player in named - at_crease:
        found.extend(incoming_violations(state, innings, player))
    swapped = (striker is not None and d.non_striker == striker) or (
        non_striker is not None and d.striker == non_striker
    )
    if swapped and innings.ends_known:
        text = f"{_name(state, striker or d.striker)} is on strike"
        if striker is None:
            text = f"{_name(state, d.striker)} is at the bowler's end; the new batter is on strike"
        found.append(Violation("wrong_striker", text, True, "Law 18.11"))


def incoming_violations(state: MatchState, innings: Innings, player: str) -> list[Violation]:
    """May this player come in to bat?"""
    side = state.sides[innings.batting]
    if player not in side.players:
        text = f"{_name(state, player)} is not in the side of {side.team.name}"
        return [Violation("not_in_side", text)]
    if not may_bat(innings, player):
        if player in innings.absent:
            return [Violation("batter_absent", f"{_name(state, player)} is absent", True, "Law 25.4")]
        out = innings.batters[player].out
        consent = out is not None and out.kind is DismissalKind.RETIRED_OUT
        return [Violation("batter_out", f"{_name(state, player)} is out", consent, "Law 25.4")]
    return []


def _check_bowler(state: MatchState, innings: Innings, fact: e.BallRecorded, found: list[Violation]) -> None:
    bowler = fact.delivery.bowler
    if innings.bowler == bowler and fact.over == innings.overs:
        return
    if bowler not in state.sides[innings.bowling].players:
        team = state.sides[innings.bowling].team.name
        found.append(Violation("not_in_side", f"{_name(state, bowler)} is not in the side of {team}"))
        return
    if innings.bowler is not None and fact.over == innings.overs:
        text = f"{_name(state, innings.bowler)} is bowling this over"
        found.append(Violation("over_in_progress", text, True, "Law 17.7"))
        return
    if innings.bowler is None and fact.over < innings.overs:
        return
    found.extend(new_over_violations(state, innings, bowler))


def new_over_violations(state: MatchState, innings: Innings, bowler: str) -> list[Violation]:
    """May this bowler begin the next over?"""
    found: list[Violation] = []
    line = innings.bowlers.get(bowler)
    previous = innings.over_bowlers if innings.bowler is not None else innings.previous_over_bowlers
    if bowler in previous:
        running = innings.bowler_overs_running if previous == [bowler] else state.rules.consecutive_overs
        if running >= state.rules.consecutive_overs:
            text = f"{_name(state, bowler)} bowled in the previous over"
            found.append(Violation("bowler_bowled_previous_over", text, True, "Law 17.6"))
    if line is None:
        return found
    if line.suspended:
        found.append(
            Violation("bowler_suspended", f"{_name(state, bowler)} may not bowl again", True, "Law 41")
        )
    allowed = overs_allowed(state, innings, bowler)
    if allowed is not None and line.overs_begun >= allowed:
        text = f"{_name(state, bowler)} has bowled the {allowed} overs allowed"
        found.append(Violation("bowler_quota_reached", text, True, "playing condition 13.7"))
    return found


def _check_runs(state: MatchState, d: Delivery, found: list[Violation]) -> None:
    if not d.runs and d.called is None:
        return
    rules = state.rules
    counts = (d.bat_runs, d.wides, d.no_balls, d.byes, d.leg_byes, d.penalty, d.overthrows, d.short_runs)
    if min(counts) < 0 or max(counts) > MAX_RUNS:
        found.append(Violation("runs_out_of_range", f"runs lie between 0 and {MAX_RUNS}"))
    if d.wides and d.no_balls:
        found.append(Violation("wide_and_no_ball", "a no-ball is never a wide as well", True, "Law 22.6"))
    if d.called is Called.WIDE:
        if d.bat_runs:
            text = "a ball that the bat touched is not a wide"
            found.append(Violation("bat_runs_off_wide", text, True, "Law 22.3"))
        if d.byes or d.leg_byes:
            found.append(Violation("byes_off_wide", "all runs off a wide are wides", True, "Law 22.7"))
        if d.wides < rules.wide_runs:
            text = f"a wide is worth {rules.wide_runs}"
            found.append(Violation("wide_value", text, True, "Law 22.6"))
    elif d.called is Called.NO_BALL and d.no_balls < rules.no_ball_runs:
        text = f"a no-ball is worth {rules.no_ball_runs}"
        found.append(Violation("no_ball_value", text, True, "Law 21.16"))
    if (d.bat_runs > 0) + (d.byes > 0) + (d.leg_byes > 0) > 1:
        text = "runs off one ball are off the bat, byes or leg byes, not several of them"
        found.append(Violation("runs_of_two_kinds", text, True, "Law 23"))
    if d.boundary not in (None, "four", "six"):
        found.append(Violation("unknown_boundary", 'a boundary is "four" or "six"'))
    elif d.boundary is not None and d.runs < (4 if d.boundary == "four" else 6):
        found.append(Violation("boundary_value", f"a {d.boundary} needs its runs", rule="Law 19.7"))


def _check_wickets(state: MatchState, innings: Innings, d: Delivery, found: list[Violation]) -> None:
    seen: set[str] = set()
    for wicket in d.wickets:
        name = _name(state, wicket.player)
        if wicket.player in seen:
            found.append(Violation("dismissed_twice", f"{name} cannot be out twice on one ball"))
        seen.add(wicket.player)
        if wicket.player not in (d.striker, d.non_striker):
            if wicket.kind not in NOT_AT_THE_CREASE:
                found.append(Violation("batter_not_at_crease", f"{name} is not at the crease", True))
            else:
                found.extend(incoming_violations(state, innings, wicket.player))
        elif wicket.kind is DismissalKind.TIMED_OUT:
            found.append(Violation("already_at_crease", f"{name} is at the crease", rule="Law 40"))
        if wicket.kind in STRIKERS_ONLY and wicket.player != d.striker:
            text = f"only the striker can be out {wicket.kind}"
            found.append(Violation("not_the_striker", text, rule="Law 32 to 39"))
        found.extend(_kind_violations(state, innings, d, wicket.kind))


def _kind_violations(
    state: MatchState, innings: Innings, d: Delivery, kind: DismissalKind
) -> list[Violation]:
    """Is a dismissal of this kind possible from this delivery?"""
    if d.called is Called.NO_BALL and kind not in FROM_NO_BALL:
        return [Violation("not_out_off_no_ball", f"nobody is out {kind} off a no-ball", True, "Law 21.18")]
    if innings.free_hit and kind not in FROM_NO_BALL:
        text = f"nobody is out {kind} off a free hit"
        return [Violation("not_out_off_free_hit", text, True, "playing condition 21.19")]
    if d.called is Called.WIDE and kind not in FROM_WIDE:
        return [Violation("not_out_off_wide", f"nobody is out {kind} off a wide", True, "Law 22.9")]
    if kind in STRIKERS_ONLY and kind is not DismissalKind.HIT_THE_BALL_TWICE and d.bat_runs:
        text = f"runs do not count when the striker is out {kind}"
        return [Violation("runs_with_dismissal", text, True, "Law 33.4")]
    return []


def _name(state: MatchState, player: str) -> str:
    known = state.players.get(player)
    return known.name if known else player
