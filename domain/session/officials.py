"""Officials and captains: who is there, and who may speak for whom."""

from datetime import datetime

from domain.match.errors import CommandRefused
from domain.session import commands as c
from domain.session import events as e
from domain.session.refusals import team_of
from domain.session.state import SessionState


def name(state: SessionState, command: c.NameOfficials, now: datetime) -> list[e.SessionEvent]:
    """Those named before change nothing."""
    captains = state.captains if command.captains is None else command.captains
    if (command.officials, captains) == (state.officials, state.captains):
        return []
    return [e.OfficialsNamed(officials=command.officials, captains=command.captains)]


def unconfirmed_roles(state: SessionState) -> tuple[str, ...]:
    """Required roles that nobody has confirmed to fill."""
    confirmed = {official.role for official in state.officials if official.confirmed}
    return tuple(role for role in state.settings.officials_required if role not in confirmed)


def speaks_for(state: SessionState, person: str, team: str | None) -> None:
    """Refuse anybody but a captain of ``team``, or the referee where it is None.

    Where no referee was named, whoever was let through as one is.
    """
    if team is None:
        referees = [official.person for official in state.officials if official.role == "referee"]
        if referees and person not in referees:
            raise CommandRefused("not_the_referee", f"{person} is not the referee of this match")
        return
    if (team_of(state, team), person) not in state.captains:
        text = f"{person} is not a captain of {team}; a captain or the referee must say it"
        raise CommandRefused("not_a_captain", text)
