"""A tournament as it is run: real aggregates, real workflows and activities, a store in memory, and its time."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.sessions import Streams
from contracts.codec import plain_command
from contracts.work import (
    MATCH_MOVED,
    SESSION,
    TOURNAMENT,
    Aggregate,
    Done,
    Progress,
    WireCommand,
    match_id_of,
    session_stream_id,
    workflow_id,
)
from domain.match import commands as m
from domain.match.conditions import T20
from domain.session import commands as sc
from domain.session.settings import SessionSettings
from domain.session.state import SessionState
from domain.tournament.fixtures.model import Placement
from domain.tournament.format.model import Format, Knockout, League, Rank
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.settings import (
    Deadline,
    RegistrationRules,
    SquadRules,
    TournamentSettings,
)
from domain.tournament.lifecycle.state import TournamentState
from handlers.errors import StreamNotFound
from handlers.ports import EventStore
from handlers.request import Caller
from tests.workflows.memory import MemoryDiary, MemoryStore
from workers.tournament import match_worker, streams_of, tournament_worker
from workflows.facade import Workflows
from workflows.start import Queues

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SOON = timedelta(seconds=5)
PARTS = 12
HUNG_UP = (RPCStatusCode.INTERNAL, RPCStatusCode.UNAVAILABLE)
CUP = Format(
    name="League and final",
    stages=(League(name="League"), Knockout(name="Final", entrants=(Rank("league", 1), Rank("league", 2)))),
)
ONE_OVER = replace(T20, overs_per_innings=1, overs_per_bowler=1, minimum_overs_for_result=1)
CAPTAINS = {"a": "ann", "b": "bob", "c": "cat", "d": "dan"}


def settings(deadlines: dict[Deadline, datetime] | None = None, **more: Any) -> TournamentSettings:
    """Settings with what a test is about; registration rules and session times may be given by name."""
    registration = _taken(more, RegistrationRules)
    session = _taken(more, SessionSettings)
    given: dict[str, Any] = {
        "format": CUP,
        "conditions": ONE_OVER,
        "registration": RegistrationRules(**{"capacity": 3, "reminder_hours": (), **registration}),
        "session": SessionSettings(**session),
        "squads": SquadRules(minimum_players=0),
        "deadlines": deadlines or {},
    }
    return TournamentSettings(**{**given, **more})


def _taken(more: dict[str, Any], kind: type[Any]) -> dict[str, Any]:
    return {name: more.pop(name) for name in list(more) if name in kind.__dataclass_fields__}


class World:
    """One tournament and its match days."""

    def __init__(self, environment: WorkflowEnvironment, queue: str, store: EventStore | None = None) -> None:
        self.environment = environment
        self.store = MemoryStore()
        self.streams = streams_of(store or self.store, MemoryDiary(store or self.store))
        self.workflows = Workflows(
            environment.client,
            patience_seconds=60,
            queues=Queues(
                tournament=f"{queue}-tournament",
                match=f"{queue}-match",
                payment=f"{queue}-payment",
                payout=f"{queue}-payout",
            ),
        )
        self.tournament = Aggregate(kind=TOURNAMENT, tenant_id=uuid4(), id=uuid4())
        self.tournament_queue = f"{queue}-tournament"
        self.payment_queue = f"{queue}-payment"
        self.payout_queue = f"{queue}-payout"
        self.started_at = datetime.min

    def worker(self, streams: Streams, **more: Any) -> Worker:
        """One of the tournament."""
        return tournament_worker(self.environment.client, streams, self.tournament_queue, **more)

    def beside(self) -> "World":
        """Another tournament of the same league, served by the same workers."""
        other = copy(self)
        other.tournament = Aggregate(kind=TOURNAMENT, tenant_id=self.tournament.tenant_id, id=uuid4())
        return other

    # --- asking --------------------------------------------------------------------------------------------

    async def do(self, *commands: c.TournamentCommand) -> list[Done]:
        """Commands of the organiser, one after the other."""
        return [await self._execute(self.tournament, command) for command in commands]

    async def at_match(self, node: str, *commands: sc.SessionCommand) -> list[Done]:
        """Commands of those at a match, one after the other."""
        return [await self._execute(self.session(node), command) for command in commands]

    async def _execute(self, aggregate: Aggregate, command: Any) -> Done:
        return await self.workflows.execute(aggregate, wire(aggregate.kind, command))

    async def state(self) -> TournamentState:
        return await self.streams.tournaments.read(
            self.tournament.tenant_id, self.tournament.id, lambda state: state
        )

    async def session_state(self, node: str) -> SessionState:
        stream = session_stream_id(self.match_id(node))
        return await self.streams.sessions.read(self.tournament.tenant_id, stream, lambda state: state)

    async def phase(self) -> str:
        return (await self.state()).phase.value

    async def progress(self) -> Progress:
        return await self.workflows.progress(self.tournament)

    def happened(self) -> list[str]:
        """The tournament's events."""
        return self.store.types(self.tournament.id)

    def happened_at(self, node: str) -> list[str]:
        """The events of a match day."""
        return self.store.types(session_stream_id(self.match_id(node)))

    def match_id(self, node: str, replay: int = 0) -> UUID:
        return match_id_of(self.tournament.id, node, replay)

    def session(self, node: str, replay: int = 0) -> Aggregate:
        return Aggregate(kind=SESSION, tenant_id=self.tournament.tenant_id, id=self.match_id(node, replay))

    def handle(self, aggregate: Aggregate | None = None) -> WorkflowHandle[Any, Any]:
        return self.environment.client.get_workflow_handle(workflow_id(aggregate or self.tournament))

    async def lose(self) -> None:
        """Every workflow is gone."""
        nodes: list[str] = []
        with suppress(StreamNotFound):
            nodes = list((await self.state()).matches)
        for aggregate in (*map(self.session, nodes), self.tournament):
            with suppress(RPCError):  # it has come to its end
                await self.handle(aggregate).terminate()

    # --- time ----------------------------------------------------------------------------------------------

    async def now(self) -> datetime:
        return await self.environment.get_current_time()

    async def wait(self, long: timedelta) -> None:
        """In parts, since the server must answer each request within half a minute of real time; and again where it
        has hung up, as it does on a client that often asks whether it is alive. The time that passed has passed."""
        until, longest = await self.now() + long, max(long / PARTS, HOUR)
        while (left := until - await self.now()) > timedelta(0):
            try:
                await self.environment.sleep(min(left, longest))
            except RPCError as error:
                if error.status not in HUNG_UP:
                    raise

    async def wait_until(self, moment: datetime) -> None:
        """Until a moment, and what is due then is done."""
        await self.wait(max(moment - await self.now(), timedelta(0)) + SOON)

    # --- how far a tournament is ---------------------------------------------------------------------------

    async def create(self, deadlines: dict[Deadline, timedelta] | None = None, **more: Any) -> None:
        """``deadlines`` from now on."""
        self.started_at = await self.now()
        at = {deadline: self.started_at + long for deadline, long in (deadlines or {}).items()}
        await self.workflows.resume(self.tournament, name="Winter Cup")
        await self.do(c.CreateTournament(name="Winter Cup", settings=settings(at, **more)))

    async def open(self, **more: Any) -> None:
        await self.create(**more)
        await self.do(c.OpenRegistration())

    async def enter(self, teams: str = "abc") -> None:
        await self.do(*(c.SubmitEntry(team=team, name=f"Team {team}") for team in teams))

    async def captain(self, team: str) -> None:
        """The captain of a team has come by the link."""
        token, until = "ab" * 32, await self.now() + DAY
        await self.do(
            c.InviteCaptain(team=team, email="a@b.example", token_hash=token, expires_at=until),
            c.AcceptInvitation(team=team, token_hash=token, captain=CAPTAINS[team]),
        )

    async def draw(self, teams: str = "abc", **more: Any) -> None:
        await self.open(**{"capacity": len(teams), **more})
        await self.enter(teams)
        await self.do(c.CloseRegistration(), c.DrawTournament(seeds=tuple(teams)))

    async def schedule(self, teams: str = "abc", **more: Any) -> None:
        """A match a day, from ten days ahead on."""
        await self.draw(teams, **more)
        first = await self.now() + 10 * DAY
        await self.do(c.SetFixtures(placements=placements(await self.nodes(), first)))

    async def nodes(self) -> list[str]:
        return [node.id for node in (await self.state()).drawn.nodes]

    async def begin(self, node: str | None = None, **more: Any) -> str:
        """The match day of the first match has begun."""
        await self.schedule(**more)
        node = node or (await self.nodes())[0]
        await self.to_match_day(node)
        return node

    async def to_match_day(self, node: str, before: timedelta = 2 * HOUR) -> None:
        await self.wait_until(await self.starts_at(node) - before)

    async def starts_at(self, node: str) -> datetime:
        placement = (await self.state()).matches[node].placement
        assert placement is not None
        return placement.starts_at

    # --- at the ground -------------------------------------------------------------------------------------

    async def ground(
        self, node: str, *commands: m.MatchCommand, subject: str | None = None, replay: int = 0
    ) -> int:
        """Something is recorded; the version the match has by it. Nobody has told the session yet."""
        ack = await self.streams.matches.execute(
            self.tournament.tenant_id,
            self.match_id(node, replay),
            commands,
            idempotency_key=uuid4().hex,
            now=await self.now(),
            caller=Caller(subject=subject),
        )
        return ack.version

    async def tell(self, node: str, version: int, replay: int = 0) -> None:
        """What the sessions consumer does."""
        await self.handle(self.session(node, replay)).signal(MATCH_MOVED, version)

    async def record(self, node: str, *commands: m.MatchCommand, replay: int = 0) -> None:
        await self.tell(node, await self.ground(node, *commands, replay=replay), replay)
        await self.wait(SOON)

    async def play(self, node: str, winner: str) -> None:
        """The whole match, which its one side or the other wins."""
        match = (await self.state()).matches[node]
        assert match.teams is not None
        await self.record(node, *whole_match(*match.teams, winner))

    async def play_out(self, node: str, winner: str) -> None:
        """The match day from its beginning to the official result."""
        await self.to_match_day(node, timedelta(0))
        await self.play(node, winner)
        await self.wait(2 * HOUR)


