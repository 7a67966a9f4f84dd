"""What follows from what happened: tables decided, places taken, rounds paired, matches awarded, the champion.

Each step compares what is so with what has been said so far and states the difference. Steps are taken until
nothing is left to say, so one result can decide a table, fill the semi-finals and award one of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.tournament import record
from domain.tournament.format.model import Known, Node
from domain.tournament.format.places import Place, Status, bracket, champion
from domain.tournament.format.ranking import ranking
from domain.tournament.format.swiss import earlier_rounds, pair, rounds_to_pair
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.events.matches import MatchPlaces
from domain.tournament.lifecycle.evolve import fold
from domain.tournament.lifecycle.known import known, record_of, table_rows, teams_of
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import MatchStatus, TournamentMatch, TournamentState
from domain.tournament.match_summary import MatchSummary, awarded_without_play

Events = list[e.TournamentEvent]

_RUNNING = frozenset({Phase.IN_PROGRESS, Phase.PLAYOFFS, Phase.COMPLETED})
_ALIVE = _RUNNING | {Phase.DRAWN, Phase.SCHEDULED}


def with_consequences(state: TournamentState, events: Events, now: datetime) -> Events:
    """``events`` and all that follows from them."""
    if not events:
        return []
    said = list(events)
    state = fold(events, state)
    while further := _next(state, now):
        said += further
        state = fold(further, state)
    return said


@dataclass(frozen=True, slots=True)
class _Look:
    """A tournament as it has been said to be, and what follows from that. ``now``: the tournament's time."""

    state: TournamentState
    known: Known
    places: Mapping[str, Place]
    now: datetime


def _next(state: TournamentState, now: datetime) -> Events:
    if state.structure is None or state.phase not in _ALIVE:
        return []
    facts = known(state)
    look = _Look(state, facts, bracket(state.structure, facts), now)
    for step in _STEPS:
        if events := step(look):
            return events
    return []


def _tables(look: _Look) -> Events:
    state = look.state
    orders = record.known(record_of(state)).tables
    events: Events = []
    for table in state.drawn.tables:
        if table.id in state.decided_tables and table.id not in orders:
            events.append(e.TableReopened(table=table.id))
        elif table.id in orders and orders[table.id] != state.decided_tables.get(table.id):
            events.append(e.TableDecided(table=table.id, teams=orders[table.id]))
    return events


def _rounds(look: _Look) -> Events:
    events: Events = []
    for stage, round in rounds_to_pair(look.state.drawn, look.known):
        order, points = _order_and_points(look.state, stage)
        pairs = pair(order, points, earlier_rounds(look.known, stage)) if len(order) > 1 else _alone(order)
        events.append(e.RoundPaired(stage=stage, round=round, pairs=pairs))
    return events


def _alone(order: Sequence[str]) -> tuple[tuple[str, str | None], ...]:
    """When all others are out, the last team has a bye."""
    return tuple((team, None) for team in order)


def _order_and_points(state: TournamentState, stage: str) -> tuple[Sequence[str], dict[str, int]]:
    """The table so far, before the first round the order of the draw, without those that are out."""
    table = next(table for table in state.drawn.tables if table.stage == stage)
    rows = table_rows(state, table)
    points = {row.team: row.points for row in rows}
    if any(name == stage for name, _ in state.pairings):
        order = [row.team for row in rows]
    else:
        order = [team for team in teams_of(state, table.id) if team is not None]
    return [team for team in order if team not in state.out], points


def _recalled(look: _Look) -> Events:
    """A bye or a walkover is another's, or there is a match after all, when a correction moves its teams."""
    return [
        e.MatchNeeded(node=node)
        for node, place in look.places.items()
        if (match := look.state.matches[node]).given and (match.home, match.away) != (place.home, place.away)
    ]


