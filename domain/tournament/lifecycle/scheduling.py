"""When and where matches are played: nothing and nobody is in two places at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

from domain.lines import Refusals
from domain.match.errors import CommandRefused
from domain.tournament.fixtures.model import Placement
from domain.tournament.fixtures.overlap import overlap
from domain.tournament.format.graph import prerequisites
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.phases import require_phase
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import TournamentState

Events = list[e.TournamentEvent]
Placements = Mapping[str, Placement]

BEING_PLAYED = frozenset({Phase.SCHEDULED, Phase.IN_PROGRESS, Phase.PLAYOFFS})


def set_fixtures(state: TournamentState, command: c.SetFixtures, now: datetime) -> Events:
    """The whole list of fixtures: every match that is not over has its place."""
    require_phase(state, BEING_PLAYED | {Phase.DRAWN}, "fixtures are set after the draw")
    _check_unmoved(state, command)
    placements = _placed(state, command.placements)
    missing = [m.node for m in state.matches.values() if not m.over and m.node not in placements]
    if missing:
        raise CommandRefused(
            "fixtures_incomplete",
            f"{len(missing)} matches have no fixture, {missing[0]} among them; place every match",
            detail={"nodes": missing},
        )
    return [e.FixturesSet(placements=command.placements)]


def move_fixtures(state: TournamentState, command: c.MoveFixtures, now: datetime) -> Events:
    """Some matches elsewhere or at another time; the others stay."""
    require_phase(state, BEING_PLAYED, "fixtures can be moved once they are set")
    if not command.placements:
        raise CommandRefused("no_placements", "no match is named; say which ones move, and where")
    _check_unmoved(state, command)
    _placed(state, command.placements, staying=placements_of(state))
    return [e.FixturesMoved(placements=command.placements, reason=command.reason)]


def _check_unmoved(state: TournamentState, command: c.SetFixtures | c.MoveFixtures) -> None:
    """What was worked out from other fixtures would undo what somebody has changed since."""
    if command.instead_of is None:
        return
    before = {placement.node: placement for placement in command.instead_of}
    changed = [
        placement.node
        for placement in command.placements
        if state.match(placement.node).placement != before.get(placement.node)
    ]
    if changed:
        raise CommandRefused(
            "fixtures_changed",
            f"{len(changed)} of these matches are elsewhere by now, {changed[0]} among them; look at them again",
            detail={"nodes": changed},
        )


def placements_of(state: TournamentState) -> dict[str, Placement]:
    """Where the matches that are not over are placed."""
    return {m.node: m.placement for m in state.matches.values() if m.placement and not m.over}


def _played(state: TournamentState) -> dict[str, Placement]:
    """Where the matches were that are over and were begun: the ground is free again, but no team can have played
    elsewhere meanwhile."""
    return {m.node: m.placement for m in state.matches.values() if m.placement and m.over and m.begun}


def _placed(
    state: TournamentState, placements: Sequence[Placement], staying: Placements = MappingProxyType({})
) -> Placements:
    """The placements by node. Raises CommandRefused for all of them that cannot be, alone or beside each other
    and those that stay where they are."""
    found: dict[str, Placement] = {}
    lines: dict[str, int] = {}
    refused = Refusals()
    for index, placement in enumerate(placements):
        node = placement.node
        refusal = _fault(state, placement, twice=node in lines)
        lines.setdefault(node, index)
        if refusal is None:
            found[node] = placement
        else:
            refused.add(refusal, (index, node))
    for refusal in _collisions(state, {**staying, **found}):
        concerned = [(lines[node], node) for node in refusal.detail["nodes"] if node in found]
        if concerned:  # what those that stay do to each other is not for this command to mend
            refused.add(refusal, *concerned)
    refused.check()
    return found


def _fault(state: TournamentState, placement: Placement, *, twice: bool) -> CommandRefused | None:
    """What is wrong with one placement by itself."""
    grounds = {ground.id for venue in state.rules.fixtures.venues for ground in venue.grounds}
    node, detail = placement.node, {"node": placement.node}
    if twice:
        return CommandRefused("placed_twice", f"{node} is placed twice", detail=detail)
    try:
        over = state.match(node).over
    except CommandRefused as refusal:
        return refusal
    if over:
        return CommandRefused("match_over", f"{node} is over; it stays where it was", detail=detail)
    if placement.ends_at <= placement.starts_at:
        return CommandRefused("ends_before_start", f"{node} ends before it starts", detail=detail)
    if grounds and placement.ground not in grounds:
        message = f"no ground of the tournament is called {placement.ground!r}"
        return CommandRefused("unknown_ground", message, detail=detail)
    return None


def check_placements(state: TournamentState, placements: Placements) -> None:
    """Raise CommandRefused if matches collide, or one is placed before those its teams come from."""
    for refusal in _collisions(state, placements):
        raise refusal


def _collisions(state: TournamentState, placements: Placements) -> Iterator[CommandRefused]:
    """Everything that needs a ground, a team or an official twice at once, or comes before what it waits for;
    the matches concerned are ``nodes`` of the detail."""
    grounds = {node: (placement.ground,) for node, placement in placements.items()}
    for ground, nodes in _clashes(placements, grounds):
        message = f"{_overlap_of(placements, nodes)}, both at {ground}"
        yield CommandRefused("ground_taken", message, detail={"nodes": list(nodes), "ground": ground})
    matches = state.matches.values()
    teams = {m.node: [team for team in (m.home, m.away) if team is not None] for m in matches}
    for team, nodes in _clashes({**_played(state), **placements}, teams):
        if placements.keys().isdisjoint(nodes):
            continue
        message = f"{_overlap_of({**_played(state), **placements}, nodes)}, both with {state.name_of(team)}"
        yield CommandRefused("team_plays_twice", message, detail={"nodes": list(nodes), "team": team})
    people = {m.node: [official.person for official in m.officials] for m in matches}
    for person, nodes in _clashes(placements, people):
        message = f"{_overlap_of(placements, nodes)}, both with {person} as an official"
        yield CommandRefused("official_busy", message, detail={"nodes": list(nodes), "person": person})
    for node, earlier in prerequisites(state.drawn).items():
        for before in earlier:
            if node in placements and before in placements:
                yield from _too_early(placements[before], placements[node])


def _too_early(before: Placement, after: Placement) -> Iterator[CommandRefused]:
    if after.starts_at < before.ends_at:
        yield CommandRefused(
            "placed_too_early",
            f"{after.node} starts before {before.node} is over, which decides who plays it",
            detail={"nodes": [before.node, after.node]},
        )


def _clashes(
    placements: Placements, shared: Mapping[str, Sequence[str]]
) -> Iterable[tuple[str, tuple[str, str]]]:
    """What is needed by two matches at once, and which: in order of time, each compared with the one that
    lasts longest so far."""
    until: dict[str, Placement] = {}
    for placement in sorted(placements.values(), key=lambda one: (one.starts_at.astimezone(UTC), one.node)):
        for what in shared.get(placement.node, ()):
            before = until.get(what)
            if before is not None and overlap(before, placement):
                yield what, (before.node, placement.node)
            if before is None or placement.ends_at.astimezone(UTC) > before.ends_at.astimezone(UTC):
                until[what] = placement


def _overlap_of(placements: Placements, nodes: tuple[str, str]) -> str:
    first, second = (placements[node] for node in nodes)
    return f"{first.node} ({_span(first)}) and {second.node} ({_span(second)}) overlap"


def _span(placement: Placement) -> str:
    return f"{placement.starts_at:%Y-%m-%d %H:%M}–{placement.ends_at:%H:%M}"
