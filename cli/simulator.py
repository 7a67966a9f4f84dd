"""A seeded simulator of T20 matches: the scorer, the captains and the umpires of a match that never was.

It asks the state what is due and answers with the next command, so anything that can hand it a state can
play a match with it: the engine in memory, or the running API. The same seed gives the same match.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import cos, radians, sin

from cli.ball_model import STROKES, Contest, Dice, phase
from cli.dismissals import Dismissals
from cli.squads import SQUADS, Member, Role, Squad
from domain.match import decide, evolve, initial
from domain.match.ball_rules import new_over_violations
from domain.match.closing import batters_to_come
from domain.match.commands import (
    CreateMatch,
    DismissBatter,
    MatchCommand,
    NameLineUp,
    RecordBall,
    RecordToss,
    ReplacePlayer,
    SendInBatter,
    StartInnings,
)
from domain.match.conditions import IPL_2023, PlayingConditions
from domain.match.delivery import DismissalKind, Fielder, Shot
from domain.match.state import Innings, MatchState

RETIRED_HURT = 0.0004
RUN_OUT_BACKING_UP = 0.0002
TIMED_OUT = 0.0005
IMPACT_PLAYER = 0.85


def simulate(seed: int) -> Iterator[MatchCommand]:
    """The commands of a whole match between two clubs, each accepted by the engine; the last decides it.

    Raises CommandRefused if the engine refuses one, which is an error of the simulator.
    """
    simulator, state = Simulator(seed), initial()
    while (command := simulator.next_command(state)) is not None:
        for event in decide(state, command, None):
            evolve(state, event)
        yield command


class Simulator:
    """Plays one match. Clubs are drawn by the seed unless two are given."""

    def __init__(
        self,
        seed: int,
        clubs: tuple[Squad, Squad] | None = None,
        conditions: PlayingConditions = IPL_2023,
    ) -> None:
        self.dice = Dice.seeded(seed)
        home, away = clubs or self.dice.random.sample(list(SQUADS.values()), 2)
        self.squads = {squad.team.id: squad for squad in (home, away)}
        self.members: dict[str, Member] = home.members | away.members
        self.conditions = conditions
        self.dismissals = Dismissals(self.dice, self.members)
        self._impact: dict[str, bool] = {}

    def next_command(self, state: MatchState) -> MatchCommand | None:
        """What happens next; None when the match is decided."""
        if state.result is not None:
            return None
        if state.conditions is None:
            return self.creation()
        innings = state.current
        if innings is None:
            return self._before_play(state)
        return self._change_of_batters(state, innings) or self._ball(state, innings)

    def creation(self) -> CreateMatch:
        """The match that is going to be played."""
        home, away = self.squads.values()
        return CreateMatch(
            conditions=self.conditions, teams=(home.team, away.team), venue=f"{home.team.name} Ground"
        )

    def _before_play(self, state: MatchState) -> MatchCommand:
        for team, side in state.sides.items():
            if not side.players:
                return self._line_up(team)
        if state.toss_winner is None:
            winner = self.dice.pick(list(self.squads))
            return RecordToss(winner=winner, decision=self.dice.one_of({"field": 7.0, "bat": 3.0}))
        return self._impact_player(state) or StartInnings()

    def _line_up(self, team: str) -> NameLineUp:
        squad = self.squads[team]
        substitutes = squad.substitutes if self.conditions.impact_player else ()
        return NameLineUp(
            team=team,
            players=tuple(member.player for member in squad.eleven),
            substitutes=tuple(member.player for member in substitutes),
            captain=self.dice.pick(squad.eleven[:4]).player.id,
            wicket_keeper=next(m.player.id for m in squad.eleven if m.role is Role.KEEPER),
        )

    def _impact_player(self, state: MatchState) -> ReplacePlayer | None:
        """Between the innings the side that batted brings in a bowler, the other one a batter."""
        if not self.conditions.impact_player or len(state.innings) != 1:
            return None
        batted = state.innings[0].batting
        for team, side in state.sides.items():
            if side.impact_player_used or not side.substitutes or not self._brings_one_in(team):
                continue
            out, in_ = (Role.BATTER, Role.SEAMER) if team == batted else (Role.SEAMER, Role.BATTER)
            return ReplacePlayer(
                team=team,
                player_out=next(p for p in reversed(side.players) if self.members[p].role is out),
                player_in=next(p for p in side.substitutes if self.members[p].role is in_),
                reason="impact player",
            )
        return None

    def _brings_one_in(self, team: str) -> bool:
        """Most sides do; decided once for each."""
        if team not in self._impact:
            self._impact[team] = self.dice.happens(IMPACT_PLAYER)
        return self._impact[team]

    def _change_of_batters(self, state: MatchState, innings: Innings) -> MatchCommand | None:
        """A new batter for an empty place, or one who leaves without being out to a ball."""
        if innings.striker is None or innings.non_striker is None:
            player = self._next_batter(state, innings)
            if innings.wickets and self.dice.happens(TIMED_OUT) and self._can_spare(state, innings, 2):
                return DismissBatter(player=player, kind=DismissalKind.TIMED_OUT)
            return SendInBatter(player=player)
        if self.dice.happens(RETIRED_HURT) and self._can_spare(state, innings, 1):
            hurt = self.dice.pick([innings.striker, innings.non_striker])
            return DismissBatter(player=hurt, kind=DismissalKind.RETIRED_HURT)
        if innings.bowler and self.dice.happens(RUN_OUT_BACKING_UP) and self._can_spare(state, innings, 1):
            return DismissBatter(
                player=innings.non_striker,
                kind=DismissalKind.RUN_OUT,
                fielders=(Fielder(player=innings.bowler),),
            )
        return None

    def _can_spare(self, state: MatchState, innings: Innings, batters: int) -> bool:
        return len(batters_to_come(state, innings)) >= batters

    def _next_batter(self, state: MatchState, innings: Innings) -> str:
        """In batting order, the best first in a Super Over; those who retired hurt come back last."""
        to_come = batters_to_come(state, innings)
        fresh = [player for player in to_come if player not in innings.batters] or to_come
        if innings.super_over:
            return max(fresh, key=lambda player: self.members[player].batting)
        order = {role: place for place, role in enumerate(Role)}
        return min(fresh, key=lambda player: order[self.members[player].role])

    def _ball(self, state: MatchState, innings: Innings) -> RecordBall:
        bowler = innings.bowler or self._next_bowler(state, innings)
        contest = self._contest(innings, self.members[bowler])
        happens = self.dice.one_of(contest.weights())
        ball = RecordBall(bowler=None if innings.bowler else bowler)
        if happens == "wicket":
            return self.dismissals.off(ball, state, innings, bowler)
        if happens == "run out":
            return self.dismissals.run_out(ball, state, innings, bowler)
        if happens == "dot":
            return self.dismissals.perhaps_a_review(ball, state, innings, bowler)
        if happens in ("wide", "no ball"):
            return self._extra(ball, happens, contest)
        if happens == "bye":
            return replace(ball, byes=self.dice.one_of({1: 6, 2: 1, 4: 3}))
        if happens == "leg bye":
            return replace(ball, leg_byes=self.dice.one_of({1: 8, 2: 1, 4: 1}))
        if happens == "overthrows":
            return replace(ball, bat_runs=5, overthrows=4, boundary="four")
        return replace(ball, bat_runs=int(happens), shot=self._shot(int(happens)))

    def _contest(self, innings: Innings, bowler: Member) -> Contest:
        per_over, length = innings.balls_per_over, innings.length or 1
        return Contest(
            chances=phase(innings.overs, length // per_over) if not innings.super_over else phase(19, 20),
            batting=self.members[innings.striker or ""].batting,
            bowling=bowler.bowling or 0.7,
            intent=self._intent(innings),
            free_hit=innings.free_hit,
        )

    def _intent(self, innings: Innings) -> float:
        """Batters hit out when the rate asks for it or wickets are in hand, and build when they are not."""
        left = innings.balls_left or 1
        if innings.target is not None:
            asked = (innings.target.runs - innings.runs) * 6 / left
            intent = asked / 8.6
        else:
            intent = 1.0
        in_hand = innings.wickets_limit - innings.wickets
        if in_hand <= 4 and left > 30:
            intent *= 0.85
        return min(1.6, max(0.75, intent))

    def _next_bowler(self, state: MatchState, innings: Innings) -> str:
        """One who may bowl: the good ones more often, seamers early and late, spinners in the middle."""
        may = [
            player
            for player in state.sides[innings.bowling].players
            if not new_over_violations(state, innings, player) and player != self._keeper(state, innings)
        ]
        middle = 6 <= innings.overs < 15
        weights: dict[str, float] = {}
        for player in may:
            member = self.members[player]
            suited = 2.5 if member.spin is middle else 1.0
            weights[player] = 0.0005 + member.bowling**4 * suited
        return self.dice.one_of(weights)

    def _keeper(self, state: MatchState, innings: Innings) -> str | None:
        return state.sides[innings.bowling].wicket_keeper

    def _extra(self, ball: RecordBall, kind: str, contest: Contest) -> RecordBall:
        if kind == "wide":
            return replace(ball, wides=self.dice.one_of({1: 90, 2: 4, 3: 0.5, 5: 5.5}))
        reason = self.dice.one_of({"foot fault": 7, "height": 3})
        hit = self.dice.one_of({0: 45, 1: 25, 2: 5, 4: 15, 6: 10 * contest.batting})
        no_ball = replace(ball, no_balls=self.conditions.no_ball_runs, no_ball_reason=reason, bat_runs=hit)
        return replace(no_ball, shot=self._shot(hit)) if hit else no_ball

    def _shot(self, runs: int) -> Shot:
        """A stroke and where it went: boundaries to the rope or beyond, runs into the field."""
        stroke = self.dice.pick(list(STROKES))
        angle = radians(STROKES[stroke] + self.dice.between(-12, 12))
        near, far = {4: (64.0, 72.0), 6: (72.0, 96.0)}.get(runs, (18.0, 58.0))
        distance = self.dice.between(near, far)
        return Shot(
            stroke=stroke, x_metres=round(distance * sin(angle), 1), y_metres=round(distance * cos(angle), 1)
        )
