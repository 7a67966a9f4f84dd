"""Places in the tournament and the waitlist: what a new or a lost entry leads to."""

from datetime import datetime, timedelta

from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.evolve import fold
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import TournamentState

BEFORE_DRAW = frozenset({Phase.REGISTRATION_OPEN, Phase.REGISTRATION_CLOSED})


def places_left(state: TournamentState) -> int:
    """Places neither taken nor offered."""
    return state.rules.registration.capacity - len(state.holding())


def with_offers(
    state: TournamentState, events: list[e.TournamentEvent], now: datetime
) -> list[e.TournamentEvent]:
    """``events``, and the places they leave free offered to those who wait, in order."""
    after = fold(events, state)
    if after.phase not in BEFORE_DRAW:
        return events
    expires_at = now + timedelta(hours=after.rules.registration.offer_hours)
    first = after.waiting()[: max(0, places_left(after))]
    return [*events, *(e.PlaceOffered(team=entry.team, expires_at=expires_at) for entry in first)]
