"""What follows from the results on record: the tables, and who takes which place."""

from dataclasses import replace

import pytest

from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import Format, Known, League, NodeResult, Structure
from domain.tournament.format.places import champion, resolve
from domain.tournament.format.presets import page_playoff, super_six, swiss
from domain.tournament.match_summary import MatchSummary
from domain.tournament.points import Deduction
from domain.tournament.qualification import Status
from domain.tournament.record import Record, known, places_leading_on, prospects, running_table, to_come
from domain.tournament.running_table import Disqualification
from domain.tournament.table_rules import IPL
from tests.unit.domain.tournament.given import no_result, won_by

TEAMS = "ABCDEFGHIJKL"


def seeds(count: int) -> dict[int, str]:
    return {number: TEAMS[number - 1] for number in range(1, count + 1)}


def played_out(structure: Structure, record: Record) -> Record:
    """Every match that can be played is: the earlier letter wins."""
    while True:
        new: dict[str, MatchSummary] = {}
        for node, (home, away) in resolve(structure, known(record)).items():
            if node not in record.played and home and away:
                winner, loser = sorted((home, away))
                new[node] = replace(won_by(winner, loser), teams=(home, away))
        if not new:
            return record
        record = replace(record, played={**record.played, **new})


def league_and_playoffs() -> Record:
    structure = lay_out(Format(name="test", stages=(League(name="League"), page_playoff("league"))), 5)
    return Record(structure=structure, rules=IPL, seeds=seeds(5))


def test_before_the_first_match_only_the_seeds_are_known() -> None:
    assert known(league_and_playoffs()) == Known(seeds=seeds(5))


def test_a_finished_table_sends_its_teams_on() -> None:
    record = league_and_playoffs()
    done = played_out(record.structure, record)
    found = known(done)
    assert found.tables == {"league": tuple("ABCDE")}
    assert resolve(record.structure, found)["eliminator"] == ("C", "D")
    assert champion(record.structure, found) == "A"


def test_an_unfinished_table_sends_nobody_on() -> None:
    record = league_and_playoffs()
    done = played_out(record.structure, record)
    league = {node: match for node, match in done.played.items() if node.startswith("league")}
    last = max(league)
    found = known(replace(record, played={node: m for node, m in league.items() if node != last}))
    assert found.tables == {}
    assert resolve(record.structure, found)["qualifier-1"] == (None, None)


def test_a_match_that_will_not_be_played_does_not_hold_the_table_up() -> None:
    record = league_and_playoffs()
    done = played_out(record.structure, record)
    league = {node: match for node, match in done.played.items() if node.startswith("league")}
    last = max(league)
    without = replace(record, played={node: m for node, m in league.items() if node != last})
    assert "league" in known(replace(without, closed=frozenset({last}))).tables


def test_a_knockout_without_a_winner_sends_the_better_placed_on() -> None:
    record = league_and_playoffs()
    done = played_out(record.structure, record)
    washed_out = replace(done, played={**done.played, "final": no_result("A", "B")})
    assert champion(record.structure, known(washed_out)) == "A"


def test_or_whom_a_ruling_names() -> None:
    record = league_and_playoffs()
    done = played_out(record.structure, record)
    ruled = replace(
        done,
        played={**done.played, "final": no_result("A", "B")},
        going_on={"final": NodeResult(winner="B", loser="A")},
    )
    assert champion(record.structure, known(ruled)) == "B"


def test_the_disqualified_are_left_out_of_the_order() -> None:
    record = league_and_playoffs()
    done = played_out(record.structure, record)
    found = known(replace(done, disqualified={"league": (Disqualification("B"),)}))
    assert found.tables == {"league": tuple("ACDE")}


def test_points_are_deducted_in_the_table_they_are_deducted_in() -> None:
    record = league_and_playoffs()
    done = played_out(record.structure, record)
    deducted = replace(done, deductions={"league": (Deduction("A", 9, "ineligible player"),)})
    assert known(deducted).tables == {"league": tuple("BCDEA")}


def test_results_between_members_are_carried_over() -> None:
    """Two groups; the first three of each meet those of the other in a Super Six and bring their results."""
    structure = lay_out(super_six(), 12)
    record = played_out(structure, Record(structure=structure, rules=IPL, seeds=seeds(12)))
    spec = next(table for table in structure.tables if table.carried)
    rows = running_table(record, spec.id).rows()
    assert len(rows) == 6
    assert {row.tally.played for row in rows} == {5}, "two carried over and three played"


def test_a_bye_in_a_swiss_round_is_a_win() -> None:
    structure = lay_out(swiss(rounds=2), 5)
    table = structure.tables[0]
    record = Record(
        structure=structure,
        rules=IPL,
        seeds=seeds(5),
        pairings={(table.stage, 1): (("A", "B"), ("C", "D"), ("E", None))},
    )
    rows = {row.team: row for row in running_table(record, table.id).rows()}
    assert (rows["E"].points, rows["E"].tally.won, rows["A"].points) == (2, 1, 0)


def test_an_unknown_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        running_table(league_and_playoffs(), "super-six")


def test_the_places_of_a_table_that_lead_on() -> None:
    assert places_leading_on(league_and_playoffs().structure) == {"league": (1, 2, 3, 4)}


def test_what_is_to_come_and_who_can_still_go_on() -> None:
    record = league_and_playoffs()
    done = played_out(record.structure, record)
    last = next(node for node, match in done.played.items() if set(match.teams) == {"D", "E"})
    before = replace(
        done, played={node: m for node, m in done.played.items() if node[:6] == "league" and node != last}
    )
    fixtures = to_come(before, "league")
    assert fixtures is not None
    assert [(fixture.key, {fixture.home, fixture.away}) for fixture in fixtures] == [(last, {"D", "E"})]
    found = prospects(before, "league", seed="1")
    assert found is not None
    assert {p.team: p.status for p in found.prospects} == dict.fromkeys("ABC", Status.CERTAIN) | {
        "D": Status.POSSIBLE,
        "E": Status.POSSIBLE,
    }


def test_before_a_swiss_round_is_paired_nothing_is_said_of_what_is_possible() -> None:
    structure = lay_out(swiss(rounds=2, qualify=2), 4)
    record = Record(structure=structure, rules=IPL, seeds=seeds(4))
    assert to_come(record, structure.tables[0].id) is None
    assert prospects(record, structure.tables[0].id, seed="1") is None
