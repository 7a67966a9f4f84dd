"""What happens to an entry of a register. Each event says the entry as it stands then, whole."""

from typing import Literal

from domain.registry.entries import Entry, Player, Team
from domain.tournament.fixtures.model import Venue

Happening = Literal["Registered", "Changed", "Archived", "Restored"]

REGISTERS: dict[str, type[Entry]] = {"team": Team, "player": Player, "venue": Venue}
"""What each register holds, by the kind of its streams."""
HAPPENINGS: dict[Happening, str] = {
    "Registered": "It stands in the register from now on.",
    "Changed": "It is now this.",
    "Archived": "It is no longer offered. What was played with it stays.",
    "Restored": "It is offered again.",
}


def event_name(kind: str, happening: Happening) -> str:
    """``TeamRegistered``."""
    return f"{kind.capitalize()}{happening}"


def register_events(kind: str, entry: type[Entry]) -> dict[str, type[Entry]]:
    """The events of one register by their type names."""
    return {event_name(kind, happening): entry for happening in HAPPENINGS}
