"""How a batter got out, as printed."""

import pytest

from domain.match.commands import Player, Team
from domain.match.delivery import DismissalKind, Fielder, Wicket
from domain.match.names import Names, how_out
from domain.match.state import Batter, MatchState, Side

K = DismissalKind
PLAYERS = {
    "kohli": "V Kohli",
    "siraj": "Mohammed Siraj",
    "de villiers": "AB de Villiers",
    "dhoni": "MS Dhoni",
    "jadeja": "RA Jadeja",
    "hardik": "HH Pandya",
    "krunal": "KH Pandya",
}
KEEPER = "dhoni"


@pytest.fixture
def names() -> Names:
    state = MatchState()
    state.players = {player: Player(id=player, name=name) for player, name in PLAYERS.items()}
    state.sides = {"csk": Side(Team(id="csk", name="Chennai Super Kings"))}
    return Names(state)


def by(*players: str) -> tuple[Fielder, ...]:
    return tuple(Fielder(player=player) for player in players)


def sub(name: str | None) -> tuple[Fielder, ...]:
    return (Fielder(name=name, substitute=True),)


@pytest.mark.parametrize(
    ("kind", "fielders", "printed"),
    [
        (K.BOWLED, (), "b Mohammed Siraj"),
        (K.LBW, (), "lbw b Mohammed Siraj"),
        (K.HIT_WICKET, (), "hit wicket b Mohammed Siraj"),
        (K.CAUGHT, by("kohli"), "c Kohli b Mohammed Siraj"),
        (K.CAUGHT, by("dhoni"), "c †Dhoni b Mohammed Siraj"),
        (K.CAUGHT, by("hardik"), "c HH Pandya b Mohammed Siraj"),
        (K.CAUGHT, by("siraj"), "c & b Mohammed Siraj"),
        (K.CAUGHT, (), "c ? b Mohammed Siraj"),
        (K.CAUGHT, (Fielder(),), "c ? b Mohammed Siraj"),
        (K.CAUGHT, sub("K Gowtham"), "c sub (K Gowtham) b Mohammed Siraj"),
        (K.CAUGHT, sub(None), "c sub b Mohammed Siraj"),
        (K.CAUGHT_AND_BOWLED, by("siraj"), "c & b Mohammed Siraj"),
        (K.STUMPED, by("de villiers"), "st †de Villiers b Mohammed Siraj"),
        (K.STUMPED, (), "st ? b Mohammed Siraj"),
        (K.RUN_OUT, by("jadeja", "dhoni"), "run out (Jadeja/†Dhoni)"),
        (K.RUN_OUT, (*by("jadeja"), *sub("X")), "run out (Jadeja/sub (X))"),
        (K.RUN_OUT, (), "run out"),
        (K.OBSTRUCTING_THE_FIELD, (), "obstructing the field"),
        (K.HIT_THE_BALL_TWICE, (), "hit the ball twice"),
        (K.HANDLED_THE_BALL, (), "handled the ball"),
        (K.TIMED_OUT, (), "timed out"),
        (K.RETIRED_HURT, (), "retired hurt"),
        (K.RETIRED_OUT, (), "retired out"),
        (K.RETIRED_NOT_OUT, (), "retired not out"),
    ],
)
def test_how_out(names: Names, kind: K, fielders: tuple[Fielder, ...], printed: str) -> None:
    line = Batter("x", out=Wicket(player="x", kind=kind, fielders=fielders), bowler="siraj")
    assert how_out(line, names, KEEPER) == printed


def test_every_kind_of_dismissal_has_its_words(names: Names) -> None:
    for kind in K:
        line = Batter("x", out=Wicket(player="x", kind=kind), bowler="siraj")
        assert how_out(line, names, None)


def test_a_batter_who_stays_is_not_out(names: Names) -> None:
    assert how_out(Batter("kohli"), names, KEEPER) == "not out"


@pytest.mark.parametrize(
    ("player", "short"),
    [
        ("de villiers", "de Villiers"),
        ("siraj", "Mohammed Siraj"),
        ("hardik", "HH Pandya"),
        ("nobody", "nobody"),
    ],
)
def test_short_names_drop_initials_unless_shared(names: Names, player: str, short: str) -> None:
    assert names.short(player) == short


def test_a_substitute_of_the_squad_is_named_in_short(names: Names) -> None:
    assert names.fielder(Fielder(player="kohli", substitute=True)) == "sub (Kohli)"


def test_strangers_keep_their_ids(names: Names) -> None:
    assert names.player("p9") == Player(id="p9", name="p9")
    assert names.team("t9") == Team(id="t9", name="t9")
    assert names.team("csk").name == "Chennai Super Kings"
