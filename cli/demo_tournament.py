"""The demo: eight clubs play a tournament through the running stack, from their entries to the champion."""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count
from uuid import UUID, uuid4

import msgspec

from cli.client import PavilionClient
from cli.compressed import DAY_SECONDS, clock, match_days
from cli.demo_board import Board
from cli.demo_incidents import correct_a_ball, level_match, play_in_rain
from cli.matchday import Matchdays
from cli.replaying import CARD_SECONDS
from cli.script import Script, script_of_commands
from cli.season_replay import knockouts, printed_row
from cli.simulator import Simulator
from cli.squads import SQUADS, Squad
from cli.tournament_api import Json, TournamentApi, plain
from domain.clock import REAL, Clock
from domain.match import decide, evolve, initial
from domain.match.card_lines import Card
from domain.match.commands import CreateMatch, MatchCommand, RecordBall
from domain.match.conditions import IPL_2023, Powerplay
from domain.tournament.fixtures.model import FixtureRules, Ground, StartTime, Venue
from domain.tournament.format import presets
from domain.tournament.lifecycle.commands import CreateTournament, SquadPlayer, SubmitEntry
from domain.tournament.lifecycle.settings import RegistrationRules, TournamentSettings
from domain.tournament.table_rules import IPL
from handlers.match import Ack

NAME = "Pavilion Trophy"
TEN_OVERS = replace(
    IPL_2023,
    name="ten overs",
    overs_per_innings=10,
    overs_per_bowler=2,
    powerplays=(Powerplay(kind="mandatory", first_over=1, last_over=3),),
)
"""As the IPL, but half as long: a double set of rounds is 56 matches."""
VENUES = (
    Venue(
        id="harbour",
        name="Harbour Park",
        city="Lantern City",
        grounds=(Ground(id="harbour-park", name="Harbour Park"),),
    ),
    Venue(
        id="mill-meadow",
        name="Mill Meadow",
        city="Fernhill",
        grounds=(Ground(id="mill-meadow-main", name="Mill Meadow"),),
    ),
    Venue(
        id="quarry",
        name="Quarry End",
        city="Granite Bay",
        grounds=(Ground(id="quarry-end", name="Quarry End"),),
    ),
)
FIRST_DAY = date(2026, 4, 4)
DAYS = 60
START_TIMES = (StartTime(at=time(10)), StartTime(at=time(14, 30)), StartTime(at=time(19)))
MATCH_MINUTES = 120
MATCHES_A_DAY = 3
FINAL = "final"
SOLVER_LEAD_SECONDS = 15.0
"""Real time before the first match: the fixtures are solved in it."""

RAINED_ON, LEVEL, CORRECTED_FROM = 5, 9, 14
"""Which of the matches that are begun it rains on, which ends level, and from which on one is corrected."""


@dataclass(slots=True)
class Outcome:
    """What the tournament came to. ``card`` and ``script`` are the final's; None if its card has not come."""

    tournament: UUID
    champion: str | None = None
    final: UUID | None = None
    card: Card | None = None
    script: Script | None = None
    matches: int = 0
    balls: int = 0
    version: int = 0
    rows: list[Json] = field(default_factory=list[Json])
    knockouts: list[Json] = field(default_factory=list[Json])


