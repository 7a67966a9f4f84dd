"""The demo: clubs play a tournament through the running stack, from their entries to the champion."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import msgspec

from cli.client import PavilionClient
from cli.close_match import CloseMatch
from cli.compressed import OVER_SECONDS
from cli.demo_board import Board
from cli.demo_books import settled_books
from cli.demo_fees import Fees
from cli.demo_outcome import Outcome
from cli.demo_people import People
from cli.demo_prizes import Prizes
from cli.demo_registration import GUESTS, Registration
from cli.demo_scorer import NeverCame, Scorer
from cli.demo_settings import NAME, SEASON, VENUES, draw_seed, players, settings
from cli.demo_stripe import DemoStripe
from cli.matchday import LOOK_SECONDS, Matchdays
from cli.money_api import MoneyApi
from cli.replaying import CARD_SECONDS
from cli.simulator import Simulator
from cli.squads import SQUADS
from cli.tournament_api import Json, TournamentApi, plain
from domain.match.card_lines import Card
from domain.match.commands import RecordBall
from domain.tournament.lifecycle.commands import CreateTournament
from domain.tournament.lifecycle.settings import Phase
from handlers.match import Ack
from projections.card_score import card_score, differences
from projections.score import score_line

SHORT, RAINED_ON, LEVEL = 2, 4, 6
"""Which match of the league, in the order of its rounds, the chase loses by a few runs, it rains on, and ends level."""
RUNS_SHORT = 3
RAIN_OVERS = 5
WINDOW_EVERY = 8
"""Of so many results one is left to become official by the clock."""
EARLY = timedelta(hours=12)
"""Before its time those of a match meet: for line-ups and toss."""
SEEDS = 1_000_000
SOLVER_SECONDS = 4.0
"""How long the solver may look for better fixtures."""
RATE_SECONDS = 0.02
"""How long an over lasts at least."""
CORRECTION_SECONDS = 30.0
"""How long the table may take to move after a correction."""


class DemoTournament:
    """Runs it with everything shown on ``board``. The same seed makes the same draw, and of each match of it
    the same cricket. ``stripe`` None: no money is moved."""

    def __init__(
        self, client: PavilionClient, board: Board, *, seed: int, teams: int, stripe: DemoStripe | None
    ) -> None:
        self._client = client
        self._board = board
        self._seed = seed
        self._clubs = list(SQUADS.values())[:teams]
        self._tournament = TournamentApi(client, uuid4())
        self._people = People(self._tournament)
        self._settings = settings(self._clubs, seed, fees=stripe is not None)
        self._money = MoneyApi(client)
        self._stripe = stripe
        self._fees: Fees | None = None
        if stripe is not None:
            self._fees = Fees(self._tournament, self._people, board, self._money, stripe, len(self._clubs))
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
                    early=EARLY,
                    expand="fixtures,standings",
                )
                await days.run()
        except ExceptionGroup as group:
            raise group.exceptions[0] from group
        await asyncio.gather(self._collect(), self._pay_prizes())
        self.outcome.seconds = time.perf_counter() - started
        return self.outcome

    # --- before the first ball

    async def _register(self) -> None:
        tournament, clubs = self._tournament, self._clubs
        await tournament.register("venues", [plain(venue) for venue in VENUES])
        teams = [*(club.team for club in clubs), *(GUESTS if self._fees else ())]
        await tournament.register("teams", [{"id": team.id, "name": team.name} for team in teams])
        people = [{"id": one.id, "name": one.name} for club in clubs for one in players(club)]
        await tournament.register("players", people)
        await tournament.create(CreateTournament(name=NAME, season=SEASON, settings=self._settings))
        await tournament.say("POST", "/registration:open")
        self._board.is_now(Phase.REGISTRATION_OPEN, self._now())
        await Registration(tournament, self._people, self._board, self._settings.clock).run(clubs, self._fees)
        await tournament.say("POST", "/registration:close")

    async def _schedule(self) -> None:
        tournament, board = self._tournament, self._board
        await tournament.say("POST", "/draw", {"seed": draw_seed(self._seed)})
        board.say(f"drawn by the published seed {draw_seed(self._seed)!r}: all twice, then the page playoff")
        solution = await tournament.solve_fixtures(SOLVER_SECONDS, lambda progress: board.solving(progress))
        version = await tournament.apply_fixtures(solution)
        board.say(fixtures_line(solution))
        league = [one for one in await tournament.fixtures(at_least=version) if one["table"]]
        self._numbers = {fixture["node"]: number for number, fixture in enumerate(league, 1)}
        await self._people.appoint_referees()

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
            self._happened("super over", f"{sides(fixture)} ended level and went to a Super Over")

    def _simulator(self, fixture: Json) -> Simulator:
        number = self._numbers.get(fixture["node"], 0)
        seed = Random(f"{self._seed}/{fixture['node']}").randrange(SEEDS)  # noqa: S311 - cricket, not secrets
        clubs = SQUADS[fixture["home"]["team"]], SQUADS[fixture["away"]["team"]]
        if number in (SHORT, LEVEL):
            return CloseMatch(seed, clubs, short=RUNS_SHORT if number == SHORT else 0)
        return Simulator(seed, clubs)

    async def _play_in_rain(self, fixture: Json, scorer: Scorer) -> None:
        def rains() -> None:
            self._board.note(fixture, "rain stopped play")

        rain = await scorer.play_in_rain(RAIN_OVERS * OVER_SECONDS, rains)
        if rain is not None:
            said = f"rain at {sides(fixture)}: {rain.overs_lost} overs lost, the target is now {rain.target} (D/L)"
            self._happened("rain", said)

    def _happened(self, what: str, words: str) -> None:
        self.outcome.happened[what] = words
        self._board.say(f"        {words}", "yellow")

    # --- as it goes on

    async def _look(self, tournament: Json) -> None:
        self._board.look(tournament, self._now())
        fixtures: list[Json] = tournament["fixtures"]
        league = [one for one in fixtures if one["table"]]
        official = [one for one in league if one["status"] == "official"]
        short = next((one for one in official if self._numbers.get(one["node"]) == SHORT), None)
        if short and not self._corrected and 2 * len(official) >= len(league):
            self._corrected = True
            self._tasks.create_task(self._correct(short, standing(tournament)))

    def _now(self) -> datetime:
        return self._settings.clock.here(datetime.now(UTC))

    async def _correct(self, fixture: Json, before: dict[str, str]) -> None:
        """The chase was three short and the last ball a dot: it had crossed the rope."""
        lost = loser(fixture)
        self._last[fixture["node"]] = await self._scorers[fixture["node"]].correct_last_ball(
            RecordBall(bat_runs=4), "it had crossed the rope"
        )
        deadline = time.monotonic() + CORRECTION_SECONDS
        while True:
            tournament = await self._tournament.about("?expand=fixtures,standings")
            now = next(one for one in tournament["fixtures"] if one["node"] == fixture["node"])
            if now["result"]["winner"]["team"] == lost["team"]:
                break
            if time.monotonic() > deadline:
                raise NeverCame(f"the correction of {fixture['node']} has not reached the table")
            await asyncio.sleep(LOOK_SECONDS)
        after = standing(tournament)
        moved = "; ".join(
            f"{fixture[side]['name']} {before[team]} before, now {after[team]}"
            for side in ("home", "away")
            if (team := fixture[side]["team"])
        )
        said = f"corrected: the last ball of {sides(fixture)} was a four, and {lost['name']} have won it. {moved}"
        self._happened("correction", said)

    # --- what it came to

    async def _pay_prizes(self) -> None:
        if self._stripe is None or self._fees is None:
            return
        outcome, fees = self.outcome, self._fees
        await Prizes(outcome.tournament, self._money, self._stripe, self._board).pay()
        outcome.happened |= fees.happened
        outcome.books = await settled_books(self._money, self._stripe, outcome.tournament, fees.payments)

    async def _collect(self) -> None:
        outcome, tournament = self.outcome, await self._tournament.about("?expand=fixtures,standings,bracket")
        outcome.rows = tournament["standings"]["tables"][0]["rows"]
        outcome.bracket = tournament["bracket"]
        outcome.champion = (tournament["champion"] or {}).get("name")
        outcome.matches = sum(one["status"] == "official" for one in tournament["fixtures"])
        for fixture in tournament["fixtures"]:
            card = await self._check(fixture)
            if fixture["node"] == outcome.bracket["final"]:
                outcome.final, outcome.card = UUID(fixture["match_id"]), card

    async def _check(self, fixture: Json) -> Card | None:
        """Hold the card of the read model against what the engine makes of the match by itself."""
        node, outcome = fixture["node"], self.outcome
        match_id, ack = UUID(fixture["match_id"]), self._last[node]
        found = await self._client.projected_card(match_id, ack.version, seconds=CARD_SECONDS)
        if found is None:
            outcome.wrong[node] = None
            return None
        outcome.cards += 1
        card = msgspec.json.decode(found.json, type=Card)
        wrong = list(differences(score_line(self._scorers[node].state, node), card_score(card, node)))
        if wrong:
            outcome.wrong[node] = wrong
        return card


def fixtures_line(solution: Json) -> str:
    """What the solver came to, in a line."""
    days = {datetime.fromisoformat(one["starts_at"]).date() for one in solution["placements"]}
    placed = f"{len(solution['placements'])} matches on {len(VENUES)} grounds and {len(days)} days"
    return f"fixtures by CP-SAT: {placed}; cost {solution['cost']:,}, proved to be {solution['bound']:,} at least"


def standing(tournament: Json) -> dict[str, str]:
    """Where each team stands: "3rd (4 points)"."""
    rows = tournament["standings"]["tables"][0]["rows"]
    return {row["team"]: f"{ordinal(row['place'])} ({row['points']} points)" for row in rows}


def sides(fixture: Json) -> str:
    """The two teams of a match."""
    return f"{fixture['home']['name']} v {fixture['away']['name']}"


def loser(fixture: Json) -> Json:
    """The team that did not win."""
    winner = fixture["result"]["winner"]["team"]
    return next(fixture[side] for side in ("home", "away") if fixture[side]["team"] != winner)


def ordinal(place: int) -> str:
    """1st, 2nd, 3rd, 4th; of places below 20."""
    return f"{place}{({1: 'st', 2: 'nd', 3: 'rd'}).get(place, 'th')}"
