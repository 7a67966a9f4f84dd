"""What each fact does to the state."""

from collections.abc import Callable
from typing import Any

from domain.match import events as e
from domain.match.closing import closing_reason, update_innings
from domain.match.delivery import Called, Delivery, Wicket
from domain.match.innings import (
    add_penalty_runs,
    begin_innings,
    length_in_balls,
    refresh_target,
    revise_target,
    set_length,
)
from domain.match.over import begin_over, bowling_line, complete_over, reopen_over, take_over
from domain.match.result import find_result
from domain.match.state import Ball, Batter, Innings, MatchState, Partnership, PowerplaySpan, Side
from domain.match.strike import move_batters
from domain.match.wicket import batting_line, dismiss_between_balls, fall


def apply_fact(state: MatchState, version: int, fact: e.Fact) -> None:
    """Fold one effective fact into the state, and derive what follows from it."""
    kind = type(fact)
    _APPLY[kind](state, version, fact)
    state.facts.append((version, fact))
    if kind is e.BallRecorded:
        innings = state.innings[fact.innings - 1]  # type: ignore[union-attr]
        innings.closed = closing_reason(state, innings)
        if innings.closed is not None or state.result is not None:
            settle(state)
    elif kind in _MAY_SETTLE:
        settle(state)


def settle(state: MatchState) -> None:
    """Derive the latest innings' end and the result."""
    update_innings(state)
    state.result = find_result(state) if state.current is None else None


def _created(state: MatchState, version: int, fact: e.MatchCreated) -> None:
    state.conditions = fact.conditions
    state.created = fact
    for team in fact.teams:
        state.sides[team.id] = Side(team)


def _line_up(state: MatchState, version: int, fact: e.LineUpNamed) -> None:
    side = state.sides[fact.team]
    side.players = [player.id for player in fact.players]
    side.substitutes = [player.id for player in fact.substitutes]
    side.captain, side.wicket_keeper = fact.captain, fact.wicket_keeper
    for player in (*fact.players, *fact.substitutes):
        state.players[player.id] = player


def _toss(state: MatchState, version: int, fact: e.TossMade) -> None:
    state.toss_winner, state.toss_decision = fact.winner, fact.decision
    state.toss_uncontested = fact.uncontested


def _innings(state: MatchState, version: int, fact: e.InningsStarted | e.InningsForfeited) -> None:
    begin_innings(state, fact)


def _ball(state: MatchState, version: int, fact: e.BallRecorded) -> None:
    innings, conditions, d = state.innings[fact.innings - 1], state.rules, fact.delivery
    _take_over_place(state, innings, fact)
    if innings.striker != d.striker or innings.non_striker != d.non_striker or not innings.balls:
        _take_guard(innings, d, fact)
    legal = not (
        (d.called is Called.WIDE and conditions.wide_rebowled)
        or (d.called is Called.NO_BALL and conditions.no_ball_rebowled)
    )
    innings.over_position += 1
    innings.over_balls += legal
    innings.legal_balls += legal
    _count_runs(innings, d)
    _count_batting(innings, d)
    _count_bowling(innings, d, legal)
    for wicket in d.wickets:
        fall(innings, wicket, d.bowler, fact.at)
    innings.balls.append(
        Ball(
            version,
            innings.overs,
            innings.over_position,
            d,
            legal,
            innings.runs,
            innings.wickets,
            fact.at,
            fact.umpire_decision,
        )
    )
    move_batters(innings, d, conditions)
    innings.free_hit = (d.called is Called.NO_BALL and _gives_free_hit(state, d)) or (
        innings.free_hit and not legal
    )
    if innings.over_balls >= conditions.balls_per_over:
        complete_over(innings, conditions)


def _gives_free_hit(state: MatchState, d: Delivery) -> bool:
    policy = state.rules.free_hit
    return policy == "every no-ball" or (policy == "foot fault" and d.no_ball_reason == "foot fault")


