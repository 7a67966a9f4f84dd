"""What each fact other than a ball must keep, given the state before it."""

from collections.abc import Callable
from typing import Any

from domain.match import events as e
from domain.match.ball_rules import ball_violations, incoming_violations, new_over_violations
from domain.match.delivery import DismissalKind
from domain.match.errors import Violation
from domain.match.facts import IMPACT_PLAYER
from domain.match.innings_rules import follow_on_lead, next_batting
from domain.match.state import MatchState
from domain.match.tally import main_innings
from domain.match.wicket import NOT_AT_THE_CREASE, WITHOUT_A_BALL

Violations = list[Violation]


def violations(state: MatchState, fact: e.Fact) -> Violations:
    """Every rule that ``fact`` would break now; empty if it may be."""
    if state.conditions is None and not isinstance(fact, e.MatchCreated):
        return [Violation("match_not_found", "there is no such match")]
    check = _CHECKS.get(type(fact))
    return check(state, fact) if check is not None else []


def _created(state: MatchState, fact: e.MatchCreated) -> Violations:
    if state.conditions is not None:
        return [Violation("match_exists", "the match has been created before")]
    one, other = fact.teams
    if one.id == other.id:
        return [Violation("same_team_twice", "a match needs two different teams")]
    return []


def _team(state: MatchState, team: str) -> Violations:
    return [] if team in state.sides else [Violation("unknown_team", f"{team} does not play in this match")]


def _line_up(state: MatchState, fact: e.LineUpNamed) -> Violations:
    found = _team(state, fact.team)
    ids = [player.id for player in (*fact.players, *fact.substitutes)]
    if len(ids) != len(set(ids)):
        found.append(Violation("player_named_twice", "a player is named twice in this line-up"))
    others = {
        player
        for team, side in state.sides.items()
        if team != fact.team
        for player in (*side.players, *side.substitutes)
    }
    if others & set(ids):
        found.append(Violation("player_in_both_sides", "a player is named for the other side", rule="Law 1"))
    if not 2 <= len(fact.players) <= state.rules.players_per_side:
        text = f"a side has 2 to {state.rules.players_per_side} players, not {len(fact.players)}"
        found.append(Violation("line_up_size", text, len(fact.players) >= 2, "Law 1.1"))
    for role, player in (("captain", fact.captain), ("wicket-keeper", fact.wicket_keeper)):
        if player is not None and player not in ids:
            found.append(Violation("not_in_side", f"the {role} is not in the line-up"))
    if state.innings:
        found.append(Violation("match_started", "the line-up stands once play has begun", rule="Law 1.2"))
    elif state.toss_winner is not None and state.sides.get(fact.team) and state.sides[fact.team].players:
        text = "players may change after the toss only with the other captain's consent"
        found.append(Violation("toss_made", text, True, "Law 1.2"))
    return found


def _toss(state: MatchState, fact: e.TossMade) -> Violations:
    found = _team(state, fact.winner)
    if fact.decision not in ("bat", "field"):
        found.append(Violation("unknown_decision", 'the winner chooses to "bat" or to "field"'))
    if state.innings:
        found.append(Violation("match_started", "play has begun", rule="Law 13.4"))
    return found


def _between_innings(state: MatchState, innings: int) -> Violations:
    found: Violations = []
    if innings != len(state.innings) + 1:
        found.append(Violation("wrong_innings", f"innings {len(state.innings) + 1} is next, not {innings}"))
    if state.innings and state.innings[-1].closed is None:
        text = f"innings {state.innings[-1].number} is in progress"
        found.append(Violation("innings_in_progress", text, rule="Law 13.3"))
    if state.result is not None or state.play_is_over:
        found.append(Violation("match_over", "the match is over", rule="Law 16"))
    return found


