"""The decision: a command against the state becomes events, or is refused and nothing has changed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from domain.match import commands as c
from domain.match import dls
from domain.match import events as e
from domain.match.announce import announcements
from domain.match.ball import ball_fact, current_innings
from domain.match.closing import may_close
from domain.match.correct import correct, insert, remove, undo
from domain.match.errors import CommandRefused, Violation
from domain.match.evolve import clone, evolve
from domain.match.fact_rules import violations
from domain.match.innings import computed_target, opponent
from domain.match.innings_rules import next_batting
from domain.match.state import MatchState
from domain.match.tally import main_innings


def decide(state: MatchState, command: c.MatchCommand, now: datetime | None) -> list[e.MatchEvent]:
    """The events that ``command`` causes now, announcements included.

    ``now`` becomes the time of what happened; None where nobody knows it (old matches).
    Raises CommandRefused, with a stable code, when a rule forbids it.
    """
    kind = type(command)
    if kind is c.RecordBall:
        ball = ball_fact(state, command, now)  # type: ignore[arg-type]
        _refuse(violations(state, ball), ball.umpire_decision)
        if not may_close(state, state.innings[ball.innings - 1], ball.delivery):
            return [ball]
        return _with_announcements(state, [ball])
    if isinstance(command, c.AppointScorer):
        state.rules  # noqa: B018 - refuses a match that does not exist
        return [e.ScorerAppointed(scorer=command.scorer)]
    if kind in _CORRECTIONS:
        return _with_announcements(state, [_CORRECTIONS[kind](state, command, now)])
    facts = _FACTS[kind](state, command, now)
    for fact in facts[:1]:
        _refuse(violations(state, fact), getattr(command, "umpire_decision", None))
    return _with_announcements(state, facts) if kind in _MAY_ANNOUNCE else list(facts)


def _refuse(found: list[Violation], umpire_decision: str | None) -> None:
    """Raise for the first rule that stands; the umpires' decision sets aside those it can."""
    for one in found:
        if not (one.umpires_may_allow and umpire_decision):
            raise CommandRefused(one.code, one.message, one.rule, one.umpires_may_allow)


def _with_announcements(state: MatchState, events: Sequence[e.MatchEvent]) -> list[e.MatchEvent]:
    after = clone(state)
    for event in events:
        evolve(after, event)
    return [*events, *announcements(after)]


def _create(state: MatchState, command: c.CreateMatch, now: datetime | None) -> list[e.Fact]:
    return [_same(e.MatchCreated, command)]


def _same(kind: type[Any], command: Any, **more: Any) -> Any:
    """The event of the same fields as the command."""
    names = kind.__dataclass_fields__.keys() & command.__dataclass_fields__.keys()
    return kind(**{name: getattr(command, name) for name in names if name not in more}, **more)


def _line_up(state: MatchState, command: c.NameLineUp, now: datetime | None) -> list[e.Fact]:
    return [_same(e.LineUpNamed, command)]


def _toss(state: MatchState, command: c.RecordToss, now: datetime | None) -> list[e.Fact]:
    return [_same(e.TossMade, command)]


def _start_innings(state: MatchState, command: c.StartInnings, now: datetime | None) -> list[e.Fact]:
    """A tied match goes on with a Super Over; else the next innings of the match proper."""
    state.rules  # noqa: B018 - refuses a match that does not exist
    super_over = command.super_over or len(main_innings(state)) >= 2 * state.rules.innings_per_side
    batting = command.batting or next_batting(state, command.follow_on, super_over)
    if batting is None:
        raise CommandRefused("toss_missing", "record the toss, or say which side bats", "Law 13.4")
    if batting not in state.sides:
        raise CommandRefused("unknown_team", f"{batting} does not play in this match")
    started = e.InningsStarted(
        innings=len(state.innings) + 1,
        batting=batting,
        bowling=opponent(state, batting),
        follow_on=command.follow_on,
        super_over=super_over,
        umpire_decision=command.umpire_decision,
    )
    return [started]


