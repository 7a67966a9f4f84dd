"""A season from files through the running stack, only by the API: registered, entered, drawn, played, compared."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from adapters.cricsheet.season import Played, SeasonPlan
from cli.client import ApiProblem, PavilionClient
from cli.compressed import clock, match_days
from cli.matchday import Matchdays
from cli.replaying import Mismatch, Replay, Report
from cli.script import Script
from cli.standings import row_fields
from cli.tournament_api import (
    NOT_YET,
    OPENING_SECONDS,
    OPENING_WAIT_SECONDS,
    Json,
    TournamentApi,
    plain,
)
from domain.match.commands import RecordBall
from domain.tournament.fixtures.model import FixtureRules
from domain.tournament.lifecycle.commands import CreateTournament, SubmitEntry
from domain.tournament.lifecycle.settings import RegistrationRules, SquadRules, TournamentSettings
from domain.tournament.match_summary import overs
from projections.card_score import differences
from projections.score import score_line


@dataclass(slots=True)
class SeasonReport:
    """What the tournament came to. ``replay`` counts the balls and holds what came out otherwise than expected;
    ``standings`` are the rows of all tables as ``pavilion standings`` prints them."""

    plan: SeasonPlan
    tournament: UUID
    replay: Report
    standings: list[Json] = field(default_factory=list[Json])
    knockouts: list[Json] = field(default_factory=list[Json])
    champion: str | None = None
    official: int = 0


class SeasonReplay:
    """Replays one season, ``at_once`` matches at a time; ``day_seconds`` is how long one of its days lasts.

    ``moved`` is called when a ball was taken, with what the replay has done so far.
    """

    def __init__(
        self,
        client: PavilionClient,
        plan: SeasonPlan,
        *,
        at_once: int,
        day_seconds: float,
        moved: Callable[[Report], None],
    ) -> None:
        self._client = client
        self._plan = plan
        self._day_seconds = day_seconds
        self._at_once = at_once
        self._replay = Replay(client, at_once, moved)
        self._moved = moved
        self._tournament = TournamentApi(client, uuid4())
        self.report = SeasonReport(plan, self._tournament.id, self._replay.report)

    async def run(self) -> SeasonReport:
        """From the registers to the champion. Raises ApiProblem, ApiUnreachable, StandsStill."""
        started = time.perf_counter()
        await self._prepare()
        days = Matchdays(self._tournament, self._play, at_once=self._at_once, look=self._look)
        await days.run()
        await self._collect()
        self._replay.report.seconds = time.perf_counter() - started
        return self.report

    # --- before the first ball

    async def _prepare(self) -> None:
        plan, tournament = self._plan, self._tournament
        await tournament.register("venues", [plain(venue) for venue in plan.venues])
        await tournament.register("teams", [{"id": plan.ids[name], "name": name} for name in plan.seeds])
        await tournament.register("players", list(self._players()))
        creation = CreateTournament(name=plan.name, season=plan.season, settings=self._settings())
        await tournament.create(creation)
        await tournament.say("POST", "/registration:open")
        await tournament.enter([self._entry(name) for name in plan.seeds])
        await tournament.say("POST", "/registration:close")
        await tournament.say("POST", "/draw", {"seeds": [plan.ids[name] for name in plan.seeds]})
        await tournament.set_fixtures(plan.placements)

    def _players(self) -> Iterator[Json]:
        for squad in self._plan.squads.values():
            yield from ({"id": self._plan.ids[player.id], "name": player.name} for player in squad)

    def _entry(self, team: str) -> SubmitEntry:
        squad = self._plan.squads[team]
        players = tuple(replace(player, id=self._plan.ids[player.id]) for player in squad)
        return SubmitEntry(team=self._plan.ids[team], name=team, players=players)

    def _settings(self) -> TournamentSettings:
        """The season's, in compressed time; targets in the rain are those of the files."""
        plan = self._plan
        first = min(placement.starts_at for placement in plan.placements)
        sizes = [len(squad) for squad in plan.squads.values()]
        return TournamentSettings(
            format=plan.format,
            conditions=replace(plan.conditions, rain_rule=None),
            table_rules=plan.table_rules,
            registration=RegistrationRules(capacity=len(plan.seeds), waitlist=False, reminder_hours=()),
            squads=SquadRules(minimum_players=min(sizes), maximum_players=max(sizes)),
            fixtures=FixtureRules(venues=plan.venues, match_minutes=plan.match_minutes, rest_days=0),
            session=match_days(self._day_seconds),
            clock=clock(datetime.now(UTC), first, self._day_seconds),
        )

    # --- match days

    async def _play(self, fixture: Json) -> None:
        match_id, file = fixture["match_id"], self._plan.files.get(fixture["node"])
        if file is None:
            said = {"reason": "abandoned without a ball", "for_good": True}
            await self._tournament.in_session(match_id, ":abandon", said)
            return
        _require_teams(fixture, file)
        await self._until_there(UUID(match_id))
        script = self._script(file, fixture)
        ack = await self._replay.send(UUID(match_id), script)
        await self._replay.check(UUID(match_id), script, ack.version if ack else 1)
        self._replay.report.checked += 1
        self._moved(self._replay.report)

    async def _until_there(self, match_id: UUID) -> None:
        """Wait for the session, which has been opened, to create its match."""
        deadline = time.monotonic() + OPENING_SECONDS
        while True:
            try:
                await self._client.card(match_id)
                return
            except ApiProblem as problem:
                if problem.code not in NOT_YET or time.monotonic() > deadline:
                    raise
            await asyncio.sleep(OPENING_WAIT_SECONDS)

    def _script(self, file: Played, fixture: Json) -> Script:
        score = score_line(file.state, file.name)
        score["teams"] = [fixture["home"]["name"], fixture["away"]["name"]]
        commands = tuple(told(command, self._plan.ids) for command in file.commands)
        return Script(file.name, file.creation, commands, file.state.version, score)

    async def _look(self, tournament: Json) -> None:
        self.report.official = sum(fixture["status"] == "official" for fixture in tournament["fixtures"])

    # --- what it came to

    async def _collect(self) -> None:
        report, balls_per_over = self.report, self._plan.conditions.balls_per_over
        tables = {table["id"]: table for table in (await self._tournament.about("/standings"))["tables"]}
        for table in self._plan.tables:
            got = [printed_row(row, table.group, balls_per_over) for row in tables[table.id]["rows"]]
            expected = [row_fields(row, table.group, balls_per_over) for row in table.rows]
            report.standings += got
            self._hold(f"table {table.group or table.id}", expected, got)
        bracket = await self._tournament.about("/bracket")
        report.knockouts = list(knockouts(bracket))
        report.champion = bracket["champion"] and bracket["champion"]["name"]
        self._hold("champion", self._plan.champion, report.champion)

    def _hold(self, what: str, expected: Any, got: Any) -> None:
        found = differences(expected, got)
        report = self._replay.report
        report.mismatches += [Mismatch(what, each.where, each.expected, each.got) for each in found]


