"""What a match day is opened with."""

from datetime import timedelta

from domain.clock import Clock
from domain.match.commands import Team
from domain.session.settings import SessionSettings
from domain.tournament.fixtures.model import FixtureRules, Ground, Venue
from domain.tournament.format.presets import groups_and_semi_finals
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.opening import name_of, open_matches, session_of
from tests.unit.domain.tournament.lifecycle.organiser import (
    DAY,
    LEAGUE_AND_FINAL,
    T0,
    Organiser,
    enter,
    one_a_day,
    opened,
    play_on,
    scheduled,
    settings,
)

CLOCK = Clock(speed=60.0)
SETTINGS = settings(
    LEAGUE_AND_FINAL,
    capacity=2,
    session=SessionSettings(lease_seconds=30),
    clock=CLOCK,
    fixtures=FixtureRules(
        reserve_days=1,
        venues=(Venue(id="v", name="V", city="Leeds", grounds=(Ground(id="oval", name="The Oval"),)),),
    ),
)


def two_teams() -> Organiser:
    """Team Ants (captain Anna) and Team Bees; their first match is on, the final to come."""
    organiser = opened(SETTINGS)
    organiser.do(enter("a", name="Ants", short_name="ANT"), enter("b", name="Bees"))
    organiser.do(
        c.InviteCaptain(team="a", email="a@b", token_hash="ab" * 32, expires_at=T0 + DAY),
        c.AcceptInvitation(team="a", token_hash="ab" * 32, captain="anna"),
        c.CloseRegistration(),
        c.DrawTournament(seeds=("a", "b")),
    )
    organiser.do(c.SetFixtures(placements=one_a_day(organiser)))
    return organiser.do(c.AssignOfficial(node="league-R1-1", person="dar", name="A. Dar", role="umpire"))


def test_a_session_knows_what_the_match_is_created_from() -> None:
    session = session_of(two_teams().state, "league-R1-1")
    assert session.match.teams == (Team(id="b", name="Bees"), Team(id="a", name="Ants"))
    assert (session.match.tournament, session.match.stage, session.match.group) == (
        "Winter Cup",
        "League",
        None,
    )
    assert (session.match.venue, session.match.city, session.match.match_number) == ("The Oval", "Leeds", 1)
    assert session.match.conditions == SETTINGS.conditions


def test_a_session_knows_its_time_its_people_and_its_settings() -> None:
    session = session_of(two_teams().state, "league-R1-1")
    assert session.starts_at == session.match.starts_at == T0 + 30 * DAY
    assert session.captains == (("a", "anna"),)
    assert [official.person for official in session.officials] == ["dar"]
    assert (session.settings, session.clock, session.ground) == (SETTINGS.session, CLOCK, "oval")


def test_a_knockout_must_be_decided_and_has_a_reserve_day() -> None:
    organiser = play_on(two_teams(), "ab", until="final-final")
    league, final = (session_of(organiser.state, node) for node in ("league-R1-1", "final-final"))
    assert (league.must_decide, final.must_decide) == (False, True)
    assert league.reserve_starts_at is None
    assert final.reserve_starts_at == final.starts_at + timedelta(days=1)
    assert final.match.stage == "Final"


def test_a_group_is_named_where_there_are_several() -> None:
    organiser = scheduled("abcdefgh", settings(groups_and_semi_finals(), capacity=8))
    first = organiser.state.drawn.nodes[0]
    session = session_of(organiser.state, first.id)
    assert session.match.stage == first.stage
    assert session.match.group is not None
    assert session.match.group != first.stage


def test_open_matches_are_those_whose_day_has_begun() -> None:
    organiser = two_teams()
    assert open_matches(organiser.state) == ()
    organiser.do(c.OpenSession(node="league-R1-1"))
    (match,) = open_matches(organiser.state)
    assert (match.node, match.replay, match.starts_at) == ("league-R1-1", 0, T0 + 30 * DAY)
    assert match.name == "League round 1, match 1: Bees v ANT"
    assert name_of(organiser.state, "final-final") == "Final: to be decided v to be decided"
