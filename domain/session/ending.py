"""How a match ends other than by play: called off, awarded, conceded, forfeited, cancelled."""

from datetime import datetime

from domain.match.errors import CommandRefused
from domain.session import commands as c
from domain.session import events as e
from domain.session.deadlines import deadline
from domain.session.lease import let_go
from domain.session.refusals import opponent_of, reason_of, refuse_unless_undecided, team_of
from domain.session.state import Phase, SessionState


def abandon(state: SessionState, command: c.AbandonMatch, now: datetime) -> list[e.SessionEvent]:
    refuse_unless_undecided(state)
    return call_off(state, reason_of(command.reason), for_good=command.for_good)


def cut_off(state: SessionState, command: c.CutOff, now: datetime) -> list[e.SessionEvent]:
    """Too late or too early, it changes nothing."""
    due_at = deadline(state, "cut-off")
    if due_at is None or now < due_at:
        return []
    return call_off(state, "no result by the cut-off time")


def call_off(state: SessionState, reason: str, *, for_good: bool = False) -> list[e.SessionEvent]:
    """To the reserve day, unless there is none or enough was played for a result today."""
    reserve = state.reserve_starts_at
    if reserve is not None and not for_good and not state.facts.decided_if_ended:
        return [e.MatchPostponed(to=reserve, reason=reason)]
    return [e.PlayCalledOff(reason=reason, played=bool(state.facts.innings))]


def award(state: SessionState, command: c.AwardMatch, now: datetime) -> list[e.SessionEvent]:
    """Also when there is a result; but what is in dispute is ruled on."""
    if state.phase is Phase.DISPUTED:
        text = "the result is disputed; award the match by a ruling on the dispute"
        raise CommandRefused("result_disputed", text)
    if state.phase is Phase.ENDING:
        refuse_unless_undecided(state)
    return [e.WinAwarded(to=team_of(state, command.to), reason=reason_of(command.reason))]


def concede(state: SessionState, command: c.ConcedeMatch, now: datetime) -> list[e.SessionEvent]:
    refuse_unless_undecided(state)
    to = opponent_of(state, command.team)
    return [e.MatchConceded(team=command.team, to=to, reason=command.reason)]


def forfeit(state: SessionState, command: c.ForfeitMatch, now: datetime) -> list[e.SessionEvent]:
    refuse_unless_undecided(state)
    to = opponent_of(state, command.team)
    return [e.MatchForfeited(team=command.team, to=to, reason=command.reason)]


def cancel(state: SessionState, command: c.CancelSession, now: datetime) -> list[e.SessionEvent]:
    reason = reason_of(command.reason)
    return [*let_go(state), e.SessionCancelled(reason=reason, unfinished=not state.facts.over)]
