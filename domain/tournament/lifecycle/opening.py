"""The match days of a tournament: what the session of a match is opened with, and which are open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.match.commands import CreateMatch, Team
from domain.match.errors import CommandRefused
from domain.session.commands import OpenSession
from domain.tournament.format.model import Node
from domain.tournament.lifecycle.state import MatchStatus, TournamentMatch, TournamentState


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMatch:
    """A match whose session is open. ``name`` is "Qualifier 1: CSK v GT"."""

    node: str
    replay: int
    name: str
    starts_at: datetime


def open_matches(state: TournamentState) -> tuple[OpenMatch, ...]:
    """The matches whose session is open, in the order of the structure."""
    if state.structure is None:
        return ()
    return tuple(
        OpenMatch(
            node=node.id,
            replay=match.replay,
            name=name_of(state, node.id),
            starts_at=match.placement.starts_at,
        )
        for node in state.structure.nodes
        if (match := state.matches[node.id]).status is MatchStatus.OPEN and match.placement is not None
    )


def name_of(state: TournamentState, node: str) -> str:
    """A match as people call it: "Qualifier 1: CSK v GT"."""
    match = state.match(node)
    sides = (_short(state, team) if team else "to be decided" for team in (match.home, match.away))
    return f"{state.node(node).name}: {' v '.join(sides)}"


def session_of(state: TournamentState, node: str) -> OpenSession:
    """What the session of a match is opened with, as the tournament has it now.

    Raises CommandRefused (``unknown_match``, ``teams_unknown``, ``not_placed``).
    """
    match, spec, settings = state.match(node), state.node(node), state.rules
    if match.teams is None:
        raise CommandRefused("teams_unknown", f"it is not known yet who plays {node}", detail={"node": node})
    if match.placement is None:
        raise CommandRefused("not_placed", f"{node} has no fixture yet", detail={"node": node})
    return OpenSession(
        match=_match(state, spec, match, match.teams),
        starts_at=match.placement.starts_at,
        settings=settings.session,
        ground=match.placement.ground,
        officials=match.officials,
        captains=tuple(
            (team, captain) for team in match.teams if (captain := state.entry(team).captain) is not None
        ),
        must_decide=spec.table is None,
        reserve_starts_at=_reserve_day(state, spec, match),
        clock=settings.clock,
    )


def _match(state: TournamentState, spec: Node, match: TournamentMatch, teams: tuple[str, str]) -> CreateMatch:
    placement = match.placement
    venue = next(
        (
            (ground.name, venue.city or None)
            for venue in state.rules.fixtures.venues
            for ground in venue.grounds
            if placement is not None and ground.id == placement.ground
        ),
        (placement.ground if placement else None, None),
    )
    tables = {table.id: table.name for table in state.drawn.tables}
    several = spec.table is not None and tables[spec.table] != spec.stage
    return CreateMatch(
        conditions=state.rules.conditions,
        teams=(_team(state, teams[0]), _team(state, teams[1])),
        tournament=state.name,
        stage=spec.stage if spec.table is not None else spec.name,
        group=tables[spec.table] if several and spec.table else None,
        match_number=1 + [node.id for node in state.drawn.nodes].index(spec.id),
        venue=venue[0],
        city=venue[1],
        starts_at=placement.starts_at if placement else None,
        season=state.season or None,
    )


def _reserve_day(state: TournamentState, spec: Node, match: TournamentMatch) -> datetime | None:
    """The same time on the day after, where days after playoffs are kept free."""
    if match.placement is None or spec.table is not None or state.rules.fixtures.reserve_days < 1:
        return None
    return match.placement.starts_at + timedelta(days=1)


def _team(state: TournamentState, team: str) -> Team:
    return Team(id=team, name=state.name_of(team))


def _short(state: TournamentState, team: str) -> str:
    entry = state.entries.get(team)
    return (entry.short_name or entry.name) if entry else team