class DemoTournament:
    """Runs it with everything shown on ``board``. The same seed gives the same cricket, as far as who meets whom
    when is the same."""

    def __init__(self, client: PavilionClient, board: Board, seed: int, *, at_once: int = 6) -> None:
        self._client = client
        self._board = board
        self._random = random.Random(seed)  # noqa: S311 - cricket, not secrets
        self._seed = seed
        self._at_once = at_once
        self._begun = count(1)
        self._tournament = TournamentApi(client, uuid4())
        self._corrected: str | None = None
        self._clock: Clock = REAL
        self.outcome = Outcome(self._tournament.id)

    async def run(self) -> Outcome:
        """From the registers to the champion. Raises ApiProblem, ApiUnreachable, StandsStill."""
        await self._prepare()
        await Matchdays(self._tournament, self._play, at_once=self._at_once, look=self._look).run()
        await self._collect()
        return self.outcome

    async def _prepare(self) -> None:
        tournament, board = self._tournament, self._board
        await tournament.register("venues", [plain(venue) for venue in VENUES])
        clubs = list(SQUADS.values())
        await tournament.register("teams", [{"id": c.team.id, "name": c.team.name} for c in clubs])
        people = [{"id": p.id, "name": p.name} for club in clubs for p in _players(club)]
        await tournament.register("players", people)
        settings = _settings()
        self._clock = settings.clock
        await tournament.create(CreateTournament(name=NAME, season="2026", settings=settings))
        await tournament.say("POST", "/registration:open")
        for club in clubs:
            await tournament.enter_one(
                SubmitEntry(team=club.team.id, name=club.team.name, players=_players(club))
            )
            board.say(f"{club.team.name} enter with {len(_players(club))} players")
        await tournament.say("POST", "/registration:close")
        await tournament.say("POST", "/draw", {"seed": f"demo {self._seed}"})
        board.say(f"drawn by the seed 'demo {self._seed}': a double set of rounds and a page playoff")
        solution = await tournament.solve_fixtures()
        board.say(solution)
        await tournament.say("POST", ":start")

    # --- matches

    async def _play(self, fixture: Json) -> None:
        number = next(self._begun)
        match_id = UUID(fixture["match_id"])
        home, away = (SQUADS[fixture[side]["team"]] for side in ("home", "away"))

        def simulator(seed: int) -> Simulator:
            return Simulator(seed, (home, away), TEN_OVERS)

        await self._tournament.in_session(fixture["match_id"], "/lease")
        seed = self._random.randrange(1_000_000)
        if number == RAINED_ON:
            creation = simulator(seed).creation()
            await self._play_in_rain(match_id, simulator(seed), creation, fixture)
            return
        if number == LEVEL:
            commands = level_match(simulator, seed)
            self._board.keep(f"{_teams(fixture)}: the scores are level, a Super Over decides")
        else:
            commands = _commands(simulator(seed))
        script = script_of_commands(fixture["node"], commands)
        ack: Ack | None = None
        for step, command in enumerate(script.commands):
            ack = await self._client.execute(match_id, command, key=f"demo/{match_id}/{step}")
            self._told(fixture, ack, isinstance(command, RecordBall))
        if fixture["node"] == FINAL and ack is not None:
            self.outcome.final, self.outcome.script, self.outcome.version = match_id, script, ack.version

    async def _play_in_rain(
        self, match_id: UUID, simulator: Simulator, creation: CreateMatch, fixture: Json
    ) -> None:
        told = partial(self._told, fixture, ball=True)
        rain = await play_in_rain(self._client, match_id, simulator, creation, told)
        self._board.keep(
            f"{_teams(fixture)}: rain in the chase, {rain.overs} of 10 overs left, the target is {rain.target} (D/L)"
        )

    def _told(self, fixture: Json, ack: Ack, ball: bool) -> None:
        self.outcome.balls += ball
        self._board.played(fixture, ack)

    async def _look(self, fixtures: list[Json], phase: str) -> None:
        (table,) = (await self._tournament.about("/standings"))["tables"]
        self._board.look(fixtures, phase, table["rows"], self._clock.here(datetime.now(UTC)))
        official = [fixture for fixture in fixtures if fixture["status"] == "official"]
        self.outcome.matches = len(official)
        if self._corrected is None and len(official) >= CORRECTED_FROM:
            await self._correct(official, table["rows"])

    async def _correct(self, official: list[Json], rows: list[Json]) -> None:
        """A ball of a match that is official long since was scored wrong: its table follows."""
        for fixture in official:
            if fixture["table"] and fixture["result"]["by_runs"]:
                reason = await correct_a_ball(self._client, UUID(fixture["match_id"]))
                if reason is not None:
                    self._corrected = fixture["node"]
                    self._board.keep(f"{_teams(fixture)}: a dot ball was a four, {reason}; the table follows")
                    return

    async def _collect(self) -> None:
        outcome = self.outcome
        bracket = await self._tournament.about("/bracket")
        outcome.champion = bracket["champion"]["name"]
        outcome.knockouts = list(knockouts(bracket))
        (table,) = (await self._tournament.about("/standings"))["tables"]
        outcome.rows = [printed_row(row, None, TEN_OVERS.balls_per_over) for row in table["rows"]]
        if outcome.final is None or outcome.script is None:
            return
        found = await self._client.projected_card(outcome.final, outcome.version, seconds=CARD_SECONDS)
        if found is not None:
            outcome.card = msgspec.json.decode(found.json, type=Card)


def _settings() -> TournamentSettings:
    first = datetime.combine(FIRST_DAY, START_TIMES[0].at, UTC)
    return TournamentSettings(
        format=presets.ipl(legs=2),
        conditions=TEN_OVERS,
        table_rules=IPL,
        registration=RegistrationRules(capacity=len(SQUADS), waitlist=False, reminder_hours=()),
        fixtures=FixtureRules(
            venues=VENUES,
            first_day=FIRST_DAY,
            last_day=FIRST_DAY + timedelta(days=DAYS),
            start_times=START_TIMES,
            match_minutes=MATCH_MINUTES,
            matches_a_day=MATCHES_A_DAY,
        ),
        session=match_days(DAY_SECONDS),
        clock=clock(datetime.now(UTC), first, DAY_SECONDS, SOLVER_LEAD_SECONDS),
    )


def _players(club: Squad) -> tuple[SquadPlayer, ...]:
    return tuple(
        SquadPlayer(id=member.player.id, name=member.player.name) for member in club.members.values()
    )


def _commands(simulator: Simulator) -> list[MatchCommand]:
    """A whole match, thought out in advance."""
    state, commands = initial(), list[MatchCommand]()
    while (command := simulator.next_command(state)) is not None:
        for event in decide(state, command, None):
            evolve(state, event)
        commands.append(command)
    return commands


def _teams(fixture: Json) -> str:
    return f"{fixture['home']['name']} v {fixture['away']['name']}"
