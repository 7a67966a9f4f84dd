"""Every event's JSON has a schema that is committed, keeps to it, and cannot change against it."""

import json
import shutil
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cli.simulator import simulate
from contracts import codec, committed
from contracts.json_schema import event_schemas, schema_id
from domain.match import commands as m
from domain.match import decide, evolve, initial
from domain.payment.terms import GivesBack, Standing
from domain.session import commands as s
from tests.event_schemas import faults
from tests.unit.contracts.test_codec import example
from tests.unit.domain.payment.till import DAY, Till
from tests.unit.domain.payout.purse import ANN, BOB, LARGE, NO_DISPUTE, told
from tests.unit.domain.session.day import Day
from tests.unit.domain.session.day import at as minutes
from tests.unit.domain.tournament.lifecycle.organiser import play_on, scheduled


def test_what_is_committed_is_what_the_domain_says_today() -> None:
    """`make docs` writes what is new or has changed compatibly, and refuses the rest: that needs a new version."""
    assert (committed.altered(), committed.unlisted()) == ([], [])
    assert committed.broken() == []
    assert committed.outdated() == [], "run `make docs`"
    assert committed.missing_versions() == []


def test_each_is_a_schema_by_its_own_specification() -> None:
    for kind, name, version, schema in committed.committed():
        Draft202012Validator.check_schema(schema)
        assert schema["$id"] == schema_id(kind, name, version)


@pytest.mark.parametrize("full", [False, True], ids=["bare", "full"])
@pytest.mark.parametrize("kind", codec.EVENT_TYPES_OF)
def test_what_is_written_is_what_the_schema_says(kind: str, full: bool) -> None:
    for name, type_ in codec.EVENT_TYPES_OF[kind].items():
        event = example(type_, full=full)
        data = codec.encode_of(kind, event)
        assert faults(kind, name, data) == []
        assert codec.decode_of(kind, name, data) == event


@pytest.mark.parametrize("kind", codec.EVENT_TYPES_OF)
def test_an_event_without_its_fields_is_told(kind: str) -> None:
    for name, type_ in codec.EVENT_TYPES_OF[kind].items():
        needs = [
            each for each in fields(type_) if each.default is MISSING and each.default_factory is MISSING
        ]
        assert bool(faults(kind, name, "{}")) == bool(needs), name


def test_the_registers_write_the_first_version_which_their_function_in_postgres_says() -> None:
    versions = {
        version for kind in ("team", "player", "venue") for version in codec.SCHEMA_VERSIONS_OF[kind].values()
    }
    assert versions == {1}


# --- what is played ----------------------------------------------------------------------------------------


def wrong(kind: str, events: list[Any]) -> list[str]:
    return [
        fault
        for event in events
        for fault in faults(kind, type(event).__name__, codec.encode_of(kind, event))
    ]


def test_the_events_of_a_played_match() -> None:
    state, events = initial(), []
    for command in simulate(2127):
        for event in decide(state, command, None):
            evolve(state, event)
            events.append(event)
    events += decide(state, m.Undo(reason="dead ball"), None)
    assert len(events) > 240
    assert wrong("match", events) == []


def test_the_events_of_a_match_day() -> None:
    day = Day(reserve_starts_at=minutes(1440)).started().balls(1)
    day.ground(m.InterruptPlay(reason="rain"))
    day.comes_due("cut-off")
    day.do(s.AwardMatch(to="A", reason="no ground"))
    day.carry_out()
    assert len(day.events) > 5
    assert wrong("session", day.events) == []


def test_the_events_of_a_played_tournament() -> None:
    organiser = play_on(scheduled("abcdefgh"), "abcdefgh")
    names = {type(event).__name__ for event in organiser.history}
    assert {"TournamentDrawn", "FixturesSet", "ResultRecorded", "TournamentCompleted"} <= names
    assert wrong("tournament", organiser.history) == []


def test_the_events_of_a_payment_that_is_paid_and_refunded() -> None:
    till = Till()
    till.take()
    till.bank.pay()
    till.look()
    till.decided(Standing.CONFIRMED)
    till.hear()
    till.now += 12 * DAY
    till.decided(Standing.OUT, GivesBack.BY_POLICY)
    till.hear()
    for _ in range(6):
        till.take()
    assert {"PaymentSucceeded", "RefundAsked", "RefundIssued"} <= set(till.names())
    assert wrong("payment", till.events) == []


def test_the_events_of_a_payout() -> None:
    events = told(LARGE, NO_DISPUTE, ANN, BOB)
    assert "TransferOrdered" in {type(event).__name__ for event in events}
    assert wrong("payout", events) == []