def _take_over_place(state: MatchState, innings: Innings, fact: e.BallRecorded) -> None:
    """Open, go on with, end early or reopen the over so that the ball lies in the over it names."""
    if innings.bowler is not None and fact.over > innings.overs:
        complete_over(innings, state.rules)
    elif innings.bowler is None and fact.over < innings.overs:
        reopen_over(innings, state.rules)
    bowler = fact.delivery.bowler
    if innings.bowler is None:
        begin_over(innings, bowler)
    elif innings.bowler != bowler:
        take_over(innings, bowler)


def _take_guard(innings: Innings, d: Delivery, fact: e.BallRecorded) -> None:
    """The batters named by the ball are those at the crease; new ones arrive."""
    innings.striker, innings.non_striker = d.striker, d.non_striker
    for player in (d.striker, d.non_striker):
        _arrive(innings, player, fact)
    innings.ends_known = True
    _join(innings, d.striker, d.non_striker)


def _arrive(innings: Innings, player: str, fact: e.BallRecorded | e.BatterSentIn) -> Batter:
    line = batting_line(innings, player, fact.at)
    line.out = line.bowler = line.left_at = None
    return line


def _join(innings: Innings, striker: str, non_striker: str) -> None:
    """Two batters together are a partnership until one leaves."""
    together = innings.partnerships[-1] if innings.partnerships else None
    if together is None or not together.unbroken or {*together.batters} != {striker, non_striker}:
        pair = (striker, non_striker)
        contributions = {player: [0, 0] for player in pair}
        innings.partnerships.append(Partnership(innings.wickets + 1, pair, contributions=contributions))


def _count_runs(innings: Innings, d: Delivery) -> None:
    innings.runs += d.bat_runs + d.wides + d.no_balls + d.byes + d.leg_byes + d.penalty
    innings.wides += d.wides
    innings.no_balls += d.no_balls
    innings.byes += d.byes
    innings.leg_byes += d.leg_byes
    innings.penalty += d.penalty


def _count_batting(innings: Innings, d: Delivery) -> None:
    """A wide is not a ball faced; a no-ball is."""
    faced = d.called is not Called.WIDE
    line = innings.batters[d.striker]
    line.runs += d.bat_runs
    line.balls += faced
    if d.boundary == "four" and d.bat_runs == 4:
        line.fours += 1
    elif d.boundary == "six" and d.bat_runs == 6:
        line.sixes += 1
    pair = innings.partnerships[-1]
    pair.runs += d.runs
    pair.balls += faced
    contribution = pair.contributions[d.striker]
    contribution[0] += d.bat_runs
    contribution[1] += faced


def _count_bowling(innings: Innings, d: Delivery, legal: bool) -> None:
    line = bowling_line(innings, d.bowler)
    conceded = d.bat_runs + d.wides + d.no_balls
    innings.over_runs_conceded += conceded
    line.runs += conceded
    line.balls += legal
    line.loose_balls += legal
    if not conceded:
        line.dots += 1
    line.wides += d.wides
    line.no_balls += d.no_balls
    if d.boundary == "four" and d.bat_runs == 4:
        line.fours += 1
    elif d.boundary == "six" and d.bat_runs == 6:
        line.sixes += 1


def _sent_in(state: MatchState, version: int, fact: e.BatterSentIn) -> None:
    innings = state.innings[fact.innings - 1]
    _arrive(innings, fact.player, fact)
    if fact.as_striker:
        innings.striker = fact.player
    else:
        innings.non_striker = fact.player
    if innings.striker is not None and innings.non_striker is not None:
        _join(innings, innings.striker, innings.non_striker)


def _dismissed(state: MatchState, version: int, fact: e.BatterDismissed) -> None:
    wicket = Wicket(player=fact.player, kind=fact.kind, fielders=fact.fielders)
    dismiss_between_balls(state.innings[fact.innings - 1], wicket, fact.at)


def _absent(state: MatchState, version: int, fact: e.PlayerAbsent) -> None:
    state.innings[fact.innings - 1].absent[fact.player] = fact.reason


