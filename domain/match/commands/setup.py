"""Before the first ball: the match, its sides, the toss, and who scores."""

from dataclasses import dataclass
from datetime import datetime

from domain.match.conditions import PlayingConditions


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """Somebody named for a match."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateMatch:
    """A match between ``teams[0]`` (the home side where there is one) and ``teams[1]``."""

    conditions: PlayingConditions
    teams: tuple[Team, Team]
    tournament: str | None = None
    stage: str | None = None
    group: str | None = None
    match_number: int | None = None
    venue: str | None = None
    city: str | None = None
    starts_at: datetime | None = None
    season: str | None = None
    gender: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameLineUp:
    """The players of one side; may be given again until the toss (after it, with an umpire decision)."""

    team: str
    players: tuple[Player, ...]
    substitutes: tuple[Player, ...] = ()
    captain: str | None = None
    wicket_keeper: str | None = None
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordToss:
    """``decision`` is "bat" or "field"; uncontested: the visitors chose to field without a toss."""

    winner: str
    decision: str
    uncontested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointScorer:
    """From now on only this person scores (``scoring.py``); None: anybody whose role allows it."""

    scorer: str | None = None
