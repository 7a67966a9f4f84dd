"""Tournaments that are settled already, put into a store as they would be after weeks."""

from uuid import UUID, uuid4

from contracts import codec
from contracts.events import NewEvent
from domain.tournament.format.model import Format, Knockout
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.events import TournamentEvent
from tests.unit.domain.tournament.lifecycle.organiser import play, scheduled
from tests.workflows.memory import MemoryStore
from tests.workflows.prizes import PRIZES

FINAL = Format(name="Final", stages=(Knockout(name="Final"),))


async def settled(store: MemoryStore, tenant: UUID, tournament: UUID) -> None:
    """A final of A and B that A has won."""
    organiser = scheduled("ab", format=FINAL, prizes=PRIZES)
    (node,) = (node.id for node in organiser.state.drawn.nodes)
    organiser.do(play(organiser, node, "a"), c.SettleTournament())
    await put(store, tenant, tournament, organiser.history)


async def won_by_b_after_all(store: MemoryStore, tenant: UUID, tournament: UUID) -> None:
    """What no organiser can do: a court gives the settled final to B."""
    organiser = scheduled("ab", format=FINAL, prizes=PRIZES)
    (node,) = (node.id for node in organiser.state.drawn.nodes)
    organiser.do(play(organiser, node, "b"))
    results = [event for event in organiser.history if type(event).__name__ == "ResultRecorded"]
    await put(store, tenant, tournament, results)


async def put(store: MemoryStore, tenant: UUID, tournament: UUID, events: list[TournamentEvent]) -> None:
    """Append them to the tournament's stream."""
    version = len(store.types(tournament))
    names = [type(event).__name__ for event in events]
    new = [
        NewEvent(
            event_id=uuid4(),
            type=name,
            schema_version=codec.TOURNAMENT_EVENTS.schema_versions[name],
            data=codec.TOURNAMENT_EVENTS.encode(event).decode(),
            metadata="{}",
        )
        for name, event in zip(names, events, strict=True)
    ]
    await store.append(tenant, codec.TOURNAMENT, tournament, version, new)
