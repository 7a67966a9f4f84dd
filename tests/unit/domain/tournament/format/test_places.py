"""Who takes which place as results come in."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import (
    Bye,
    Format,
    Knockout,
    Known,
    League,
    LoserOf,
    Node,
    NodeResult,
    OnlyIf,
    PlayoffMatch,
    Playoffs,
    Rank,
    Seed,
    Source,
    Structure,
    WinnerOf,
)
from domain.tournament.format.places import Place, Status, bracket, champion, members, playable, resolve
from domain.tournament.format.presets import double_elimination, ipl, round_robin, single_elimination
from tests.unit.domain.tournament.format.given import (
    Season,
    any_result,
    better_seed,
    drawn,
    played_through,
    worse_seed,
)


def knockout(*nodes: tuple[str, Source, Source]) -> Structure:
    return Structure(
        nodes=tuple(
            Node(id=id, name=id, stage="Cup", round=1, home=home, away=away) for id, home, away in nodes
        ),
        final=nodes[-1][0],
        champion=WinnerOf(nodes[-1][0]),
    )


def test_nobody_is_known_before_the_draw() -> None:
    structure = lay_out(ipl(), 8)
    assert set(resolve(structure, Known()).values()) == {(None, None)}
    assert playable(structure, Known()) == ()
    assert members(structure, Known()) == {"league": (None,) * 8}


def test_after_the_draw_every_league_match_can_be_played_and_no_playoff() -> None:
    structure = lay_out(ipl(), 8)
    assert set(playable(structure, drawn(8))) == {node.id for node in structure.nodes if node.table}
    assert members(structure, drawn(8))["league"] == ("T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8")


def test_a_finished_table_gives_its_places() -> None:
    structure = lay_out(ipl(), 4)
    known = Known(seeds=drawn(4).seeds, tables={"league": ("T4", "T2", "T1", "T3")})
    assert resolve(structure, known)["qualifier-1"] == ("T4", "T2")
    assert resolve(structure, known)["eliminator"] == ("T1", "T3")


def test_what_is_over_is_no_longer_playable() -> None:
    season = Season(lay_out(single_elimination(), 4), 4)
    season.win("knockout-semi-final-1", "T4")
    assert playable(season.structure, season.known) == ("knockout-semi-final-2",)
    assert bracket(season.structure, season.known)["knockout-semi-final-1"] == Place("T1", "T4", Status.OVER)
    assert bracket(season.structure, season.known)["knockout-final"] == Place("T4", None, Status.WAITING)


def test_the_first_of_a_last_table_is_champion() -> None:
    season = played_through(round_robin(), 5, better_seed)
    assert champion(season.structure, season.known) == "T1"


def test_a_corrected_result_gives_other_places() -> None:
    season = played_through(single_elimination(), 4, better_seed)
    season.known.results["knockout-semi-final-1"] = NodeResult(winner="T4", loser="T1")
    assert resolve(season.structure, season.known)["knockout-final"] == ("T4", "T2")


# --- byes --------------------------------------------------------------------------------------------------


def test_a_chain_of_byes_resolves_at_once() -> None:
    structure = knockout(
        ("one", Seed(1), Bye()),
        ("two", WinnerOf("one"), LoserOf("one")),
        ("three", Bye(), WinnerOf("two")),
        ("final", WinnerOf("three"), Seed(2)),
    )
    assert resolve(structure, drawn(2))["final"] == ("T1", "T2")
    assert playable(structure, drawn(2)) == ("final",)
    assert bracket(structure, drawn(2))["two"] == Place("T1", None, Status.BYE)


def test_nobody_against_nobody_lets_the_next_one_through() -> None:
    structure = knockout(("none", Bye(), Bye()), ("final", Seed(1), WinnerOf("none")))
    assert champion(structure, drawn(1)) == "T1"


def test_byes_of_an_organisers_graph_are_worked_out_when_it_is_laid_out() -> None:
    graph = Playoffs(
        name="Playoffs",
        matches=(
            PlayoffMatch(id="one", name="One", home=Seed(1), away=Bye()),
            PlayoffMatch(id="other", name="Other", home=WinnerOf("one"), away=LoserOf("one")),
            PlayoffMatch(id="semi", name="Semi", home=Seed(2), away=Seed(3)),
        ),
    )
    last = Knockout(name="Cup", entrants=(WinnerOf("other"), WinnerOf("semi")))
    structure = lay_out(Format(name="Byes", stages=(graph, last)), 3)
    assert [(node.id, node.home, node.away) for node in structure.nodes] == [
        ("semi", Seed(2), Seed(3)),
        ("cup-final", Seed(1), WinnerOf("semi")),
    ]


def test_when_both_are_out_their_next_opponent_goes_through() -> None:
    season = Season(lay_out(single_elimination(), 4), 4)
    season.win("knockout-semi-final-1", "T1")
    season.known.results["knockout-semi-final-2"] = NodeResult(winner=None, loser=None)
    assert bracket(season.structure, season.known)["knockout-final"].status is Status.BYE
    assert champion(season.structure, season.known) == "T1"


def test_a_bye_waits_for_who_goes_through_by_it() -> None:
    season = Season(lay_out(single_elimination(), 4), 4)
    season.known.results["knockout-semi-final-2"] = NodeResult(winner=None, loser=None)
    assert bracket(season.structure, season.known)["knockout-final"] == Place(None, None, Status.WAITING)
    season.win("knockout-semi-final-1", "T4")
    assert champion(season.structure, season.known) == "T4"


def test_the_loser_of_a_bye_is_nobody_before_it_is_known_who_has_it() -> None:
    structure = knockout(
        ("semi", Seed(1), Seed(2)),
        ("bye", WinnerOf("semi"), Bye()),
        ("plate", LoserOf("bye"), LoserOf("semi")),
        ("final", WinnerOf("bye"), WinnerOf("plate")),
    )
    season = Season(structure, 2)
    assert bracket(structure, season.known)["plate"].status is Status.WAITING
    season.win("semi", "T2")
    assert bracket(structure, season.known)["plate"] == Place(None, "T1", Status.BYE)
    assert resolve(structure, season.known)["final"] == ("T2", "T1")


def test_a_place_below_the_last_of_a_table_is_nobodys() -> None:
    structure = lay_out(ipl(), 4)
    known = Known(seeds=drawn(4).seeds, tables={"league": ("T1", "T2", "T3")})
    assert bracket(structure, known)["eliminator"] == Place("T3", None, Status.BYE)
    assert resolve(structure, known)["qualifier-2"] == (None, "T3")


# --- a second final ----------------------------------------------------------------------------------------


def test_the_unbeaten_side_needs_one_final() -> None:
    season = played_through(double_elimination(), 4, better_seed)
    places = bracket(season.structure, season.known)
    assert places["double-elimination-second-final"].status is Status.NOT_NEEDED
    assert champion(season.structure, season.known) == "T1"


def test_the_first_loss_of_the_unbeaten_side_in_the_final_makes_a_second_one() -> None:
    season = Season(lay_out(double_elimination(), 2), 2)
    season.win("double-elimination-W1-1", "T1")
    assert resolve(season.structure, season.known)["double-elimination-final"] == ("T1", "T2")
    season.win("double-elimination-final", "T2")
    assert champion(season.structure, season.known) is None
    season.win("double-elimination-second-final", "T1")
    assert champion(season.structure, season.known) == "T1"


def test_a_final_that_nobody_could_lose_needs_no_second() -> None:
    first = Node(id="final", name="Final", stage="Cup", round=1, home=Seed(1), away=Bye())
    second = Node(
        id="second",
        name="Second final",
        stage="Cup",
        round=2,
        home=WinnerOf("final"),
        away=LoserOf("final"),
        only_if=OnlyIf("final", 2),
    )
    structure = Structure(nodes=(first, second), final="second", champion=WinnerOf("second"))
    assert champion(structure, drawn(1)) == "T1"
    assert playable(structure, drawn(1)) == ()


@given(st.integers(2, 40), st.randoms())
def test_in_double_elimination_all_but_the_champion_lose_twice(count: int, random: Random) -> None:
    season = played_through(double_elimination(), count, any_result(random))
    best = champion(season.structure, season.known)
    losses = season.losses("Double elimination")
    assert best is not None
    assert losses[best] <= 1
    assert {losses[team] for team in season.known.seeds.values() if team != best} == {2}


@given(st.integers(2, 60), st.randoms(), st.booleans())
def test_in_a_knockout_all_but_the_champion_lose_once(count: int, random: Random, third: bool) -> None:
    season = played_through(single_elimination(third), count, any_result(random))
    best = champion(season.structure, season.known)
    lost = [
        str(season.known.results[node.id].loser) for node, _, _ in season.played if node.decides in (None, 1)
    ]
    assert sorted([*lost, str(best)]) == sorted(season.known.seeds.values())


@given(st.integers(2, 40))
def test_the_worst_seed_can_win_a_double_elimination(count: int) -> None:
    season = played_through(double_elimination(), count, worse_seed)
    assert champion(season.structure, season.known) == f"T{count}"


def test_ranks_of_a_table_wait_until_it_is_finished() -> None:
    structure = lay_out(
        Format(
            name="League and final",
            stages=(
                League(name="League"),
                Knockout(name="Cup", entrants=(Rank("league", 1), Rank("league", 2))),
            ),
        ),
        3,
    )
    season = Season(structure, 3)
    season.win("league-R1-1", "T2")
    assert resolve(structure, season.known)["cup-final"] == (None, None)
    season.play_all(better_seed)
    assert season.known.results["cup-final"].winner is not None
