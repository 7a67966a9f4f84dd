"""The demo: clubs play a tournament through the running stack, from their entries to the champion."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from cli.client import PavilionClient
from cli.close_match import CloseMatch
from cli.compressed import OVER_SECONDS
from cli.demo_board import Board
from cli.demo_people import INVITED_FOR, People
from cli.demo_scorer import Scorer
from cli.demo_settings import NAME, PLAYOFFS, SEASON, VENUES, draw_seed, entry, players, settings
from cli.matchday import Matchdays
from cli.simulator import Simulator
from cli.squads import SQUADS
from cli.tournament_api import Json, TournamentApi, plain
from domain.match.card_lines import Card
from domain.tournament.lifecycle.commands import CreateTournament
from handlers.match import Ack
from projections.card_score import Difference

SHORT_BY, RAINED_ON, LEVEL = 2, 4, 6
"""Which match of the league (by its date) the chase loses by a few runs, it rains on, and ends level."""
RUNS_SHORT = 3
RAIN_OVERS = 5
WINDOW_EVERY = 8
"""Of so many results one is left to become official by the clock."""
RATE_SECONDS = 0.05
"""How long an over lasts at least."""
CORRECTION_SECONDS = 30.0
"""How long the table may take to move after a correction."""


@dataclass(slots=True)
class Outcome:
    """What the tournament came to. ``card`` is the final's from the read model; ``wrong`` says for each card
    that is not the engine's own, in which figures."""

    tournament: UUID
    teams: int
    champion: str | None = None
    rows: list[Json] = field(default_factory=list[Json])
    bracket: Json = field(default_factory=dict[str, "object"])
    final: UUID | None = None
    card: Card | None = None
    matches: int = 0
    balls: int = 0
    seconds: float = 0.0
    events: int = 0
    wrong: dict[str, list[Difference] | None] = field(default_factory=dict[str, "list[Difference] | None"])
    happened: dict[str, str] = field(default_factory=dict[str, str])


class DemoTournament:
    """Runs it with everything shown on ``board``. The same seed makes the same draw, and of each match of it
    the same cricket."""

    def __init__(self, client: PavilionClient, board: Board, *, seed: int, teams: int) -> None:
        self._client = client
        self._board = board
        self._seed = seed
        self._clubs = list(SQUADS.values())[:teams]
        self._tournament = TournamentApi(client, uuid4())
        self._people = People(self._tournament)
        self._settings = settings(self._clubs, seed)
        self._numbers: dict[str, int] = {}
        self._scorers: dict[str, Scorer] = {}
        self._last: dict[str, Ack] = {}
        self._corrected = False
        self._tasks = asyncio.TaskGroup()
        self.outcome = Outcome(self._tournament.id, teams)

    async def run(self) -> Outcome:
        """From the registers to the champion. Raises ApiProblem, ApiUnreachable, StandsStill."""
        started = time.perf_counter()
        try:
            async with self._people, self._tasks:
                await self._register()
                await self._schedule()
                days = Matchdays(
                    self._tournament,
                    self._play,
                    at_once=len(VENUES),
                    look=self._look,
                    clock=self._settings.clock,
                    expand="fixtures,standings",
                )
                await days.run()
        except ExceptionGroup as group:
            raise group.exceptions[0] from group
        await self._collect()
        self.outcome.seconds = time.perf_counter() - started
        return self.outcome

    # --- before the first ball

    async def _register(self) -> None:
        tournament, clubs, board = self._tournament, self._clubs, self._board
        await tournament.register("venues", [plain(venue) for venue in VENUES])
        await tournament.register("teams", [{"id": club.team.id, "name": club.team.name} for club in clubs])
        people = [{"id": one.id, "name": one.name} for club in clubs for one in players(club)]
        await tournament.register("players", people)
        await tournament.create(CreateTournament(name=NAME, season=SEASON, settings=self._settings))
        await tournament.say("POST", "/registration:open")
        expires_at = (self._settings.clock.here(datetime.now(UTC)) + INVITED_FOR).isoformat()
        for club in clubs:
            await tournament.submit(entry(club))
            await self._people.invite_captain(club.team.id, expires_at)
            board.say(f"{club.team.name} enter with {len(players(club))} players; their captain has a token")
        await tournament.say("POST", "/registration:close")

    async def _schedule(self) -> None:
        tournament, board = self._tournament, self._board
        await tournament.say("POST", "/draw", {"seed": draw_seed(self._seed)})
        board.say(f"drawn by the published seed {draw_seed(self._seed)!r}: all twice, then the page playoff")
        solved = await tournament.solve_fixtures()
        board.say(solved)
        fixtures = (await tournament.about("?expand=fixtures"))["fixtures"]
        league = sorted((one for one in fixtures if one["table"]), key=starts_at)
        self._numbers = {fixture["node"]: number for number, fixture in enumerate(league, 1)}
        for node in PLAYOFFS:
            await self._people.appoint_referee(node)
        await tournament.say("POST", ":start")

    # --- matches

    async def _play(self, fixture: Json) -> None:
        node, number = fixture["node"], self._numbers.get(fixture["node"], 0)
        await self._tournament.in_session(fixture["match_id"], "/lease")

        def told(ack: Ack, balls: int) -> None:
            self.outcome.balls += balls
            self._last[node] = ack
            self._board.scored(fixture, ack, balls)

        scorer = Scorer(self._client, UUID(fixture["match_id"]), self._simulator(fixture), RATE_SECONDS, told)
        self._scorers[node] = scorer
        if number == RAINED_ON:
            await self._play_in_rain(fixture, scorer)
        else:
            await scorer.play()
        self._board.over(fixture)
        if number % WINDOW_EVERY != 1:
            self._tasks.create_task(self._people.confirm(fixture))
        if number == LEVEL:
            self._happened("super over", f"{_sides(fixture)} ended level and went to a Super Over")

    def _simulator(self, fixture: Json) -> Simulator:
        number = self._numbers.get(fixture["node"], 0)
        seed = Random(f"{self._seed}/{fixture['node']}").randrange(SEEDS)
        clubs = SQUADS[fixture["home"]["team"]], SQUADS[fixture["away"]["team"]]
        if number in (SHORT_BY_RUNS, LEVEL):
            return CloseMatch(seed, clubs, short=RUNS_SHORT if number == SHORT_BY_RUNS else 0)
        return Simulator(seed, clubs)

    async def _play_in_rain(self, fixture: Json, scorer: Scorer) -> None:
        def rains() -> None:
            self._board.note(fixture, "rain stopped play")

        rain = await scorer.play_in_rain(RAIN_OVERS * OVER_SECONDS, rains)
        if rain is not None:
            overs, target = divmod(rain.lost, BALLS_PER_OVER)[0], rain.target
            self._happened(
                "rain",
                f"rain at {_sides(fixture)}: {overs} overs lost, the revised target is {target} (D/L)",
            )