def _innings(state: MatchState, fact: e.InningsStarted) -> Violations:
    found = _between_innings(state, fact.innings) + _team(state, fact.batting)
    rules, main = state.rules, main_innings(state)
    if any(len(side.players) < 2 for side in state.sides.values()):
        found.append(Violation("line_up_missing", "both sides need a line-up", rule="Law 1.2"))
    if fact.super_over and len(main) < 2 * rules.innings_per_side:
        found.append(Violation("super_over_too_early", "a Super Over follows a tied match"))
    if not fact.super_over and len(main) >= 2 * rules.innings_per_side:
        found.append(Violation("innings_complete", "both sides have had their innings", rule="Law 13.1"))
    if fact.follow_on:
        found.extend(_follow_on(state))
    expected = next_batting(state, fact.follow_on, fact.super_over)
    if expected is not None and expected != fact.batting and fact.batting in state.sides:
        text = f"{state.sides[expected].team.name} bats next"
        found.append(Violation("wrong_side_bats", text, True, "Law 13.2"))
    return found


def _follow_on(state: MatchState) -> Violations:
    lead, main = state.rules.follow_on_lead, main_innings(state)
    if lead is None or len(main) != 2:
        return [Violation("no_follow_on", "there is no follow-on now", rule="Law 14")]
    if follow_on_lead(state) < lead:
        text = f"the follow-on needs a lead of {lead}, not {follow_on_lead(state)}"
        return [Violation("follow_on_lead", text, True, "Law 14.1")]
    return []


def _forfeited(state: MatchState, fact: e.InningsForfeited) -> Violations:
    found = _between_innings(state, fact.innings) + _team(state, fact.batting)
    if not state.rules.declarations:
        found.append(Violation("no_declarations", "no innings can be forfeited here", True, "Law 15.2"))
    return found


def _in_progress(state: MatchState, innings: int) -> Violations:
    current = state.current
    if current is None or current.number != innings:
        return [Violation("innings_not_in_progress", f"innings {innings} is not in progress")]
    return []


def _sent_in(state: MatchState, fact: e.BatterSentIn) -> Violations:
    found = _in_progress(state, fact.innings)
    if found:
        return found
    innings = state.innings[fact.innings - 1]
    place = innings.striker if fact.as_striker else innings.non_striker
    if fact.player in (innings.striker, innings.non_striker):
        text = f"{state.players[fact.player].name} is at the crease"
        return [Violation("already_at_crease", text)]
    if place is not None:
        found.append(Violation("no_vacancy", "no batter has left this end", rule="Law 25.3"))
    return found + incoming_violations(state, innings, fact.player)


def _dismissed(state: MatchState, fact: e.BatterDismissed) -> Violations:
    found = _in_progress(state, fact.innings)
    if found:
        return found
    innings = state.innings[fact.innings - 1]
    at_crease = fact.player in (innings.striker, innings.non_striker)
    if fact.kind not in WITHOUT_A_BALL:
        found.append(Violation("dismissal_needs_ball", f"{fact.kind} happens on a delivery"))
    if fact.kind is DismissalKind.TIMED_OUT and at_crease:
        found.append(Violation("already_at_crease", "a batter at the crease is not timed out", rule="Law 40"))
    if not at_crease:
        if fact.kind not in NOT_AT_THE_CREASE:
            found.append(Violation("batter_not_at_crease", "the batter is not at the crease"))
        found.extend(incoming_violations(state, innings, fact.player))
    if fact.kind is DismissalKind.RUN_OUT and fact.player == innings.striker and innings.ends_known:
        text = "before the ball is delivered only the non-striker can be run out"
        found.append(Violation("not_the_non_striker", text, True, "Law 38.3"))
    return found


def _absent(state: MatchState, fact: e.PlayerAbsent) -> Violations:
    found = _in_progress(state, fact.innings)
    if found:
        return found
    innings = state.innings[fact.innings - 1]
    if fact.player in (innings.striker, innings.non_striker):
        return [Violation("already_at_crease", "the batter is at the crease")]
    return incoming_violations(state, innings, fact.player)


def _replaced(state: MatchState, fact: e.PlayerReplaced) -> Violations:
    found = _team(state, fact.team)
    if found:
        return found
    side = state.sides[fact.team]
    if fact.player_out not in side.players:
        found.append(Violation("not_in_side", "the player to be replaced is not in the side", rule="Law 24"))
    if fact.player_in in side.players:
        found.append(Violation("already_in_side", "the replacement is in the side already"))
    if fact.player_in in side.replaced:
        found.append(Violation("replaced_player", "a replaced player cannot return", True))
    innings = state.current
    if innings is not None and fact.player_out in (innings.striker, innings.non_striker):
        found.append(Violation("batter_at_crease", "the batter must retire first", rule="Law 25.4"))
    if fact.reason == IMPACT_PLAYER:
        found.extend(_impact_player(state, fact))
    return found