def knockouts(bracket: Json) -> Iterator[Json]:
    """The matches of a bracket with names for teams and a result in words."""
    for stage in bracket["stages"]:
        for number in stage["rounds"]:
            for match in number["matches"]:
                home, away = ((match[side] or {}).get("name") for side in ("home", "away"))
                yield {
                    "name": match["name"],
                    "home": home,
                    "away": away,
                    "result": in_words(match["result"]),
                    "winner": ((match["result"] or {}).get("winner") or {}).get("name"),
                }


def in_words(result: Json | None) -> str:
    """A result of the API in a few words: "Kites won by 7 runs (D/L)"."""
    if result is None:
        return "not played"
    if result["winner"] is None:
        return result["outcome"]
    if result["outcome"] == "tie":
        return f"{result['winner']['name']} won after a tie"
    by = ""
    for margin in ("runs", "wickets"):
        if amount := result[f"by_{margin}"]:
            by = f" by {amount} {margin if amount > 1 else margin[:-1]}"
    method = f" ({result['method']})" if result["method"] else ""
    return f"{result['winner']['name']} won{by}{method}"


def balls_of(plan: SeasonPlan) -> int:
    """The deliveries of all its matches."""
    return sum(isinstance(command, RecordBall) for file in plan.files.values() for command in file.commands)


class WrongTeams(Exception):
    """The tournament found other teams for a match than those that played it."""


def _require_teams(fixture: Json, file: Played) -> None:
    got, expected = {fixture["home"]["name"], fixture["away"]["name"]}, {*file.summary.teams}
    if got != expected:
        raise WrongTeams(
            f"{fixture['name']}: {' v '.join(sorted(got))} came into it; "
            f"{file.name}.json is {' v '.join(sorted(expected))}"
        )


def told(value: Any, ids: Mapping[str, str]) -> Any:
    """A command with the ids under which its teams and players are registered."""
    if isinstance(value, str):
        return ids.get(value, value)
    if isinstance(value, tuple):
        return tuple(told(one, ids) for one in value)
    if isinstance(value, dict):
        return {told(key, ids): told(one, ids) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        # A name is no id: a player without an id in the files has the same for both.
        said = {each.name: getattr(value, each.name) for each in fields(value)}
        return replace(
            value, **{name: one if name == "name" else told(one, ids) for name, one in said.items()}
        )
    return value


def printed_row(row: Json, group: str | None, balls_per_over: int) -> Json:
    """A row of the API's table with the fields of ``pavilion standings``."""
    counts = ("played", "won", "lost", "tied", "no_result", "points")
    printed: Json = {"team": row["name"], **{name: row[name] for name in counts}}
    printed["net_run_rate"] = float(row["net_run_rate"])
    printed["for"] = f"{row['runs_scored']}/{overs(row['balls_faced'], balls_per_over)}"
    printed["against"] = f"{row['runs_conceded']}/{overs(row['balls_bowled'], balls_per_over)}"
    return printed if group is None else {**printed, "group": group}