def wire(kind: str, command: Any, key: str | None = None) -> WireCommand:
    """A command as it is sent."""
    return WireCommand(
        type=type(command).__name__,
        data=plain_command(kind, command),
        idempotency_key=key or uuid4().hex,
    )


def placements(nodes: Sequence[str], first: datetime) -> tuple[Placement, ...]:
    """A match a day, on one ground."""
    return tuple(
        Placement(
            node=node,
            ground="oval",
            starts_at=first + number * DAY,
            ends_at=first + number * DAY + 4 * HOUR,
        )
        for number, node in enumerate(nodes)
    )


def line_up(team: str) -> m.NameLineUp:
    players = tuple(m.Player(id=f"{team}{n}", name=f"{team.upper()} {n}") for n in range(1, 12))
    return m.NameLineUp(team=team, players=players)


def over(batting: str, bowling: str, *runs: int) -> list[m.MatchCommand]:
    """The one over of an innings."""
    first = m.RecordBall(
        bat_runs=runs[0], striker=f"{batting}1", non_striker=f"{batting}2", bowler=f"{bowling}11"
    )
    return [first, *(m.RecordBall(bat_runs=each) for each in runs[1:])]


def whole_match(home: str, away: str, winner: str) -> list[m.MatchCommand]:
    """The home side bats first: six runs, or none and the first ball of the chase wins."""
    first = (1, 1, 1, 1, 1, 1) if winner == home else (0,) * 6
    second = (0,) * 6 if winner == home else (1,)
    return [
        line_up(home),
        line_up(away),
        m.RecordToss(winner=home, decision="bat"),
        m.StartInnings(),
        *over(home, away, *first),
        m.StartInnings(),
        *over(away, home, *second),
    ]


@asynccontextmanager
async def world(
    environment: WorkflowEnvironment, store: EventStore | None = None, *, working: bool = True
) -> AsyncIterator[World]:
    """A tournament that is not there yet, and the workers that serve it. What it leaves running is ended.

    ``store``: in place of one in memory, which alone tells what ``happened``; ``working``: with a worker for the
    tournament itself.
    """
    queue = uuid4().hex
    here = World(environment, queue, store)
    async with match_worker(environment.client, here.streams, f"{queue}-match"):
        try:
            if working:
                async with here.worker(here.streams):
                    yield here
            else:
                yield here
        finally:
            await here.lose()
