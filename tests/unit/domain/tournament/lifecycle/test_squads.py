"""Squads: sizes, ages, one team for each player, transfers, permits, the lock, captains by link."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.settings import Deadline, SquadRules
from domain.tournament.lifecycle.squads import age_on
from tests.unit.domain.tournament.lifecycle.organiser import DAY, HOUR, T0, Organiser, enter, opened

SMALL = SquadRules(minimum_players=2, maximum_players=3)
UNDER_19 = replace(SMALL, youngest=15, oldest=18, age_on=date(2026, 9, 1))


def player(id: str, born: date | None = None) -> c.SquadPlayer:
    return c.SquadPlayer(id=id, name=f"Player {id}", born=born)


def squad(team: str, *ids: str) -> c.NameSquad:
    return c.NameSquad(team=team, players=tuple(player(id) for id in ids))


def two_teams(rules: SquadRules = SMALL, **more: Any) -> Organiser:
    """Teams a (p1, p2, p3) and b (q1, q2)."""
    organiser = opened(squads=rules, **more).do(enter("a"), enter("b"))
    return organiser.do(squad("a", "p1", "p2", "p3"), squad("b", "q1", "q2"))


def ids(organiser: Organiser, team: str) -> list[str]:
    return [player.id for player in organiser.state.entries[team].players]


@pytest.mark.parametrize(
    ("players", "code"),
    [
        (("p1",), "squad_too_small"),
        (("p1", "p2", "p3", "p4"), "squad_too_large"),
        (("p1", "p1"), "player_named_twice"),
        (("p1", "q2"), "player_in_another_squad"),
    ],
)
def test_who_cannot_be_a_squad(players: tuple[str, ...], code: str) -> None:
    assert two_teams().refuses(squad("a", *players)).code == code


def test_a_squad_is_named_whole_and_anew() -> None:
    organiser = two_teams().do(squad("a", "p3", "p4"))
    assert ids(organiser, "a") == ["p3", "p4"]
    assert organiser.do(squad("a", "p3", "p4")).events == []


def test_a_squad_that_comes_with_the_entry_keeps_the_same_rules() -> None:
    organiser = two_teams()
    assert organiser.refuses(enter("c", players=(player("p1"), player("r1")))).detail["team"] == "a"
    assert organiser.refuses(enter("c", players=(player("r1"),))).code == "squad_too_small"
    assert ids(organiser.do(enter("c", players=(player("r1"), player("r2")))), "c") == ["r1", "r2"]


def test_players_of_a_team_that_left_are_free() -> None:
    organiser = two_teams().do(c.WithdrawEntry(team="b"), squad("a", "q1", "q2"))
    assert ids(organiser, "a") == ["q1", "q2"]
    assert organiser.refuses(squad("b", "x1", "x2")).code == "entry_over"


# --- age ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 9, 1), date(2026, 9, 1), 18),
        (date(2008, 9, 2), date(2026, 9, 1), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_is_in_completed_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@pytest.mark.parametrize(
    ("born", "code"),
    [
        (date(2011, 9, 2), "player_too_young"),
        (date(2007, 9, 1), "player_too_old"),
        (None, "date_of_birth_missing"),
    ],
)
def test_the_age_band_holds_on_its_date(born: date | None, code: str) -> None:
    organiser = opened(squads=UNDER_19).do(enter("a"))
    within = player("p1", date(2011, 9, 1)), player("p2", date(2007, 9, 2))
    organiser.do(c.NameSquad(team="a", players=within))
    refusal = organiser.refuses(c.NameSquad(team="a", players=(*within, player("p3", born))))
    assert (refusal.code, refusal.detail) == (code, {"player": "p3"})


def test_without_a_date_ages_are_those_of_today() -> None:
    organiser = opened(squads=replace(UNDER_19, age_on=None)).do(enter("a"))
    players = player("p1", date(2008, 1, 1)), player("p2", date(2007, 1, 1))
    assert organiser.refuses(c.NameSquad(team="a", players=players)).code == "player_too_old"


def test_a_permit_lets_a_player_in_against_the_age_band() -> None:
    organiser = opened(squads=UNDER_19).do(enter("a"))
    players = player("p1", date(2008, 1, 1)), player("old", date(1990, 1, 1))
    organiser.do(
        c.GrantPermit(player="old", reason="over-age player"), c.NameSquad(team="a", players=players)
    )
    assert ids(organiser, "a") == ["p1", "old"]


def test_a_permit_has_a_reason() -> None:
    assert two_teams().refuses(c.GrantPermit(player="x", reason=" ")).code == "reason_missing"


# --- transfers ---------------------------------------------------------------------------------------------


def transfer(player: str = "p1", from_team: str = "a", to_team: str = "b") -> c.TransferPlayer:
    return c.TransferPlayer(player=player, from_team=from_team, to_team=to_team)


def test_a_player_changes_sides() -> None:
    organiser = two_teams().do(transfer())
    assert (ids(organiser, "a"), ids(organiser, "b")) == (["p2", "p3"], ["q1", "q2", "p1"])


def test_while_registration_is_open_transfers_do_not_count() -> None:
    assert two_teams().do(transfer()).state.entries["b"].transfers == 0


def test_after_the_close_a_team_has_only_so_many() -> None:
    rules = replace(SMALL, minimum_players=1, maximum_players=9, transfers=1)
    organiser = two_teams(rules).do(c.CloseRegistration(), transfer())
    refusal = organiser.refuses(transfer("p2"))
    assert (refusal.code, refusal.detail) == ("no_transfers_left", {"transfers": 1})


def test_transfers_keep_the_sizes_of_squads() -> None:
    organiser = two_teams()
    assert organiser.refuses(transfer("q1", "b", "a")).code == "squad_too_small"
    organiser = two_teams().do(squad("b", "q1", "q2", "q3"))
    assert organiser.refuses(transfer()).code == "squad_too_large"


def test_only_a_player_of_the_squad_changes_sides() -> None:
    assert two_teams().refuses(transfer("q1")).code == "player_not_in_squad"
    assert two_teams().refuses(transfer("p1", "a", "a")).code == "same_team_twice"


# --- the lock ----------------------------------------------------------------------------------------------


def test_the_rosters_lock_at_their_deadline_and_name_the_incomplete() -> None:
    organiser = opened(squads=SMALL, deadlines={Deadline.ROSTER_LOCK: T0 + 5 * DAY})
    organiser.do(enter("a"), enter("b"), squad("a", "p1", "p2")).wait(T0 + 5 * DAY)
    assert organiser.said(e.RostersLocked)[0].incomplete == ("b",)
    assert organiser.dues() == {}


def test_after_the_lock_squads_stay() -> None:
    organiser = two_teams(replace(SMALL, transfers=3)).do(c.LockRosters())
    assert organiser.refuses(squad("a", "p1", "p2")).code == "rosters_locked"
    assert organiser.refuses(squad("a", "p1", "p2", "p9")).code == "rosters_locked"
    assert organiser.refuses(transfer()).code == "rosters_locked"
    assert organiser.refuses(c.LockRosters()).code == "rosters_locked"


def test_a_permit_lets_a_player_in_after_the_lock() -> None:
    organiser = two_teams().do(c.LockRosters(), c.GrantPermit(player="p9", reason="p3 is injured"))
    organiser.do(squad("a", "p1", "p2", "p9"))
    assert ids(organiser, "a") == ["p1", "p2", "p9"]
    refusal = organiser.refuses(squad("a", "p1", "p9", "p8"))
    assert (refusal.code, refusal.detail) == ("rosters_locked", {"players": ["p8"]})


# --- captains ----------------------------------------------------------------------------------------------

HASH, OTHER_HASH = "ab" * 32, "cd" * 32


def invite(token_hash: str = HASH, **more: Any) -> c.InviteCaptain:
    fields = {"email": "captain@example.org", "expires_at": T0 + DAY} | more
    return c.InviteCaptain(team="a", token_hash=token_hash, **fields)


def accept(token_hash: str = HASH) -> c.AcceptInvitation:
    return c.AcceptInvitation(team="a", token_hash=token_hash, captain="kapil")


def test_a_captain_comes_by_link_once() -> None:
    organiser = two_teams().do(invite(), accept())
    assert organiser.state.entries["a"].captain == "kapil"
    assert organiser.refuses(accept()).code == "invitation_used"


def test_a_link_ends() -> None:
    organiser = two_teams().do(invite())
    organiser.now = T0 + DAY + HOUR
    assert organiser.refuses(accept()).code == "invitation_expired"


def test_another_link_is_not_valid_and_a_new_one_replaces_the_old() -> None:
    organiser = two_teams().do(invite())
    assert organiser.refuses(accept(OTHER_HASH)).code == "invitation_unknown"
    organiser.do(invite(OTHER_HASH))
    assert organiser.refuses(accept(HASH)).code == "invitation_unknown"
    assert organiser.do(accept(OTHER_HASH)).state.entries["a"].captain == "kapil"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (invite("secret"), "token_hash_malformed"),
        (invite(email="nobody"), "email_malformed"),
        (invite(expires_at=T0), "expiry_in_past"),
    ],
)
def test_an_invitation_that_could_not_be_taken_up(command: c.InviteCaptain, code: str) -> None:
    assert two_teams().refuses(command).code == code