def _places(look: _Look) -> Events:
    """Who plays a match changes until it has begun."""
    changed: list[MatchPlaces] = []
    for node, place in look.places.items():
        match = look.state.matches[node]
        if match.status is not MatchStatus.SCHEDULED or place.status is Status.NOT_NEEDED:
            continue
        # A second final waits though its teams are known: whether it is needed is not.
        waits = place.status is Status.WAITING and None not in (place.home, place.away)
        home, away = (None, None) if waits else (place.home, place.away)
        if (home, away) != (match.home, match.away):
            changed.append(MatchPlaces(node=node, home=home, away=away))
    return [e.PlacesTaken(places=tuple(changed))] if changed else []


def _needless(look: _Look) -> Events:
    events: Events = []
    for node, place in look.places.items():
        match = look.state.matches[node]
        if match.status is MatchStatus.SCHEDULED and place.status is Status.NOT_NEEDED:
            events.append(e.MatchNotNeeded(node=node))
        elif match.status is MatchStatus.SCHEDULED and place.status is Status.BYE:
            through = place.home or place.away
            events.append(e.MatchCalledOff(node=node, reason="there is no opponent", winner=through))
        elif match.status is MatchStatus.NOT_NEEDED and place.status is not Status.NOT_NEEDED:
            events.append(e.MatchNeeded(node=node))
    return events


def _without_play(look: _Look) -> Events:
    """Matches of teams that are out, as soon as the opponent is known."""
    state = look.state
    if not state.out:
        return []
    return [
        _not_played(state, node, match, match.teams, look.now)
        for node in state.drawn.nodes
        if (match := state.matches[node.id]).status in (MatchStatus.SCHEDULED, MatchStatus.OPEN)
        and match.teams is not None
        and any(team in state.out for team in match.teams)
    ]


def _not_played(
    state: TournamentState, node: Node, match: TournamentMatch, teams: tuple[str, str], now: datetime
) -> e.TournamentEvent:
    gone = [state.out[team] for team in teams if team in state.out]
    reason = "; ".join(out.reason for out in gone)
    if len(gone) == 2:
        return e.MatchCalledOff(node=node.id, reason=reason)
    winner, loser = teams if teams[1] in state.out else (teams[1], teams[0])
    if gone[0].to_come == "awarded":
        return e.MatchAwardedUnplayed(
            node=node.id,
            summary=_awarded(state, node.id, teams, winner),
            winner=winner,
            loser=loser,
            at=now,
            reason=reason,
        )
    if node.table is not None:
        return e.MatchCalledOff(node=node.id, reason=reason)
    return e.MatchCalledOff(node=node.id, reason=reason, winner=winner, loser=loser)


def _awarded(state: TournamentState, node: str, teams: tuple[str, str], winner: str) -> MatchSummary:
    conditions = state.rules.conditions
    overs = conditions.overs_per_innings
    return awarded_without_play(
        teams,
        winner,
        id=node,
        full_quota=None if overs is None else overs * conditions.balls_per_over,
        conditions=conditions.name,
        balls_per_over=conditions.balls_per_over,
    )


def _phases(look: _Look) -> Events:
    state = look.state
    if state.phase not in _RUNNING:
        return []
    playoffs = [node for node in state.drawn.nodes if node.table is None]
    in_tables = [node for node in state.drawn.nodes if node.table is not None]
    if (
        state.phase is Phase.IN_PROGRESS
        and playoffs
        and all(state.matches[node.id].over for node in in_tables)
    ):
        return [e.PlayoffsBegan()]
    if not all(match.over for match in state.matches.values()):
        return []
    # A team that played on a place which a correction later gave to another may have two: the better one counts.
    ranked = tuple(dict.fromkeys(team for _, team in ranking(state.drawn, look.known)))
    first = champion(state.drawn, look.known), *ranked
    best = next((team for team in first if team is not None and team not in state.out), None)
    if state.phase is Phase.COMPLETED and (best, ranked) == (state.champion, state.ranking):
        return []
    return [e.TournamentCompleted(champion=best, at=look.now, ranking=ranked)]


_STEPS: tuple[Callable[[_Look], Events], ...] = (
    _tables,
    _rounds,
    _recalled,
    _places,
    _needless,
    _without_play,
    _phases,
)