def _forfeit(state: MatchState, command: c.ForfeitInnings, now: datetime | None) -> list[e.Fact]:
    state.rules  # noqa: B018 - refuses a match that does not exist
    batting = command.team or next_batting(state, follow_on=False, super_over=False)
    if batting is None or batting not in state.sides:
        raise CommandRefused("unknown_team", "say which side forfeits its innings")
    forfeited = e.InningsForfeited(
        innings=len(state.innings) + 1,
        batting=batting,
        bowling=opponent(state, batting),
        umpire_decision=command.umpire_decision,
    )
    return [forfeited]


def _send_in(state: MatchState, command: c.SendInBatter, now: datetime | None) -> list[e.Fact]:
    innings = current_innings(state)
    as_striker = command.as_striker
    if as_striker is None:
        as_striker = innings.striker is None
    elif (innings.striker if as_striker else innings.non_striker) and not innings.ends_known:
        as_striker = not as_striker
    return [_same(e.BatterSentIn, command, innings=innings.number, as_striker=as_striker, at=now)]


def _dismiss(state: MatchState, command: c.DismissBatter, now: datetime | None) -> list[e.Fact]:
    return [_same(e.BatterDismissed, command, innings=current_innings(state).number, at=now)]


def _absent(state: MatchState, command: c.MarkAbsent, now: datetime | None) -> list[e.Fact]:
    return [_same(e.PlayerAbsent, command, innings=current_innings(state).number)]


def _replace_player(state: MatchState, command: c.ReplacePlayer, now: datetime | None) -> list[e.Fact]:
    known = state.players.get(command.player_in)
    name = command.player_in_name or (known.name if known else command.player_in)
    return [_same(e.PlayerReplaced, command, player_in_name=name)]


def _replace_bowler(state: MatchState, command: c.ReplaceBowler, now: datetime | None) -> list[e.Fact]:
    innings = current_innings(state)
    return [_same(e.BowlerReplaced, command, innings=innings.number, over=innings.overs)]


def _end_over(state: MatchState, command: c.EndOver, now: datetime | None) -> list[e.Fact]:
    innings = current_innings(state)
    return [_same(e.OverEnded, command, innings=innings.number, over=innings.overs)]


def _award_penalty(state: MatchState, command: c.AwardPenaltyRuns, now: datetime | None) -> list[e.Fact]:
    runs = state.rules.penalty_runs if command.runs is None else command.runs
    innings = command.innings or _penalty_innings(state, command.team)
    return [e.PenaltyRunsAwarded(team=command.team, runs=runs, innings=innings, reason=command.reason)]


def _penalty_innings(state: MatchState, team: str) -> int:
    """The innings in progress of the batting side; of the fielding side the last one, else the next."""
    current = state.current
    if current is not None and current.batting == team:
        return current.number
    own = [innings.number for innings in main_innings(state) if innings.batting == team]
    return own[-1] if own else len(state.innings) + 1


def _powerplay(state: MatchState, command: c.SetPowerplay, now: datetime | None) -> list[e.Fact]:
    innings = command.innings or current_innings(state).number
    if not 1 <= innings <= len(state.innings):
        raise CommandRefused("innings_not_in_progress", f"innings {innings} has not begun")
    return [_same(e.PowerplaySet, command, innings=innings)]


def _interrupt(state: MatchState, command: c.InterruptPlay, now: datetime | None) -> list[e.Fact]:
    return [e.PlayInterrupted(reason=command.reason, at=now)]


def _resume(state: MatchState, command: c.ResumePlay, now: datetime | None) -> list[e.Fact]:
    resumed = e.PlayResumed(at=now)
    if command.overs is None:
        return [resumed]
    return [resumed, *_reduce(state, c.ReduceOvers(overs=command.overs, balls=command.balls), now)]


