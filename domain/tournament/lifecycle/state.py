"""The state of a tournament: what folding its events gives.

Every value is frozen and no mapping is changed in place, so a state may be kept, and looking ahead
("what if this were recorded") is evolving a state and throwing the outcome away.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from domain.match.errors import CommandRefused
from domain.session.commands import Official
from domain.tournament.fixtures.model import Placement
from domain.tournament.format.model import Node, Structure
from domain.tournament.lifecycle.commands import SquadPlayer
from domain.tournament.lifecycle.settings import Deadline, Phase, TournamentSettings
from domain.tournament.match_summary import MatchSummary


class EntryStatus(StrEnum):
    """What has become of a team's wish to take part."""

    PENDING_PAYMENT = "pending payment"
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    OFFERED = "offered"
    """A place became free and is kept for it until the offer's deadline."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    PLACE_LOST = "place lost"
    DISQUALIFIED = "disqualified"


HOLDS_PLACE = frozenset({EntryStatus.PENDING_PAYMENT, EntryStatus.CONFIRMED, EntryStatus.OFFERED})
"""They count against the capacity."""
LIVE = HOLDS_PLACE | {EntryStatus.WAITING}
"""They take part or may come to; their names and players are taken."""


class MatchStatus(StrEnum):
    """What has become of a match of the structure."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    """Its session is open: the match day has begun."""
    OFFICIAL = "official"
    VOID = "void"
    """Played, and counted as never played."""
    CANCELLED = "cancelled"
    NOT_NEEDED = "not needed"


OVER = frozenset({MatchStatus.OFFICIAL, MatchStatus.VOID, MatchStatus.CANCELLED, MatchStatus.NOT_NEEDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A captain invited by link. Of the secret only the hash is known."""

    email: str
    token_hash: str
    expires_at: datetime
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One team. ``number`` counts entries in the order they came: the order of the waitlist.

    ``refundable``: what was paid for it is to be given back. ``reserved_until``: it came to have a place that
    costs a fee, and was kept so long for it; None: nothing was ever due. ``confirmed``: it once had the place
    for good. ``fee_version``: of the last event that its payment must hear of.
    """

    team: str
    name: str
    number: int
    status: EntryStatus
    submitted_at: datetime
    short_name: str = ""
    home_grounds: tuple[str, ...] = ()
    players: tuple[SquadPlayer, ...] = ()
    late: bool = False
    captain: str | None = None
    invitation: Invitation | None = None
    offer_expires_at: datetime | None = None
    checked_in: bool = False
    transfers: int = 0
    refundable: bool = False
    reason: str = ""
    reserved_until: datetime | None = None
    confirmed: bool = False
    left_at: datetime | None = None
    fee_version: int = 0

    @property
    def holds_place(self) -> bool:
        return self.status in HOLDS_PLACE

    @property
    def live(self) -> bool:
        return self.status in LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class TournamentMatch:
    """A match of the structure as it stands. ``home``/``away`` None: not known yet.

    ``replay`` counts how often it was ordered to be played again; ``winner``/``loser`` go on from it.
    ``match_version`` is the version of the match that ``summary`` was made from; 0: nothing was played.
    """

    node: str
    status: MatchStatus = MatchStatus.SCHEDULED
    home: str | None = None
    away: str | None = None
    replay: int = 0
    placement: Placement | None = None
    officials: tuple[Official, ...] = ()
    summary: MatchSummary | None = None
    match_version: int = 0
    winner: str | None = None
    loser: str | None = None
    reason: str = ""
    """Why this winner, this status: "better placed in league", "MI was disqualified"."""

    @property
    def teams(self) -> tuple[str, str] | None:
        """Both teams, None until they are known."""
        return (self.home, self.away) if self.home is not None and self.away is not None else None

    @property
    def over(self) -> bool:
        return self.status in OVER

    @property
    def begun(self) -> bool:
        """Whether who plays it can no longer change."""
        return self.status is MatchStatus.OPEN or (self.status is MatchStatus.OFFICIAL and not self.given)

    @property
    def given(self) -> bool:
        """Whether it is over without play: a bye, a walkover, or nobody was left to play it."""
        unplayed = self.match_version == 0 and self.status is MatchStatus.OFFICIAL
        return unplayed or self.status is MatchStatus.CANCELLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """A team that no longer takes part though it was drawn."""

    to_come: Literal["awarded", "cancelled"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDeduction:
    team: str
    table: str
    points: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCorrection:
    """A correction that waits for a ruling. ``nodes`` are the matches already begun that it calls in question."""

    node: str
    summary: MatchSummary
    match_version: int
    nodes: tuple[str, ...]


Pairs = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TournamentState:
    """A tournament. Before its first event ``settings`` is None and ``version`` 0."""

    version: int = 0
    phase: Phase = Phase.DRAFT
    name: str = ""
    season: str = ""
    settings: TournamentSettings | None = None
    deadlines: dict[Deadline, datetime] = field(default_factory=dict[Deadline, datetime])
    reminded: frozenset[tuple[Deadline, datetime]] = frozenset()
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    entries_made: int = 0
    former_entries: tuple[Entry, ...] = ()
    """Entries with a fee whose team has left and entered anew."""
    permits: dict[str, str] = field(default_factory=dict[str, str])
    rosters_locked: bool = False
    check_in_closed: bool = False
    structure: Structure | None = None
    seeds: tuple[str, ...] = ()
    """The teams by seed, the first first."""
    draw_seed: str = ""
    matches: dict[str, TournamentMatch] = field(default_factory=dict[str, TournamentMatch])
    pairings: dict[tuple[str, int], Pairs] = field(default_factory=dict[tuple[str, int], Pairs])
    decided_tables: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Tables whose matches are all over: their teams in order, without those that are out."""
    deductions: tuple[TableDeduction, ...] = ()
    out: dict[str, Out] = field(default_factory=dict[str, Out])
    held: dict[str, HeldCorrection] = field(default_factory=dict[str, HeldCorrection])
    champion: str | None = None
    ranking: tuple[str, ...] = ()
    """Everybody whose place matches decided, the champion first."""
    completed_at: datetime | None = None
    last_official_at: datetime | None = None
    settles_on: datetime | None = None
    """When the window for disputes ends, where the organiser has said so."""
    settled_at: datetime | None = None
    cancelled: str = ""
    """Why, if it was."""

    @property
    def rules(self) -> TournamentSettings:
        """The settings; there are some as soon as the tournament exists."""
        if self.settings is None:
            raise CommandRefused("tournament_not_found", "there is no such tournament")
        return self.settings

    @property
    def drawn(self) -> Structure:
        """The structure, once it is drawn."""
        if self.structure is None:
            raise CommandRefused("not_drawn", "the tournament is not drawn yet; draw it first")
        return self.structure

    @property
    def finished(self) -> bool:
        """Nothing will happen any more."""
        return self.phase in (Phase.ARCHIVED, Phase.CANCELLED)

    def entry(self, team: str) -> Entry:
        """The entry of a team."""
        entry = self.entries.get(team)
        if entry is None:
            raise CommandRefused("team_not_entered", f"{team} has not entered", detail={"team": team})
        return entry

    def match(self, node: str) -> TournamentMatch:
        """A match of the structure."""
        match = self.matches.get(node)
        if match is None:
            self.drawn  # noqa: B018 - says so if there are no matches at all
            raise CommandRefused("unknown_match", f"no match is called {node!r}", detail={"node": node})
        return match

    def node(self, node: str) -> Node:
        """What the structure says of a match."""
        self.match(node)
        return next(one for one in self.drawn.nodes if one.id == node)

    def name_of(self, team: str) -> str:
        """A team's name, as it is printed."""
        entry = self.entries.get(team)
        return entry.name if entry else team

    def holding(self) -> tuple[Entry, ...]:
        """The entries that count against the capacity."""
        return tuple(entry for entry in self.entries.values() if entry.holds_place)

    def waiting(self) -> tuple[Entry, ...]:
        """The waitlist, first come first."""
        waiting = (entry for entry in self.entries.values() if entry.status is EntryStatus.WAITING)
        return tuple(sorted(waiting, key=lambda entry: entry.number))