# --- an incompatible change fails --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TossMade:
    """As the domain's, with a field more that has no default."""

    winner: str
    decision: str
    coin: str
    uncontested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TossMadeLater:
    winner: str
    decision: str
    uncontested: bool = False
    coin: str = ""


def test_a_change_of_the_domain_that_breaks_readers_fails_and_is_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(committed.FOLDER, tmp_path / "schemas"))
    monkeypatch.setitem(codec.EVENT_TYPES_OF["match"], "TossMade", TossMade)  # type: ignore[arg-type]
    assert committed.broken(folder) == ["match TossMade: coin: is required now"]
    with pytest.raises(committed.IncompatibleChange, match="coin: is required now"):
        committed.write(folder)
    assert "coin" not in committed.path_of("match", "TossMade", 1, folder).read_text()


@pytest.mark.parametrize("change", ["gone", "edited"])
def test_a_change_that_breaks_readers_fails_too_when_the_file_that_it_breaks_is_gone_or_edited(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: str
) -> None:
    folder = Path(shutil.copytree(committed.FOLDER, tmp_path / "schemas"))
    file = committed.path_of("match", "TossMade", 1, folder)
    monkeypatch.setitem(codec.EVENT_TYPES_OF["match"], "TossMade", TossMade)  # type: ignore[arg-type]
    if change == "gone":
        file.unlink()
        said = "match TossMade: the schema of version 1 was written once and is gone"
    else:
        (schema,) = [
            schema for kind, name, schema in event_schemas() if (kind, name) == ("match", "TossMade")
        ]
        file.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
        said = "match TossMade: the schema of version 1 is not what was written"
    assert committed.broken(folder) == []
    assert committed.altered(folder) == [said]
    with pytest.raises(committed.IncompatibleChange, match=said):
        committed.write(folder)
    assert (folder / committed.LOCK).read_text() == (committed.FOLDER / committed.LOCK).read_text()


def test_the_list_of_what_was_written_only_grows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(committed.FOLDER, tmp_path / "schemas"))
    lock = folder / committed.LOCK
    before = lock.read_text()
    committed.write(folder)
    assert lock.read_text() == before
    monkeypatch.setitem(codec.EVENT_TYPES_OF["match"], "TossMade", TossMadeLater)  # type: ignore[arg-type]
    committed.write(folder)
    (line,) = lock.read_text().removeprefix(before).splitlines()
    assert line.startswith("match TossMade 1 ")
    assert (committed.altered(folder), committed.unlisted(folder)) == ([], [])
    lock.write_text(before.replace("match TossMade 1 ", "match TossMade 9 "))
    assert committed.unlisted(folder) == ["match TossMade 1"]
    assert committed.altered(folder) == [
        "match TossMade: the schema of version 9 was written once and is gone"
    ]


def test_an_event_that_is_renamed_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = dict(codec.EVENT_TYPES_OF["match"])
    kind["CoinTossed"] = kind.pop("TossMade")
    monkeypatch.setitem(codec.EVENT_TYPES_OF, "match", kind)
    monkeypatch.setitem(codec.SCHEMA_VERSIONS_OF, "match", dict.fromkeys(kind, 1))
    assert committed.broken() == [
        "match TossMade: there is no such event any more, and its events are stored"
    ]
    assert committed.missing_versions() == ["match CoinTossed 1"]


def test_a_field_with_a_default_is_written_as_the_same_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(committed.FOLDER, tmp_path / "schemas"))
    monkeypatch.setitem(codec.EVENT_TYPES_OF["match"], "TossMade", TossMadeLater)  # type: ignore[arg-type]
    assert committed.broken(folder) == []
    assert committed.outdated(folder) == ["match/TossMade.1.json"]
    committed.write(folder)
    assert committed.outdated(folder) == []


def test_a_new_version_stands_beside_the_old_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(committed.FOLDER, tmp_path / "schemas"))
    monkeypatch.setitem(codec.EVENT_TYPES_OF["match"], "TossMade", TossMade)  # type: ignore[arg-type]
    monkeypatch.setitem(codec.SCHEMA_VERSIONS, "TossMade", 2)
    assert committed.broken(folder) == []
    committed.write(folder)
    first = json.loads(committed.path_of("match", "TossMade", 1, folder).read_text())
    second = json.loads(committed.path_of("match", "TossMade", 2, folder).read_text())
    assert "coin" not in first["properties"]
    assert "coin" in second["required"]
    monkeypatch.setitem(codec.SCHEMA_VERSIONS, "TossMade", 1)
    assert "match TossMade: version 2 is committed and can't be read any more" in committed.broken(folder)
