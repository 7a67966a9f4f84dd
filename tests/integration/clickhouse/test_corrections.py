"""What is corrected is taken back and counted anew by ClickHouse as by the engine, in whatever order records come."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

import pytest

from adapters.cricsheet.play import Play, open_play
from domain.match import CommandRefused, decide, evolve, initial
from domain.match import commands as c
from domain.match.delivery import DismissalKind, Wicket
from domain.match.events import BallCorrected, BallInserted, BallRecorded, MatchEvent
from domain.match.state import MatchState
from domain.persons import PersonErased
from tests.cricsheet import data
from tests.integration.clickhouse.comparing import Row, expected, found, summaries
from tests.integration.clickhouse.engine import ClickHouse, records
from tests.unit.domain.match.game import Game, short, started


@dataclass
class Scored:
    """A match as it was scored, with every event; corrections are added to it."""

    state: MatchState = field(default_factory=initial)
    events: list[MatchEvent] = field(default_factory=list[MatchEvent])
    match_id: UUID = field(default_factory=uuid4)

    def do(self, command: c.MatchCommand) -> None:
        for event in decide(self.state, command, None):
            evolve(self.state, event)
            self.events.append(event)


@dataclass
class League:
    """A league of one match, whose events are sent on as they come."""

    clickhouse: ClickHouse
    tenant: UUID
    match: UUID = field(default_factory=uuid4)
    sent: int = 0

    def send(self, game: Game) -> None:
        """What has happened since the last time."""
        events = game.events[self.sent :]
        self.clickhouse.send(records(self.tenant, self.match, events, self.sent))
        self.sent += len(events)

    def found(self) -> tuple[list[Row], list[Row]]:
        return found(self.clickhouse, self.tenant)

    def check(self, game: Game) -> None:
        """Both tables are those of the engine."""
        self.send(game)
        assert self.found() == expected(summaries([(self.match, game.state)]))


@pytest.fixture
def league(clickhouse: ClickHouse, tenant: UUID) -> League:
    return League(clickhouse, tenant)


def won(conditions: object = None, overs: int = 2) -> Game:
    """A short match that the first side has won by many, so that it stays won."""
    game = started(conditions or short(overs))  # type: ignore[arg-type]
    for _ in range(overs):
        game.over(1, 6, 1, 6, 2, 3)
    game.do(c.StartInnings())
    while game.state.current is not None:
        game.ball(bat_runs=1)
    return game


def versions(game: Game, innings: int = 1) -> list[int]:
    return [ball.version for ball in game.state.innings[innings - 1].balls]


def test_a_ball_that_was_in_truth_another_moves_its_rows_and_those_of_the_strike(
    league: League,
) -> None:
    """One run more on the third ball: whoever was left at the other end faces the rest of the innings."""
    game = won()
    league.send(game)
    before = league.found()
    league.check(game)
    game.do(c.CorrectBall(ball=versions(game)[2], delivery=c.RecordBall(bat_runs=4), reason="a four"))
    league.send(game)
    assert league.found() != before
    league.check(game)


@pytest.mark.parametrize("overs_per_end", [1, 2])
def test_a_ball_put_in_or_taken_out_turns_the_strike_at_the_end_of_overs_as_well(
    league: League, overs_per_end: int
) -> None:
    game = won(short(4, overs_per_end=overs_per_end), overs=4)
    first = versions(game)
    game.do(c.RemoveBall(ball=first[1], reason="never bowled", umpire_decision="so"))
    game.do(
        c.InsertBall(
            before=first[9], delivery=c.RecordBall(bat_runs=1), reason="forgotten", umpire_decision="so"
        )
    )
    game.do(
        c.InsertBall(
            before=first[9], delivery=c.RecordBall(bat_runs=3), reason="forgotten too", umpire_decision="so"
        )
    )
    inserted = next(
        version
        for version, event in reversed(list(enumerate(game.events, 1)))
        if isinstance(event, BallInserted)
    )
    game.do(
        c.InsertBall(
            before=inserted, delivery=c.RecordBall(bat_runs=1), reason="before that", umpire_decision="so"
        )
    )
    game.do(
        c.CorrectBall(ball=inserted, delivery=c.RecordBall(bat_runs=2), reason="two", umpire_decision="so")
    )
    game.do(c.RemoveBall(ball=first[9], reason="nor this one", umpire_decision="so"))
    league.send(game)
    league.check(game)


def test_a_wicket_taken_back_and_one_given(league: League) -> None:
    game = won(short(4), overs=4)
    balls = versions(game)
    out = Wicket(player=game.state.innings[0].balls[-1].delivery.striker, kind=DismissalKind.BOWLED)
    game.do(c.CorrectBall(ball=balls[-1], delivery=c.RecordBall(wickets=(out,)), reason="bowled"))
    league.send(game)
    league.check(game)
    game.do(c.CorrectBall(ball=balls[-1], delivery=c.RecordBall(), reason="a no-ball was missed"))
    league.send(game)
    league.check(game)


def test_a_match_that_is_open_again_is_counted_again_when_it_is_won(league: League) -> None:
    game = started(short())
    game.over(1, 1)
    game.over(1)
    game.do(c.StartInnings())
    game.over(1, 1)
    game.ball(bat_runs=2)
    assert game.state.result is not None
    game.do(c.Undo(reason="it was not"))
    league.send(game)
    assert league.found() == ([], [])
    game.ball(bat_runs=4)
    league.send(game)
    assert league.found()[0] != []
    league.check(game)


def test_what_was_withdrawn_that_was_no_ball(league: League) -> None:
    """A batter sent in and withdrawn has no innings; an over called early and withdrawn goes on."""
    game = started(short(3))
    game.ball(bat_runs=1)
    game.wicket()
    game.do(c.SendInBatter(player="a5"))
    game.do(c.Undo(reason="it was another"))
    game.ball(striker="a3", non_striker="a1")
    game.do(c.EndOver(umpire_decision="miscounted"))
    game.do(c.Undo(reason="not yet"))
    while game.state.current is not None:
        game.ball()
    game.do(c.StartInnings())
    game.over(2)
    league.send(game)
    assert game.state.result is not None
    assert "a5" not in {row[0] for row in league.found()[0]}
    league.check(game)


def test_an_over_that_the_umpires_called_is_a_whole_one(league: League) -> None:
    game = started(short(1))
    for _ in range(5):
        game.ball()
    game.do(c.EndOver(umpire_decision="miscounted"))
    game.do(c.StartInnings())
    game.ball(bat_runs=1)
    league.send(game)
    (bowler,) = (row for row in league.found()[1] if row[0] == "b7")
    assert (bowler[6], bowler[7]) == (6, 1)
    league.check(game)


def test_who_asked_to_be_forgotten_has_another_name_and_the_old_one_is_gone(league: League) -> None:
    game = won()
    league.send(game)
    erased = PersonErased(person="a1", name="Player 1")
    evolve(game.state, erased)
    game.events.append(erased)
    league.check(game)
    league.clickhouse.run("OPTIMIZE TABLE called FINAL")
    query = f"SELECT name FROM called WHERE tenant_id = '{league.tenant}'"  # noqa: S608
    names = {row["name"] for row in league.clickhouse.rows(query)}
    assert "Player 1" in names
    assert "A 1" not in names


# --- real matches, corrected at random -------------------------------------------------------------------------


def left_to_the_engine(play: Play) -> Iterator[MatchEvent]:
    """The file as somebody would have scored it who leaves it to the engine who is on strike, where that knows."""
    game = Scored()
    for step in play.steps():
        command = step.command
        if isinstance(command, c.RecordBall) and game.state.current is not None:
            innings = game.state.current
            at_the_crease = (innings.striker, innings.non_striker)
            if innings.ends_known and at_the_crease == (command.striker, command.non_striker):
                command = replace(command, striker=None, non_striker=None)
        known = len(game.events)
        game.do(command)
        yield from game.events[known:]


def turned_by_the_engine(match: Scored) -> Iterator[int]:
    """The balls whose batters stand otherwise now than they were stated last."""
    stated: dict[int, BallRecorded] = {}
    for version, event in enumerate(match.events, 1):
        if isinstance(event, BallRecorded):
            stated[version] = event
        elif isinstance(event, BallInserted):
            stated[version] = event.recorded
        elif isinstance(event, BallCorrected):
            stated[event.ball] = event.recorded
    for innings in match.state.innings:
        for ball in innings.balls:
            if stated[ball.version].delivery.striker != ball.delivery.striker:
                yield ball.version


@pytest.mark.cricsheet
@pytest.mark.parametrize(("folder", "count"), [("ipl-2020", 4), ("hundred-men-2024", 3)])
def test_real_matches_corrected_at_random(
    clickhouse: ClickHouse, tenant: UUID, folder: str, count: int
) -> None:
    chance = random.Random(folder)
    matches: list[Scored] = []
    for path in sorted(data.folder(folder).glob("*.json"))[:count]:
        match = Scored()
        for event in left_to_the_engine(open_play(path)):
            evolve(match.state, event)
            match.events.append(event)
        assert any(isinstance(each, BallRecorded) and each.derived for each in match.events)
        _correct(match, chance)
        matches.append(match)
    sent = [record for match in matches for record in records(tenant, match.match_id, match.events)]
    chance.shuffle(sent)
    clickhouse.send(sent[: len(sent) // 2])
    clickhouse.send(sent[len(sent) // 3 :])
    query = f"SELECT match_id, named FROM turned WHERE tenant_id = '{tenant}'"  # noqa: S608
    turned = {(UUID(row["match_id"]), row["named"]) for row in clickhouse.rows(query)}
    assert turned == {(match.match_id, ball) for match in matches for ball in turned_by_the_engine(match)}
    assert len(turned) > 20
    states = summaries((match.match_id, match.state) for match in matches)
    assert found(clickhouse, tenant) == expected(states)


def _correct(match: Scored, chance: random.Random, times: int = 8) -> None:
    """Corrections that the engine lets stand; what would contradict the rest of the match it refuses."""
    made = 0
    for _ in range(times * 20):
        innings = chance.choice(match.state.innings)
        ball = chance.choice(innings.balls).version
        delivery = c.RecordBall(bat_runs=chance.choice((0, 1, 1, 2, 3, 4)))
        command = chance.choice(
            (
                c.CorrectBall(
                    ball=ball, delivery=delivery, reason="seen again", umpire_decision="seen again"
                ),
                c.CorrectBall(
                    ball=ball, delivery=c.RecordBall(wides=1), reason="a wide", umpire_decision="so"
                ),
                c.InsertBall(before=ball, delivery=delivery, reason="forgotten", umpire_decision="forgotten"),
                c.RemoveBall(ball=ball, reason="never bowled", umpire_decision="never bowled"),
            )
        )
        try:
            match.do(command)
        except CommandRefused:
            continue
        made += 1
        if made == times:
            return
    assert made > 0
