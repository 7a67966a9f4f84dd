"""The mechanics every stream is served by, seen at a tournament: repeats, stale states, all or nothing."""

from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.work import match_id_of
from domain.match.errors import CommandRefused
from domain.tournament.lifecycle.commands import (
    ChangeSettings,
    CloseRegistration,
    ConfirmEntry,
    CreateTournament,
    DrawTournament,
    OpenRegistration,
    SubmitEntry,
    TournamentCommand,
)
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import EntryStatus, TournamentState
from handlers.errors import (
    KeyReused,
    PreconditionFailed,
    StreamIdTaken,
    TournamentNotFound,
    VersionNotReached,
)
from handlers.request import Caller
from handlers.tournament import TournamentAck, TournamentHandler, match_ids
from tests.unit.domain.tournament.lifecycle.organiser import settings
from tests.workflows.memory import MemoryStore

LEAGUE, OTHER = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
KEYS = count()
CREATE = CreateTournament(name="Cup", settings=settings())
ENTER = SubmitEntry(team="a", name="Ants")


async def do(
    handler: TournamentHandler, tournament: UUID, *commands: TournamentCommand, **more: Any
) -> TournamentAck:
    """Carry out commands with a key of their own."""
    key = more.pop("key", None) or f"k{next(KEYS)}"
    tenant = more.pop("tenant", LEAGUE)
    return await handler.execute(tenant, tournament, commands, idempotency_key=key, now=NOW, **more)


async def opened(handler: TournamentHandler) -> UUID:
    tournament = uuid4()
    await do(handler, tournament, CREATE)
    await do(handler, tournament, OpenRegistration())
    return tournament


async def state_of(handler: TournamentHandler, tournament: UUID) -> TournamentState:
    return await handler.read(LEAGUE, tournament, lambda state: state)


async def test_a_command_is_answered_with_what_it_appended() -> None:
    handler = TournamentHandler(MemoryStore())
    ack = await do(handler, await opened(handler), ENTER)
    assert (ack.first_version, ack.version) == (3, 4)
    assert ack.events == ("EntrySubmitted", "EntryConfirmed")
    assert ack.summary is Phase.REGISTRATION_OPEN
    assert not ack.repeated


async def test_a_repeat_gets_the_first_answer_from_every_process() -> None:
    store = MemoryStore()
    one = TournamentHandler(store)
    tournament = await opened(one)
    first = await do(one, tournament, ENTER, key="entry")
    await do(one, tournament, CloseRegistration())
    for handler in (one, TournamentHandler(store)):
        again = await do(handler, tournament, ENTER, key="entry")
        assert again.repeated
        assert (again.first_version, again.version, again.summary) == (3, 4, first.summary)
    with pytest.raises(KeyReused):
        await do(one, tournament, CloseRegistration(), key="entry")


async def test_what_changes_nothing_appends_nothing() -> None:
    store = MemoryStore()
    handler = TournamentHandler(store)
    tournament = await opened(handler)
    await do(handler, tournament, ENTER)
    ack = await do(handler, tournament, ConfirmEntry(team="a"))
    assert (ack.events, ack.version) == ((), 4)
    assert len(store.events) == 4


async def test_a_stale_process_reads_on_before_it_says_that_nothing_changes() -> None:
    store = MemoryStore()
    one, stale = (TournamentHandler(store) for _ in range(2))
    tournament = uuid4()
    await do(one, tournament, CREATE)
    await state_of(stale, tournament)
    await do(one, tournament, ChangeSettings(name="Summer Cup"))
    ack = await do(stale, tournament, ChangeSettings(name="Cup"))
    assert ack.events == ("SettingsChanged",)


async def test_a_repeat_of_what_now_changes_nothing_gets_the_first_answer() -> None:
    handler = TournamentHandler(MemoryStore())
    tournament = await opened(handler)
    await do(handler, tournament, ENTER)
    assert (await do(handler, tournament, CloseRegistration(), key="close")).events == ("RegistrationClosed",)
    again = await do(handler, tournament, CloseRegistration(), key="close")
    assert (again.events, again.repeated) == (("RegistrationClosed",), True)


