"""Scorers, umpires and referees: assigned, confirmed, and nobody twice at the same time."""

from dataclasses import dataclass
from datetime import datetime

from domain.match.errors import CommandRefused
from domain.session.commands import Official
from domain.tournament.fixtures.overlap import overlap
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.phases import require_phase
from domain.tournament.lifecycle.scheduling import BEING_PLAYED
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import TournamentMatch, TournamentState

Events = list[e.TournamentEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """When an official is taken, in the tournament's time, and by what: "Winter Cup, Qualifier 1"."""

    node: str
    person: str
    what: str
    starts_at: datetime
    ends_at: datetime


def bookings(state: TournamentState) -> tuple[Booking, ...]:
    """When the officials of the tournament are taken: the matches to come that have a fixture.

    Within the tournament they never overlap for one person; across the tournaments of a league that is held
    where these are kept.
    """
    return tuple(
        Booking(
            node=match.node,
            person=official.person,
            what=f"{state.name}, {state.node(match.node).name}",
            starts_at=match.placement.starts_at,
            ends_at=match.placement.ends_at,
        )
        for match in state.matches.values()
        if match.placement is not None and not match.over
        for official in match.officials
    )


def assign(state: TournamentState, command: c.AssignOfficial, now: datetime) -> Events:
    match = _match(state, command.node)
    if not command.person.strip() or not command.name.strip():
        raise CommandRefused("official_unnamed", "an official needs an id and a name")
    if any(official.person == command.person for official in match.officials):
        raise CommandRefused(
            "official_assigned_already",
            f"{command.name} is assigned to {command.node} already; one person has one role in a match",
            detail={"person": command.person},
        )
    busy = _clash(state, match, command.person)
    if busy is not None:
        raise CommandRefused(
            "official_busy",
            f"{command.name} is an official of {busy} at that time",
            detail={"person": command.person, "nodes": [busy, command.node]},
        )
    return [
        e.OfficialAssigned(node=command.node, person=command.person, name=command.name, role=command.role)
    ]


def confirm(state: TournamentState, command: c.ConfirmOfficial, now: datetime) -> Events:
    """The official will be there."""
    official = _official(_match(state, command.node), command.person)
    return [] if official.confirmed else [e.OfficialConfirmed(node=command.node, person=command.person)]


def remove(state: TournamentState, command: c.RemoveOfficial, now: datetime) -> Events:
    _official(_match(state, command.node), command.person)
    return [e.OfficialRemoved(node=command.node, person=command.person, reason=command.reason)]


def _match(state: TournamentState, node: str) -> TournamentMatch:
    require_phase(state, BEING_PLAYED | {Phase.DRAWN}, "officials are assigned to the matches of the draw")
    match = state.match(node)
    if match.over:
        raise CommandRefused("match_over", f"{node} is over", detail={"node": node})
    return match


def _official(match: TournamentMatch, person: str) -> Official:
    for official in match.officials:
        if official.person == person:
            return official
    raise CommandRefused(
        "official_not_assigned", f"{person} is no official of {match.node}", detail={"person": person}
    )


def _clash(state: TournamentState, match: TournamentMatch, person: str) -> str | None:
    """A match that ``person`` already has at the time of ``match``."""
    if match.placement is None:
        return None
    for other in state.matches.values():
        if other.over or other.placement is None or other.node == match.node:
            continue
        if any(official.person == person for official in other.officials) and overlap(
            other.placement, match.placement
        ):
            return other.node
    return None
