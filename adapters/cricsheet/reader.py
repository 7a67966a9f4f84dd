"""A Cricsheet file as the commands a scorer would have sent.

The reader may look ahead in the file (a revised target is written at an innings that has not begun), but it
passes on only what happened: players, toss, balls, replacements, penalty runs, revised targets, called off,
awarded. Who won, by how much, and every total are left for the engine to find. It watches the state it
drives, for the file does not say what the Laws make plain: whether an innings is over, an over complete, a
batter still at the crease.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from adapters.cricsheet.conditions import conditions_for
from adapters.cricsheet.deliveries import DeliveryReader, miscounted
from adapters.cricsheet.document import Document, Note, Place, SourceProblem
from adapters.cricsheet.format import InningsPart
from adapters.cricsheet.people import People
from adapters.cricsheet.targets import plan_chase
from domain.match import commands as c
from domain.match.state import Innings, MatchState

Placed = tuple[Place, c.MatchCommand]


class Reader:
    """Reads one document; ``state`` is the match as its commands have made it so far."""

    def __init__(self, document: Document, state: MatchState, file: str | None = None) -> None:
        self._match = document.match
        self._state = state
        self._file = file or document.name
        self.notes: list[Note] = [*document.notes]
        """What was odd in the file, as far as it has been read."""
        self._people = People(self._match, self._file, self.notes)
        self._deliveries = DeliveryReader(self._match, state, self._people, self._file, self.notes)
        self._ending = document.ending
        self._chase = plan_chase(self._match, self._ending)
        if self._chase is not None and self._chase.missing is not None:
            self._note_missing(self._chase.innings, self._chase.missing)

    def commands(self) -> Iterator[Placed]:
        """Every command with its place in the file. Raises :class:`SourceProblem`."""
        whole = Place()
        yield whole, self._create()
        for team in self._match.info.teams:
            yield whole, self._people.line_up(team)
        toss = self._match.info.toss
        if toss.winner is not None and toss.decision is not None:
            yield (
                whole,
                c.RecordToss(winner=toss.winner, decision=toss.decision, uncontested=toss.uncontested),
            )
        if self._chase is not None and self._chase.length_of is not None and self._chase.overs is not None:
            overs, balls = self._chase.overs
            yield whole, c.ReduceOvers(overs=overs, balls=balls, innings=self._chase.length_of)
        for number, innings in enumerate(self._match.innings, 1):
            yield from self._innings(number, innings)
        yield from self._end()

    def _create(self) -> c.CreateMatch:
        info = self._match.info
        first, second = (c.Team(id=team, name=team) for team in info.teams)
        number = info.event.match_number
        return c.CreateMatch(
            conditions=conditions_for(self._match, self._ending.method),
            teams=(first, second),
            tournament=info.event.name,
            stage=info.event.stage,
            group=None if info.event.group is None else str(info.event.group),
            match_number=number if isinstance(number, int) else None,
            venue=info.venue,
            city=info.city,
            starts_at=_midnight(info.dates[0]) if info.dates else None,
            season=None if info.season is None else str(info.season),
            gender=info.gender,
        )

    def _innings(self, number: int, innings: InningsPart) -> Iterator[Placed]:
        place = Place(innings=number)
        if innings.forfeited:
            yield place, c.ForfeitInnings(team=innings.team)
            return
        yield from self._begin(number, innings, place)
        chase = self._chase if self._chase is not None and self._chase.innings == number else None
        if chase is not None and chase.unknown:
            yield place, c.ReviseTarget(method=chase.method)
        for index, over in enumerate(innings.overs):
            if chase is not None and chase.runs is not None and index == chase.from_over:
                overs, balls = chase.overs or (None, 0)
                revised = c.ReviseTarget(runs=chase.runs, method=chase.method, overs=overs, balls=balls)
                yield Place(innings=number, over=over.over), revised
            for ball, delivery in enumerate(over.deliveries, 1):
                at = Place(innings=number, over=over.over, ball=ball)
                yield from self._deliveries.read(innings.team, delivery, at)
        yield from self._finish(number, innings, place)

    def _begin(self, number: int, innings: InningsPart, place: Place) -> Iterator[Placed]:
        before = [one.team for one in self._match.innings[: number - 1] if not one.super_over]
        follow_on = not innings.super_over and len(before) == 2 and before[1] == innings.team
        yield place, c.StartInnings(batting=innings.team, follow_on=follow_on, super_over=innings.super_over)
        if innings.penalty_runs.pre:
            yield place, _penalty(number, innings, innings.penalty_runs.pre)
        for powerplay in innings.powerplays:
            yield (
                place,
                c.SetPowerplay(
                    kind=powerplay.type,
                    first=over_and_ball(powerplay.start),
                    last=over_and_ball(powerplay.end),
                ),
            )

    def _finish(self, number: int, innings: InningsPart, place: Place) -> Iterator[Placed]:
        """What ended the innings, where the balls did not."""
        current = self._state.innings[number - 1]
        for name in innings.absent_hurt:
            if current.closed is None:
                yield place, c.MarkAbsent(player=self._people.player(innings.team, name, place))
        if innings.declared and current.closed is None:
            yield place, c.DeclareInnings()
        if current.closed is None and current.bowler and str(current.overs) in innings.miscounted_overs:
            yield place, c.EndOver(umpire_decision=miscounted(current))
        if current.closed is None:
            reason = self._why_it_ended(number, innings, current)
            if reason is not None:
                yield place, c.EndInnings(reason=reason)
        if innings.penalty_runs.post:
            yield place, _penalty(number, innings, innings.penalty_runs.post)

    def _why_it_ended(self, number: int, innings: InningsPart, current: Innings) -> str | None:
        """None: it had not ended; the match did."""
        if self._nobody_is_left(current):
            return "all out"
        if number < len(self._match.innings):
            return "time" if self._match.info.overs is None else "weather"
        ending = self._ending
        if number == 1 or self._state.rules.innings_per_side > 1:
            return None
        if not ending.over or ending.no_result or ending.method is not None:
            return None
        # The match was played out: those left could not bat, or balls are missing in the file.
        many_left = current.length is not None and current.wickets < current.wickets_limit - 2
        return "overs complete" if many_left else "all out"

    def _nobody_is_left(self, innings: Innings) -> bool:
        """Nobody can take the empty place who has not retired: those who retired did not come back."""
        if innings.striker is not None and innings.non_striker is not None:
            return False
        at_crease = {innings.striker, innings.non_striker}
        waiting = [
            player
            for player in self._state.sides[innings.batting].players
            if player not in innings.batters and player not in at_crease and player not in innings.absent
        ]
        return bool(innings.balls) and not waiting

    # How play ended, where the Laws had not ended it

    def _end(self) -> Iterator[Placed]:
        ending, whole = self._ending, Place()
        if ending.awarded_to is not None:
            reason = "as the file says"
            yield whole, c.AwardMatch(winner=ending.awarded_to, reason=reason, conceded=ending.conceded)
            return
        if self._match.info.bowl_out:
            yield whole, self._bowl_out()
        if self._state.result is not None or not ending.over:
            return
        chase = self._chase
        if chase is not None and chase.unknown:
            return
        stopped_short = self._state.current is not None and not ending.no_result
        if chase is not None and chase.runs is not None and stopped_short:
            text = f"play stopped, and par by {chase.method} is not in the file: the result cannot be found"
            self._note_missing(chase.innings, text)
        elif chase is not None and chase.par is not None:
            yield whole, c.EndMatch(reason="weather", par=chase.par, method=chase.method)
        elif self._abandoned():
            yield whole, c.AbandonMatch(reason="abandoned" if self._match.innings else "no play")
        else:
            yield whole, c.EndMatch(reason=self._reason_for_the_end())

    def _note_missing(self, innings: int, text: str) -> None:
        self.notes.append(Note(place=Place(innings=innings), kind="target missing", text=text))

    def _abandoned(self) -> bool:
        """No play at all, or given up with no result though enough overs for one on par had been bowled."""
        if not self._match.innings:
            return True
        rules = self._state.rules
        if not self._ending.no_result or len(self._state.innings) < 2:
            return False
        minimum = rules.minimum_overs_for_result
        return minimum is None or self._state.innings[1].overs >= minimum

    def _reason_for_the_end(self) -> str:
        if self._state.rules.innings_per_side > 1:
            return "time"
        if len(self._match.innings) > 1 and self._state.current is None:
            return "no super over"
        return "weather"

    def _bowl_out(self) -> c.RecordBowlOut:
        balls: list[tuple[str, str, bool]] = []
        for ball in self._match.info.bowl_out:
            for team in self._match.info.teams:
                player = self._people.find(team, ball.bowler)
                if player is not None:
                    balls.append((team, player, ball.outcome == "hit"))
                    break
            else:
                raise SourceProblem(self._file, Place(), f"unknown bowler {ball.bowler!r} in the bowl-out")
        return c.RecordBowlOut(balls=tuple(balls))


def _penalty(number: int, innings: InningsPart, runs: int) -> c.AwardPenaltyRuns:
    return c.AwardPenaltyRuns(team=innings.team, reason="penalty runs", runs=runs, innings=number)


def over_and_ball(printed: float) -> tuple[int, int]:
    """The over from 0 and the ball from 1 of a printed place such as 5.6."""
    over, _, ball = f"{printed:.1f}".partition(".")
    return int(over), int(ball)


def _midnight(date: str) -> datetime | None:
    try:
        return datetime.fromisoformat(date).replace(tzinfo=UTC)
    except ValueError:
        return None
