"""Whatever is asked, in whatever order: what always holds of a tournament."""

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from contracts import codec
from domain.match.errors import CommandRefused
from domain.tournament.fixtures.model import Placement
from domain.tournament.fixtures.overlap import overlap
from domain.tournament.format.model import Format
from domain.tournament.format.presets import double_elimination, ipl, single_elimination, swiss
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.agenda import agenda
from domain.tournament.lifecycle.evolve import fold
from domain.tournament.lifecycle.scheduling import placements_of
from domain.tournament.lifecycle.settings import Deadline, Phase, SquadRules
from domain.tournament.lifecycle.state import MatchStatus, TournamentState
from tests.unit.domain.tournament.lifecycle.organiser import (
    DAY,
    HOUR,
    LEAGUE_AND_FINAL,
    T0,
    Organiser,
    correction,
    enter,
    opened,
    play,
    scheduled,
    settings,
)

TEAMS = "abcdefg"
FORMATS: dict[str, tuple[Format, str]] = {
    "league and final": (LEAGUE_AND_FINAL, "abcd"),
    "single elimination": (single_elimination(third_place=True), "abcde"),
    "double elimination": (double_elimination(), "abcd"),
    "swiss": (swiss(2), "abcde"),
    "ipl": (ipl(legs=1), "abcdef"),
}
teams = st.sampled_from(TEAMS)


def attempt(organiser: Organiser, command: c.TournamentCommand) -> None:
    """Carry out what is possible; a refusal leaves everything as it was."""
    before = organiser.state
    try:
        organiser.do(command)
    except CommandRefused:
        organiser.events = []
        assert organiser.state is before


def stored(organiser: Organiser) -> TournamentState:
    """The state that the events give when they are read again as they were stored."""
    json = ((codec.type_name(event), codec.TOURNAMENT_EVENTS.encode(event)) for event in organiser.history)
    return fold(codec.TOURNAMENT_EVENTS.decode(name, data) for name, data in json)


# --- registration ------------------------------------------------------------------------------------------

players = st.lists(st.sampled_from([f"p{n}" for n in range(8)]), min_size=1, max_size=4).map(
    lambda ids: tuple(c.SquadPlayer(id=id, name=id) for id in ids)
)
asked_at_registration: st.SearchStrategy[c.TournamentCommand] = st.one_of(
    st.builds(enter, teams, late=st.booleans()),
    st.builds(c.WithdrawEntry, team=teams),
    st.builds(c.ConfirmEntry, team=teams),
    st.builds(c.AcceptOffer, team=teams),
    st.builds(c.DeclineOffer, team=teams, expired=st.booleans()),
    st.builds(c.CheckIn, team=teams),
    st.builds(c.NameSquad, team=teams, players=players),
    st.builds(c.TransferPlayer, player=st.sampled_from(["p1", "p2"]), from_team=teams, to_team=teams),
    st.builds(c.DisqualifyTeam, team=teams, reason=st.just("x")),
    st.sampled_from([c.CloseRegistration(), c.CloseCheckIn(), c.LockRosters(), c.DrawTournament(seed="x")]),
)


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(asked_at_registration, st.booleans()), max_size=40))
def test_registration(steps: list[tuple[c.TournamentCommand, bool]]) -> None:
    organiser = opened(
        capacity=3,
        squads=SquadRules(minimum_players=1, maximum_players=3, transfers=2),
        check_in_required=True,
        deadlines={Deadline.CHECK_IN_CLOSES: T0 + 9 * DAY, Deadline.REGISTRATION_CLOSES: T0 + 6 * DAY},
        fee_due=lambda team: team in "aceg",
    )
    for command, time_passes in steps:
        if time_passes:
            organiser.wait(organiser.now + 12 * HOUR)
        waiting = {entry.team: entry.number for entry in organiser.state.waiting()}
        attempt(organiser, command)
        state = organiser.state
        assert len(state.holding()) <= 3
        for offer in organiser.said(e.PlaceOffered):
            still = [number for team, number in waiting.items() if team in {w.team for w in state.waiting()}]
            assert waiting.get(offer.team, 0) <= min(still, default=10**6), "somebody was overtaken"
        squads = [player.id for entry in state.entries.values() if entry.live for player in entry.players]
        assert len(squads) == len(set(squads)), "somebody plays for two teams"
    assert stored(organiser) == organiser.state


# --- the season --------------------------------------------------------------------------------------------


def _move(organiser: Organiser, node: str, number: int) -> c.TournamentCommand:
    return c.MoveFixtures(placements=(_somewhere(node, number),), reason="rain")


def _replay(organiser: Organiser, node: str, number: int) -> c.TournamentCommand:
    return c.OrderReplay(node=node, placement=_somewhere(node, 500 + number), reason="wrong ball")


