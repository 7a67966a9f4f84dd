"""What several commands of a session are refused for."""

from domain.match.errors import CommandRefused
from domain.session.state import BEFORE_PLAY, FINAL, UNDECIDED, Phase, SessionState


def refuse_if_finished(state: SessionState) -> None:
    phase = state.phase
    if phase is Phase.OFFICIAL:
        text = "the result is official; a later correction of the match goes through the tournament"
        raise CommandRefused("session_over", text)
    if phase in FINAL:
        raise CommandRefused("session_over", f"this session is over ({phase.value}); nothing can be changed")


def refuse_unless_undecided(state: SessionState) -> None:
    """Play may still go on, or begin."""
    if state.phase is Phase.ENDING:
        text = "a decision has just ended the match and is being carried out; try again in a moment"
        raise CommandRefused("match_ending", text)
    if state.phase not in UNDECIDED:
        raise CommandRefused("match_over", "the match has a result; dispute it, or have it awarded")


def refuse_unless_before_play(state: SessionState) -> None:
    refuse_unless_undecided(state)
    if state.phase not in BEFORE_PLAY and state.phase is not Phase.POSTPONED:
        text = "play has begun; call the match off to have it go on another day"
        raise CommandRefused("match_started", text)


def team_of(state: SessionState, team: str) -> str:
    """The team, which must play in this match."""
    if team not in state.teams:
        raise CommandRefused("unknown_team", f"{team} does not play in this match; say {_either(state)}")
    return team


def opponent_of(state: SessionState, team: str) -> str:
    one, other = state.teams
    return other if team_of(state, team) == one else one


def reason_of(reason: str) -> str:
    """The reason, which must say something."""
    if not reason.strip():
        raise CommandRefused("reason_missing", "say why: the reason is kept and everybody is told")
    return reason


def _either(state: SessionState) -> str:
    return " or ".join(state.teams)
