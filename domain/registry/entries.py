"""What stands in the registers. A venue is that of the fixtures, with its grounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.tournament.fixtures.calendar import is_time_zone
from domain.tournament.fixtures.model import Venue


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """``home_grounds``: ids of grounds in order of preference."""

    id: str
    name: str
    short_name: str = ""
    city: str = ""
    home_grounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """``born`` is what age bands are checked by; a player without it takes part in tournaments that have none."""

    id: str
    name: str
    born: date | None = None
    batting: str = ""
    bowling: str = ""


Entry = Team | Player | Venue


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of an entry. ``code`` is stable and part of the API."""

    field: str
    code: str
    message: str


EARLIEST_BIRTH = date(1900, 1, 1)


def faults(entry: Entry, today: date) -> Iterator[Fault]:
    """What cannot be true of an entry."""
    if isinstance(entry, Player):
        if entry.born is not None and not EARLIEST_BIRTH <= entry.born <= today:
            yield Fault("born", "birth_date_impossible", f"nobody who plays was born on {entry.born}")
    elif isinstance(entry, Team):
        if len(set(entry.home_grounds)) < len(entry.home_grounds):
            yield Fault("home_grounds", "ground_named_twice", "a home ground is named twice")
    else:
        yield from _venue_faults(entry)


def _venue_faults(venue: Venue) -> Iterator[Fault]:
    if not is_time_zone(venue.time_zone):
        message = f"{venue.name} is in the time zone {venue.time_zone!r}, which is unknown"
        yield Fault("time_zone", "time_zone_unknown", message)
    if not venue.grounds:
        yield Fault("grounds", "venue_without_ground", f"{venue.name} needs at least one ground")
    names = [ground.id for ground in venue.grounds]
    if len(set(names)) < len(names):
        yield Fault("grounds", "ground_named_twice", f"two grounds of {venue.name} have one id")