def _somewhere(node: str, number: int) -> Placement:
    """Two grounds; 211 times of which many overlap."""
    starts_at = T0 + 30 * DAY + number * timedelta(hours=2)
    ends_at = starts_at + (1 + number % 4) * HOUR
    return Placement(node=node, ground=("oval", "park")[number % 2], starts_at=starts_at, ends_at=ends_at)


def _result(organiser: Organiser, node: str, number: int) -> c.TournamentCommand:
    sides = organiser.match(node).teams
    if sides is None:
        return c.OpenSession(node=node)
    return play(organiser, node, (*sides, None)[number % 3])


def _correction(organiser: Organiser, node: str, number: int) -> c.TournamentCommand:
    summary = organiser.match(node).summary
    if summary is None:
        return _result(organiser, node, number)
    return correction(organiser, node, (*summary.teams, None)[number % 3], version=2 + number)


def _official(organiser: Organiser, node: str, number: int) -> c.TournamentCommand:
    return c.AssignOfficial(node=node, person=f"umpire-{number % 3}", name="U", role="umpire")


def _disqualification(organiser: Organiser, node: str, number: int) -> c.TournamentCommand:
    return c.DisqualifyTeam(
        team=TEAMS[number % 7],
        reason="x",
        played=("stand", "void")[number % 2],
        to_come=("awarded", "cancelled")[number // 2 % 2],
    )


def _ruling(organiser: Organiser, node: str, number: int) -> c.TournamentCommand:
    held = next(iter(organiser.state.held), node)
    return c.ApplyCorrection(node=held) if number % 2 else c.RejectCorrection(node=held, reason="x")


def _deduction(organiser: Organiser, node: str, number: int) -> c.TournamentCommand:
    return c.DeductPoints(team=TEAMS[number % 7], points=1 + number % 3, reason="over rate")


Asked = Callable[[Organiser, str, int], c.TournamentCommand]
results: list[Asked] = [_result] * 6
others: list[Asked] = [
    _move,
    _replay,
    _correction,
    _correction,
    _official,
    _disqualification,
    _ruling,
    _deduction,
    lambda organiser, node, number: c.OpenSession(node=node),
]


@pytest.mark.parametrize("name", FORMATS)
@hypothesis_settings(max_examples=15, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(results + others), st.integers(0, 200), st.integers(0, 210)), max_size=40
    )
)
@example(steps=[(_result, 0, 0), (_move, 198, 0)])
@example(steps=[(_result, 106, 0), (_move, 0, 131)])
def test_season(name: str, steps: list[tuple[Asked, int, int]]) -> None:
    format, entered = FORMATS[name]
    organiser = scheduled(entered, settings(format, capacity=len(entered))).do(c.StartTournament())
    nodes = [node.id for node in organiser.state.drawn.nodes]
    for asked, which, number in steps:
        attempt(organiser, asked(organiser, nodes[which % len(nodes)], number))
        holds_in_a_season(organiser.state)
    assert stored(organiser) == organiser.state
    ends_in_one_champion(organiser, nodes)


def holds_in_a_season(state: TournamentState) -> None:
    placed = placements_of(state)
    for one, other in combinations(placed, 2):
        if overlap(placed[one], placed[other]):
            first, second = state.matches[one], state.matches[other]
            assert placed[one].ground != placed[other].ground
            assert not {first.home, first.away} & {second.home, second.away} - {None}
            assert not {o.person for o in first.officials} & {o.person for o in second.officials}
    for match in state.matches.values():
        assert match.home is None or match.home != match.away, "a team meets itself"
        assert match.status is not MatchStatus.OPEN or match.teams is not None
    if state.phase is Phase.COMPLETED:
        assert state.champion is not None
        assert all(match.over for match in state.matches.values())
    for table, order in state.decided_tables.items():
        assert len(order) == len(set(order)), table


def ends_in_one_champion(organiser: Organiser, nodes: list[str]) -> None:
    """Whatever happened, playing on in order ends the tournament, and the clock settles it."""
    for node in [*organiser.state.held]:
        organiser.do(c.RejectCorrection(node=node, reason="as played"))
    for node in nodes:
        match = organiser.match(node)
        if not match.over and match.teams is not None:
            organiser.do(play(organiser, node, match.teams[0], version=900))
    assert organiser.state.phase is Phase.COMPLETED, [
        m for m in organiser.state.matches.values() if not m.over
    ]
    assert {due.name for due in agenda(organiser.state)} == {"dispute window ends"}
    organiser.wait(organiser.now + 100 * DAY)
    assert organiser.state.phase is Phase.ARCHIVED
