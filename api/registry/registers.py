"""The registers as data: a row each, and every operation on them follows from the row."""

from dataclasses import dataclass
from typing import Any

from domain.registry.entries import Player, Team
from domain.tournament.fixtures.model import Venue


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """``kind`` names the stream, ``plural`` the address. ``columns`` are those of its CSV; what stands in
    ``lists`` is separated there by semicolons."""

    kind: str
    plural: str
    entry: type[Any]
    example: dict[str, Any]
    columns: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


REGISTERS: tuple[Register, ...] = (
    Register(
        kind="team",
        plural="teams",
        entry=Team,
        example={
            "id": "rcb",
            "name": "Royal Challengers",
            "short_name": "RCB",
            "home_grounds": ["chinnaswamy"],
        },
        columns=("id", "name", "short_name", "city", "home_grounds"),
        lists=("home_grounds",),
    ),
    Register(
        kind="player",
        plural="players",
        entry=Player,
        example={"id": "v-kohli", "name": "V Kohli", "born": "1988-11-05", "batting": "right-hand"},
        columns=("id", "name", "born", "batting", "bowling"),
    ),
    Register(
        kind="venue",
        plural="venues",
        entry=Venue,
        example={
            "id": "bengaluru",
            "name": "M. Chinnaswamy Stadium",
            "city": "Bengaluru",
            "time_zone": "Asia/Kolkata",
            "opens": "09:00:00",
            "closes": "23:30:00",
            "grounds": [{"id": "chinnaswamy", "name": "Main ground"}],
        },
    ),
)