def _reduce(state: MatchState, command: c.ReduceOvers, now: datetime | None) -> list[e.Fact]:
    current = state.current
    innings = command.innings or (current.number if current else len(state.innings) + 1)
    return [e.OversReduced(innings=innings, overs=command.overs, balls=command.balls)]


def _revise_target(state: MatchState, command: c.ReviseTarget, now: datetime | None) -> list[e.Fact]:
    if command.runs is not None or command.method != dls.METHOD:
        return [_same(e.TargetRevised, command, innings=2)]
    revised = e.TargetRevised(
        innings=2, runs=1, method=dls.METHOD, overs=command.overs, balls=command.balls, computed=True
    )
    _refuse(violations(state, revised), None)
    full = state.innings[0].full_length
    if full is None or not dls.covers(full, state.rules.balls_per_over):
        raise CommandRefused("target_not_computable", f"{dls.METHOD} covers limited overs up to 50")
    after = clone(state)
    evolve(after, revised)
    return [
        _same(
            e.TargetRevised, command, innings=2, runs=computed_target(after), method=dls.METHOD, computed=True
        )
    ]


def _declare(state: MatchState, command: c.DeclareInnings, now: datetime | None) -> list[e.Fact]:
    return [_same(e.InningsDeclared, command, innings=current_innings(state).number)]


def _end_innings(state: MatchState, command: c.EndInnings, now: datetime | None) -> list[e.Fact]:
    return [_same(e.InningsEnded, command, innings=current_innings(state).number)]


def _bowl_out(state: MatchState, command: c.RecordBowlOut, now: datetime | None) -> list[e.Fact]:
    return [_same(e.BowlOutHeld, command)]


def _end_match(state: MatchState, command: c.EndMatch, now: datetime | None) -> list[e.Fact]:
    return [_same(e.MatchEnded, command)]


def _award(state: MatchState, command: c.AwardMatch, now: datetime | None) -> list[e.Fact]:
    return [_same(e.MatchAwarded, command)]


def _abandon(state: MatchState, command: c.AbandonMatch, now: datetime | None) -> list[e.Fact]:
    return [_same(e.MatchAbandoned, command)]


_FACTS: dict[type, Callable[[MatchState, Any, datetime | None], list[e.Fact]]] = {
    c.CreateMatch: _create,
    c.NameLineUp: _line_up,
    c.RecordToss: _toss,
    c.StartInnings: _start_innings,
    c.SendInBatter: _send_in,
    c.DismissBatter: _dismiss,
    c.MarkAbsent: _absent,
    c.ReplacePlayer: _replace_player,
    c.ReplaceBowler: _replace_bowler,
    c.EndOver: _end_over,
    c.AwardPenaltyRuns: _award_penalty,
    c.SetPowerplay: _powerplay,
    c.InterruptPlay: _interrupt,
    c.ResumePlay: _resume,
    c.ReduceOvers: _reduce,
    c.ReviseTarget: _revise_target,
    c.DeclareInnings: _declare,
    c.ForfeitInnings: _forfeit,
    c.EndInnings: _end_innings,
    c.RecordBowlOut: _bowl_out,
    c.EndMatch: _end_match,
    c.AwardMatch: _award,
    c.AbandonMatch: _abandon,
}
_CORRECTIONS: dict[type, Callable[[MatchState, Any, datetime | None], e.Correction]] = {
    c.CorrectBall: correct,
    c.RemoveBall: remove,
    c.InsertBall: insert,
    c.Undo: undo,
}
_ANNOUNCES_NOTHING = {
    c.CreateMatch,
    c.NameLineUp,
    c.RecordToss,
    c.SendInBatter,
    c.ReplaceBowler,
    c.SetPowerplay,
    c.InterruptPlay,
}
_MAY_ANNOUNCE = _FACTS.keys() - _ANNOUNCES_NOTHING
