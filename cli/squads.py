"""Fictional clubs and players for simulated matches; the same every time."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from domain.match.commands import Player, Team


class Role(StrEnum):
    OPENER = "opener"
    BATTER = "batter"
    KEEPER = "wicket-keeper"
    ALL_ROUNDER = "all-rounder"
    SPINNER = "spinner"
    SEAMER = "seamer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A player of a squad. 1 is an average specialist; ``bowling`` 0: does not bowl."""

    player: Player
    role: Role
    batting: float
    bowling: float
    spin: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Squad:
    """A club with its first eleven in batting order and its substitutes."""

    team: Team
    eleven: tuple[Member, ...]
    substitutes: tuple[Member, ...]

    @property
    def members(self) -> dict[str, Member]:
        """Everybody by player id."""
        return {member.player.id: member for member in (*self.eleven, *self.substitutes)}


CLUBS = (
    "Amber Coast Herons",
    "Blackwater Bulls",
    "Copper Valley Kites",
    "Fernhill Foxes",
    "Granite Bay Gulls",
    "Lantern City Owls",
    "Redwood Rangers",
    "Silver Delta Storks",
)

_ELEVEN = (
    Role.OPENER,
    Role.OPENER,
    Role.BATTER,
    Role.BATTER,
    Role.KEEPER,
    Role.ALL_ROUNDER,
    Role.ALL_ROUNDER,
    Role.SPINNER,
    Role.SEAMER,
    Role.SEAMER,
    Role.SEAMER,
)
_SUBSTITUTES = (Role.BATTER, Role.ALL_ROUNDER, Role.SPINNER, Role.SEAMER)

_BATTING = {Role.ALL_ROUNDER: 0.92, Role.SPINNER: 0.62, Role.SEAMER: 0.5}
_BOWLING = {Role.ALL_ROUNDER: 0.92, Role.SPINNER: 1.0, Role.SEAMER: 1.0}

_GIVEN = (  # noqa: SIM905 - a line for every name would be longer, not clearer
    "Aarav Adil Akeem Alzar Anton Arlo Asad Ashan Bilal Brendan Callum Chamod Corey Danish Darius Dev Dinesh "
    "Ethan Farhan Finlay Gareth Hamza Hashan Imran Isuru Jarel Jonty Kabir Kasun Keshav Kofi Lachlan Lahiru "
    "Marcel Mitchell Naveed Nikhil Obed Omar Pathum Quade Rahul Rashid Romario Rory Sachin Sajid Shai Tanveer "
    "Tendai Theo Umar Vikram Wesley Yasir Zane"
).split()
_FAMILY = (  # noqa: SIM905 - a line for every name would be longer, not clearer
    "Abeysinghe Achar Bakker Bangura Barnwell Bhatti Brathwick Carrow Chanda Coetsee Dalvi Desmond Dhillon "
    "Ellery Fernhout Fonseka Garrick Ghorpade Hadlow Haldane Iqbal Jamieson Jayalath Kade Karunasena Khatri "
    "Lawton Lindqvist Madushan Mahlangu Malik Merrick Mokoena Nadkarni Niazi Okoye Osborne Pathirage Perrin "
    "Qureshi Rathore Rensburg Rowland Sandhu Sethi Solanki Stirrup Tambe Thorne Underhill Vance Wadekar "
    "Weerakoon Whitlock Yadavendra Zaheer"
).split()


def _squads() -> dict[str, Squad]:
    random = Random("pavilion clubs")  # noqa: S311 - made-up people, the same every time
    names = [f"{given} {family}" for given in _GIVEN for family in _FAMILY]
    drawn = iter(random.sample(names, len(CLUBS) * (len(_ELEVEN) + len(_SUBSTITUTES))))
    squads: dict[str, Squad] = {}
    for club in CLUBS:
        slug = club.lower().replace(" ", "-")
        members = [
            _member(Player(id=f"{slug}-{number}", name=next(drawn)), role, random)
            for number, role in enumerate((*_ELEVEN, *_SUBSTITUTES), start=1)
        ]
        squads[slug] = Squad(
            team=Team(id=slug, name=club),
            eleven=tuple(members[: len(_ELEVEN)]),
            substitutes=tuple(members[len(_ELEVEN) :]),
        )
    return squads


def _member(player: Player, role: Role, random: Random) -> Member:
    form = random.uniform(0.9, 1.1)
    return Member(
        player=player,
        role=role,
        batting=_BATTING.get(role, 1.0) * form,
        bowling=_BOWLING.get(role, 0.0) * random.uniform(0.9, 1.1),
        spin=role is Role.SPINNER or (role is Role.ALL_ROUNDER and random.random() < 0.5),
    )


SQUADS = _squads()
"""The clubs by id."""
