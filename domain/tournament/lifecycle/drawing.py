"""The draw: the format laid out for the teams there are, and who has which seed."""

from datetime import datetime

from domain.match.errors import CommandRefused
from domain.tournament.format.draw import by_hand, draw
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.phases import require_phase
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.size import structure_of
from domain.tournament.lifecycle.state import EntryStatus, TournamentState


def draw_tournament(
    state: TournamentState, command: c.DrawTournament, now: datetime
) -> list[e.TournamentEvent]:
    """Lay the format out for the confirmed teams and give them their seeds."""
    require_phase(state, {Phase.REGISTRATION_CLOSED}, "it is drawn once, when registration has closed")
    registration = state.rules.registration
    if registration.check_in_required and not state.check_in_closed:
        raise CommandRefused("check_in_open", "check-in is still open; close it before the draw")
    unsettled = [entry for entry in state.holding() if entry.status is not EntryStatus.CONFIRMED]
    if unsettled:
        names = ", ".join(f"{entry.name} ({entry.status})" for entry in unsettled)
        raise CommandRefused(
            "entries_unsettled",
            f"it is not known whether these take part: {names}; confirm or withdraw them first",
            detail={"teams": [entry.team for entry in unsettled]},
        )
    teams = [entry.team for entry in sorted(state.holding(), key=lambda entry: entry.number)]
    if len(teams) < registration.minimum_teams:
        raise CommandRefused(
            "too_few_entries",
            f"{len(teams)} teams take part; there must be {registration.minimum_teams}",
            detail={"teams": len(teams), "minimum": registration.minimum_teams},
        )
    structure = structure_of(state.rules.format, len(teams))
    if command.seeds:
        return [e.TournamentDrawn(structure=structure, seeds=by_hand(teams, command.seeds))]
    seeds = draw(teams, command.seed, command.pots)
    return [e.TournamentDrawn(structure=structure, seeds=seeds, seed=command.seed)]