def _impact_player(state: MatchState, fact: e.PlayerReplaced) -> Violations:
    """IPL playing condition 1.2.9: one a side, a nominated substitute, not in the middle of an over."""
    side, found = state.sides[fact.team], list[Violation]()
    if not state.rules.impact_player:
        found.append(Violation("no_impact_player", "there is no impact player in this match", True))
    if side.impact_player_used:
        found.append(Violation("impact_player_used", "the side has used its impact player", True))
    if fact.player_in not in side.substitutes:
        found.append(Violation("not_a_substitute", "the impact player is a nominated substitute", True))
    innings = state.current
    if innings is not None and innings.bowler is not None:
        last = innings.balls[-1] if innings.balls else None
        if last is not None and not last.delivery.wickets and innings.striker and innings.non_striker:
            text = "an impact player comes between overs, at a wicket or when a batter retires"
            found.append(Violation("impact_player_mid_over", text, True))
    return found


def _bowler_replaced(state: MatchState, fact: e.BowlerReplaced) -> Violations:
    found = _in_progress(state, fact.innings)
    if found:
        return found
    innings = state.innings[fact.innings - 1]
    if innings.bowler is None:
        return [Violation("between_overs", "no over is in progress; the next ball names its bowler")]
    if fact.bowler == innings.bowler:
        return [Violation("same_bowler", "this bowler is bowling the over already")]
    if fact.bowler not in state.sides[innings.bowling].players:
        return [Violation("not_in_side", "the bowler is not in the fielding side")]
    previous = innings.previous_over_bowlers
    if fact.bowler in previous and state.rules.consecutive_overs == 1:
        text = "the bowler bowled in the previous over"
        found.append(Violation("bowler_bowled_previous_over", text, True, "Law 17.8"))
    others = new_over_violations(state, innings, fact.bowler)
    return found + [one for one in others if one.code != "bowler_bowled_previous_over"]


def _over_ended(state: MatchState, fact: e.OverEnded) -> Violations:
    found = _in_progress(state, fact.innings)
    if not found and state.innings[fact.innings - 1].bowler is None:
        found.append(Violation("between_overs", "no over is in progress"))
    return found


def _penalty(state: MatchState, fact: e.PenaltyRunsAwarded) -> Violations:
    found = _team(state, fact.team)
    if not 1 <= fact.runs <= 100:
        found.append(Violation("runs_out_of_range", "penalty runs lie between 1 and 100"))
    if fact.innings <= len(state.innings) and state.innings[fact.innings - 1].batting != fact.team:
        found.append(Violation("wrong_innings", "that innings is the other side's", rule="Law 18.5"))
    if state.play_is_over:
        found.append(Violation("match_over", "the match is over"))
    return found


def _not_over(state: MatchState, fact: Any) -> Violations:
    return [Violation("match_over", "the match is over", rule="Law 16")] if state.play_is_over else []


def _powerplay(state: MatchState, fact: e.PowerplaySet) -> Violations:
    """A powerplay of an innings that has begun: after a correction it may not have."""
    found = _not_over(state, fact)
    if fact.innings > len(state.innings):
        found.append(Violation("innings_not_in_progress", f"innings {fact.innings} has not begun"))
    return found


def _interrupted(state: MatchState, fact: e.PlayInterrupted) -> Violations:
    if state.interrupted is not None:
        return [Violation("play_interrupted", f"play is interrupted: {state.interrupted}")]
    return _not_over(state, fact)


def _resumed(state: MatchState, fact: e.PlayResumed) -> Violations:
    return [] if state.interrupted else [Violation("play_not_interrupted", "play is not interrupted")]