async def test_a_stale_process_reads_on_before_it_refuses() -> None:
    store = MemoryStore()
    one, stale = (TournamentHandler(store) for _ in range(2))
    tournament = uuid4()
    await do(one, tournament, CREATE)
    with pytest.raises(CommandRefused):
        await do(stale, tournament, ENTER)
    await do(one, tournament, OpenRegistration())
    assert (await do(stale, tournament, ENTER)).version == 4


async def test_commands_are_carried_out_all_or_none() -> None:
    store = MemoryStore()
    handler = TournamentHandler(store)
    tournament = await opened(handler)
    with pytest.raises(CommandRefused) as refused:
        await do(handler, tournament, ENTER, CloseRegistration(), CloseRegistration())
    assert refused.value.detail["index"] == 2
    assert len(store.events) == 2
    ack = await do(handler, tournament, ENTER, CloseRegistration())
    assert (ack.version, ack.summary) == (5, Phase.REGISTRATION_CLOSED)
    assert (await state_of(handler, tournament)).version == 5


async def test_a_version_that_is_asked_for_is_kept() -> None:
    handler = TournamentHandler(MemoryStore())
    tournament = await opened(handler)
    with pytest.raises(PreconditionFailed, match="the tournament is at version 2, not 1"):
        await do(handler, tournament, ENTER, expected_version=1)
    assert (await do(handler, tournament, ENTER, expected_version=2)).version == 4


async def test_a_tournament_is_that_of_its_league() -> None:
    handler = TournamentHandler(MemoryStore())
    tournament = await opened(handler)
    with pytest.raises(TournamentNotFound):
        await do(handler, tournament, ENTER, tenant=OTHER)
    with pytest.raises(TournamentNotFound):
        await handler.read(OTHER, tournament, lambda state: state)
    with pytest.raises(StreamIdTaken):
        await do(handler, tournament, CREATE, tenant=OTHER)


async def test_nothing_but_its_creation_can_be_asked_of_a_new_tournament() -> None:
    handler = TournamentHandler(MemoryStore())
    with pytest.raises(TournamentNotFound):
        await do(handler, uuid4(), OpenRegistration())


async def test_the_state_can_be_read_as_it_was() -> None:
    handler = TournamentHandler(MemoryStore())
    tournament = await opened(handler)
    assert await handler.read(LEAGUE, tournament, lambda state: state.phase, at=1) is Phase.DRAFT
    with pytest.raises(VersionNotReached, match="the tournament is at version 2"):
        await handler.read(LEAGUE, tournament, lambda state: state.phase, at=9)


async def test_who_asked_is_kept_with_the_events() -> None:
    store = MemoryStore()
    handler = TournamentHandler(store)
    await do(handler, uuid4(), CREATE, caller=Caller(subject="olga", request_id="r1"))
    assert store.events[0].metadata["actor"] == "olga"
    assert store.events[0].stream_kind == "tournament"


class Fee:
    """Team a pays before its entry is confirmed."""

    def is_due(self, team: str) -> bool:
        return team == "a"


async def test_an_entry_with_a_fee_waits_for_its_payment() -> None:
    handler = TournamentHandler(MemoryStore(), payment=Fee())
    tournament = await opened(handler)
    assert (await do(handler, tournament, ENTER)).events == ("EntrySubmitted",)
    await do(handler, tournament, SubmitEntry(team="b", name="Bees"))
    entries = (await state_of(handler, tournament)).entries
    assert entries["a"].status is EntryStatus.PENDING_PAYMENT
    assert entries["b"].status is EntryStatus.CONFIRMED


async def test_a_match_is_found_by_its_id() -> None:
    handler = TournamentHandler(MemoryStore())
    tournament = await opened(handler)
    await do(handler, tournament, ENTER, SubmitEntry(team="b", name="Bees"), CloseRegistration())
    await do(handler, tournament, DrawTournament(seed="x"))
    ids = match_ids(await state_of(handler, tournament), tournament)
    assert ids == {match_id_of(tournament, "league-R1-1"): "league-R1-1"}