def _replaced(state: MatchState, version: int, fact: e.PlayerReplaced) -> None:
    side = state.sides[fact.team]
    if fact.player_in in side.substitutes:
        side.substitutes.remove(fact.player_in)
    side.players[side.players.index(fact.player_out)] = fact.player_in
    side.replaced.append(fact.player_out)
    if fact.reason == IMPACT_PLAYER:
        side.impact_player_used = True
    state.players.setdefault(fact.player_in, e.Player(id=fact.player_in, name=fact.player_in_name))


IMPACT_PLAYER = "impact player"


def _bowler_replaced(state: MatchState, version: int, fact: e.BowlerReplaced) -> None:
    innings = state.innings[fact.innings - 1]
    if innings.bowler is not None:
        bowling_line(innings, innings.bowler).suspended = fact.reason.startswith(("suspend", "exclud"))
        take_over(innings, fact.bowler)


def _over_ended(state: MatchState, version: int, fact: e.OverEnded) -> None:
    innings = state.innings[fact.innings - 1]
    if innings.bowler is not None:
        complete_over(innings, state.rules)


def _penalty(state: MatchState, version: int, fact: e.PenaltyRunsAwarded) -> None:
    if fact.innings <= len(state.innings):
        add_penalty_runs(state.innings[fact.innings - 1], fact.runs)
        refresh_target(state)
    else:
        state.pending_penalties.append((fact.team, fact.runs))


def _powerplay(state: MatchState, version: int, fact: e.PowerplaySet) -> None:
    """A powerplay takes the place of those, planned or set before, that it overlaps."""
    innings = state.innings[fact.innings - 1]
    kept = [span for span in innings.powerplays if span.last < fact.first or fact.last < span.first]
    innings.powerplays = sorted(
        [*kept, PowerplaySpan(fact.kind, fact.first, fact.last)], key=lambda span: span.first
    )


def _interrupted(state: MatchState, version: int, fact: e.PlayInterrupted) -> None:
    state.interrupted = fact.reason


def _resumed(state: MatchState, version: int, fact: e.PlayResumed) -> None:
    state.interrupted = None


def _overs_reduced(state: MatchState, version: int, fact: e.OversReduced) -> None:
    set_length(state, fact.innings, length_in_balls(state, fact.overs, fact.balls))
    refresh_target(state)


def _target(state: MatchState, version: int, fact: e.TargetRevised) -> None:
    revise_target(state, fact)


def _declared(state: MatchState, version: int, fact: e.InningsDeclared) -> None:
    state.innings[fact.innings - 1].declared = True


def _ended(state: MatchState, version: int, fact: e.InningsEnded) -> None:
    state.innings[fact.innings - 1].ended = fact.reason


def _bowl_out(state: MatchState, version: int, fact: e.BowlOutHeld) -> None:
    state.bowl_out = fact.balls


def _match_ended(state: MatchState, version: int, fact: e.MatchEnded) -> None:
    state.ended = fact


def _awarded(state: MatchState, version: int, fact: e.MatchAwarded) -> None:
    state.awarded_to, state.conceded, state.award_reason = fact.winner, fact.conceded, fact.reason
    state.abandoned = None


def _abandoned(state: MatchState, version: int, fact: e.MatchAbandoned) -> None:
    state.abandoned = fact.reason
    state.awarded_to, state.conceded, state.award_reason = None, False, None


_APPLY: dict[type, Callable[[MatchState, int, Any], None]] = {
    e.MatchCreated: _created,
    e.LineUpNamed: _line_up,
    e.TossMade: _toss,
    e.InningsStarted: _innings,
    e.InningsForfeited: _innings,
    e.BallRecorded: _ball,
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
_CHANGES_NO_COUNT = {
    e.MatchCreated,
    e.LineUpNamed,
    e.TossMade,
    e.BatterSentIn,
    e.PowerplaySet,
    e.BowlerReplaced,
    e.PlayInterrupted,
    e.PlayResumed,
}
_MAY_SETTLE = e.FACT_TYPES - _CHANGES_NO_COUNT