def _overs_reduced(state: MatchState, fact: e.OversReduced) -> Violations:
    found, rules = _not_over(state, fact), state.rules
    if rules.overs_per_innings is None:
        return [*found, Violation("unlimited_overs", "the innings has no limit of overs")]
    length = fact.overs * rules.balls_per_over + fact.balls
    if not 0 <= fact.balls < rules.balls_per_over or not length > 0:
        found.append(Violation("overs_out_of_range", "overs and balls must make a length"))
    if length > rules.overs_per_innings * rules.balls_per_over:
        found.append(Violation("overs_out_of_range", "an innings is never longer than the full overs"))
    if fact.innings < len(state.innings) or (fact.innings == len(state.innings) and state.current is None):
        found.append(Violation("innings_closed", "that innings is over"))
    elif fact.innings == len(state.innings) and length < state.innings[-1].progress:
        found.append(Violation("overs_out_of_range", "more balls than that have been bowled"))
    return found


def _target(state: MatchState, fact: e.TargetRevised) -> Violations:
    found, rules = _not_over(state, fact), state.rules
    if rules.innings_per_side != 1 or not state.innings:
        return [*found, Violation("no_target", "there is no target to revise")]
    if len(state.innings) == 1 and state.innings[0].closed is None:
        found.append(Violation("innings_in_progress", "the first innings is in progress"))
    if len(state.innings) > 2 or state.result is not None:
        found.append(Violation("match_over", "the second innings is over"))
    if fact.runs is not None and fact.runs < 1:
        found.append(Violation("runs_out_of_range", "a target is at least 1"))
    if fact.overs is not None:
        length = e.OversReduced(innings=2, overs=fact.overs, balls=fact.balls)
        found.extend(_overs_reduced(state, length))
    return found


def _declared(state: MatchState, fact: e.InningsDeclared) -> Violations:
    found = _in_progress(state, fact.innings)
    if not state.rules.declarations:
        found.append(Violation("no_declarations", "no innings can be declared here", True, "Law 15.1"))
    return found


def _ended(state: MatchState, fact: e.InningsEnded) -> Violations:
    return _in_progress(state, fact.innings)


def _bowl_out(state: MatchState, fact: e.BowlOutHeld) -> Violations:
    found = [one for team in {ball[0] for ball in fact.balls} for one in _team(state, team)]
    if "bowl out" not in state.rules.tie_breaks:
        found.append(Violation("no_bowl_out", "ties are not settled by a bowl-out here", True))
    if len(main_innings(state)) < 2 or state.current is not None or state.result is not None:
        found.append(Violation("not_tied", "a bowl-out follows a tie"))
    return found


def _match_ended(state: MatchState, fact: e.MatchEnded) -> Violations:
    found = _not_over(state, fact)
    if state.result is not None:
        found.append(Violation("match_over", "the match has a result", rule="Law 16"))
    return found


def _awarded(state: MatchState, fact: e.MatchAwarded) -> Violations:
    """The referee has the last word: also on a match that was called off, or awarded to the other side."""
    if state.awarded_to == fact.winner:
        return [Violation("match_over", "the match is awarded to this side already", rule="Law 16.3")]
    return _team(state, fact.winner)


def _abandoned(state: MatchState, fact: e.MatchAbandoned) -> Violations:
    """As with an award, the last word counts."""
    return [Violation("match_over", "the match is abandoned already")] if state.abandoned is not None else []


_CHECKS: dict[type, Callable[[MatchState, Any], Violations]] = {
    e.MatchCreated: _created,
    e.LineUpNamed: _line_up,
    e.TossMade: _toss,
    e.InningsStarted: _innings,
    e.InningsForfeited: _forfeited,
    e.BallRecorded: ball_violations,
    e.BatterSentIn: _sent_in,
    e.BatterDismissed: _dismissed,
    e.PlayerAbsent: _absent,
    e.PlayerReplaced: _replaced,
    e.BowlerReplaced: _bowler_replaced,
    e.OverEnded: _over_ended,
    e.PenaltyRunsAwarded: _penalty,
    e.PowerplaySet: _powerplay,
    e.PlayInterrupted: _interrupted,
    e.PlayResumed: _resumed,
    e.OversReduced: _overs_reduced,
    e.TargetRevised: _target,
    e.InningsDeclared: _declared,
    e.InningsEnded: _ended,
    e.BowlOutHeld: _bowl_out,
    e.MatchEnded: _match_ended,
    e.MatchAwarded: _awarded,
    e.MatchAbandoned: _abandoned,
}
