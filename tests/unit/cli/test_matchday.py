"""Which matches may begin: those that are open and due, in order, nobody and nothing in two at once."""

from datetime import UTC, datetime
from typing import Any, cast

from cli.matchday import Matchdays, may_begin
from cli.tournament_api import TournamentApi

EVENING = datetime(2026, 4, 6, 23, tzinfo=UTC)


def fixture(
    node: str, home: str, away: str, *, day: int = 6, ground: str = "Harbour", status: str = "open"
) -> dict[str, Any]:
    return {
        "node": node,
        "match_id": node,
        "status": status,
        "home": {"team": home},
        "away": {"team": away},
        "ground": {"id": ground},
        "starts_at": f"2026-04-{day:02}T15:00:00Z",
    }


def begun(*fixtures: dict[str, Any], busy: frozenset[str] = frozenset()) -> list[str]:
    return [one["node"] for one in may_begin(fixtures, busy=busy, by=EVENING)]


def test_matches_of_other_teams_on_other_grounds_begin_together() -> None:
    assert begun(fixture("a", "owls", "foxes"), fixture("b", "gulls", "bulls", ground="Mill")) == ["a", "b"]


def test_a_team_is_not_in_two_matches_at_once() -> None:
    assert begun(fixture("a", "owls", "foxes"), fixture("b", "gulls", "owls", ground="Mill")) == ["a"]


def test_a_ground_has_one_match_at_a_time() -> None:
    assert begun(fixture("a", "owls", "foxes"), fixture("b", "gulls", "bulls")) == ["a"]


def test_who_is_busy_does_not_begin() -> None:
    assert begun(fixture("a", "owls", "foxes"), busy=frozenset({"foxes"})) == []


def test_a_match_waits_for_its_time() -> None:
    assert begun(fixture("a", "owls", "foxes", day=7)) == []


def test_a_team_plays_in_order_though_an_earlier_session_opens_late() -> None:
    late = fixture("a", "owls", "foxes", day=5, status="scheduled")
    assert begun(late, fixture("b", "gulls", "owls", ground="Mill")) == []


def test_a_match_whose_teams_are_unknown_holds_nobody_up() -> None:
    final = fixture("final", "", "", day=5, status="scheduled") | {"home": None, "away": None}
    assert begun(final, fixture("a", "owls", "foxes")) == ["a"]


def test_a_match_that_is_over_holds_nobody_up() -> None:
    over = fixture("a", "owls", "foxes", day=5, status="official")
    assert begun(over, fixture("b", "owls", "gulls")) == ["b"]


class OneLook:
    """A tournament that shows its fixtures at the first look and its end at the second."""

    def __init__(self, fixtures: list[dict[str, Any]]) -> None:
        self._pages = [{"phase": "in progress", "fixtures": fixtures}, {"phase": "completed", "fixtures": []}]

    async def about(self, page: str) -> dict[str, Any]:
        return self._pages.pop(0)


async def test_who_waited_for_a_ground_begins_when_it_is_free_without_another_look() -> None:
    played: list[str] = []

    async def play(one: dict[str, Any]) -> None:
        played.append(one["node"])

    async def look(tournament: dict[str, Any]) -> None:
        if tournament["phase"] == "completed":
            assert played == ["a", "b"]

    tournament = OneLook([fixture("a", "owls", "foxes"), fixture("b", "gulls", "bulls")])
    await Matchdays(cast(TournamentApi, tournament), play, at_once=1, look=look).run()
    assert played == ["a", "b"]
