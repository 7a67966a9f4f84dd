"""A corrected old result, looked at before it is applied."""

from dataclasses import replace

import pytest

from domain.tournament.correction import CorrectionPreview, PlaceChange, preview
from domain.tournament.format.model import NodeResult
from domain.tournament.match_summary import MatchSummary
from domain.tournament.record import Record, corrected, known
from tests.unit.domain.tournament.given import no_result, won_by
from tests.unit.domain.tournament.test_record import league_and_playoffs, played_out


def season() -> Record:
    """A beats everybody, B all but A, and so on; all is played."""
    record = league_and_playoffs()
    return played_out(record.structure, record)


def node_of(record: Record, one: str, other: str, prefix: str = "league") -> str:
    return next(
        node
        for node, match in record.played.items()
        if set(match.teams) == {one, other} and node.startswith(prefix)
    )


def only_league(record: Record) -> Record:
    return replace(
        record, played={node: match for node, match in record.played.items() if node.startswith("league")}
    )


def look(
    record: Record,
    node: str,
    summary: MatchSummary | None,
    *,
    begun: tuple[str, ...],
    going_on: NodeResult | None = None,
) -> CorrectionPreview:
    return preview(record, corrected(record, node, summary, going_on), node, begun=begun)


def swap_d_and_e(record: Record, *, begun: tuple[str, ...]) -> CorrectionPreview:
    """E beat D after all, by so much that it is fourth."""
    node = node_of(record, "D", "E")
    summary = replace(won_by("E", "D", 90), teams=record.played[node].teams)
    return look(record, node, summary, begun=begun)


def test_it_shows_the_table_before_and_after_and_who_would_go_on() -> None:
    found = swap_d_and_e(season(), begun=())
    (change,) = found.tables
    assert [row.team for row in change.before] == list("ABCDE")
    assert [row.team for row in change.after] == list("ABCED")
    assert (change.goes_on_before, change.goes_on_after) == (tuple("ABCD"), tuple("ABCE"))


def test_it_shows_who_would_play_which_match() -> None:
    found = swap_d_and_e(only_league(season()), begun=())
    assert found.places == (PlaceChange(node="eliminator", before=("C", "D"), after=("C", "E"), begun=False),)
    assert found.disturbed == ()


def test_it_names_the_matches_already_begun_on_the_old_result() -> None:
    found = swap_d_and_e(only_league(season()), begun=("eliminator",))
    assert found.disturbed == ("eliminator",)
    assert found.places[0].begun


def test_a_correction_that_moves_nobody_shows_only_the_figures() -> None:
    record = season()
    node = node_of(record, "A", "B")
    summary = replace(won_by("A", "B", 11), teams=record.played[node].teams)
    found = look(record, node, summary, begun=tuple(record.played))
    assert found.places == ()
    assert found.disturbed == ()
    (change,) = found.tables
    assert [row.team for row in change.before] == [row.team for row in change.after]
    assert change.before != change.after


def test_a_corrected_final_makes_another_champion() -> None:
    record = season()
    found = look(record, "final", won_by("B", "A"), begun=tuple(record.played))
    assert (found.champion_before, found.champion_after) == ("A", "B")
    assert (found.tables, found.places) == ((), ())


def test_a_corrected_playoff_moves_winner_and_loser_and_names_what_rests_on_it() -> None:
    record = season()
    found = look(record, "qualifier-1", won_by("B", "A"), begun=("qualifier-1", "final"))
    changed = {place.node: (place.before[0], place.after[0]) for place in found.places}
    assert changed["final"] == ("A", "B")
    assert changed["qualifier-2"] == ("B", "A")
    assert found.disturbed == ("final",)


def test_a_result_can_be_taken_back() -> None:
    record = only_league(season())
    node = node_of(record, "D", "E")
    found = look(record, node, None, begun=())
    assert found.after is None
    assert {team for place in found.places for team in place.after} == {None}, "the table is open again"


def test_a_washed_out_playoff_goes_to_whom_the_ruling_names() -> None:
    record = season()
    going_on = NodeResult(winner="B", loser="A")
    found = look(record, "final", no_result("A", "B"), begun=("final",), going_on=going_on)
    assert found.champion_after == "B"
    assert look(record, "final", no_result("A", "B"), begun=("final",)).champion_after == "A"


def test_looking_changes_nothing() -> None:
    record = season()
    before = known(record)
    swap_d_and_e(record, begun=())
    assert known(record) == before


def test_a_node_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        look(season(), "semi-final", None, begun=())
