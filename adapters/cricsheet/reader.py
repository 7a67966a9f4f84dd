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
from adapters.cricsheet.document import (
    DeliveryPart,
    Document,
    InningsPart,
    MatchReplacement,
    Note,
    OverPart,
    Place,
    RoleReplacement,
    SourceProblem,
    WicketPart,
)
from adapters.cricsheet.people import People, replacements_in_place
from adapters.cricsheet.targets import Chase, plan_chase
from domain.match import commands as c
from domain.match.delivery import DismissalKind, Fielder, Review, Wicket
from domain.match.state import Innings, MatchState

Placed = tuple[Place, c.MatchCommand]

OFF_THE_BALL = frozenset(
    {
        DismissalKind.TIMED_OUT,
        DismissalKind.RETIRED_OUT,
        DismissalKind.RETIRED_HURT,
        DismissalKind.RETIRED_NOT_OUT,
    }
)
"""Dismissals that no delivery causes; the file hangs them on the one before."""


class Reader:
    """Reads one document; ``state`` is the match as its commands have made it so far."""

    def __init__(self, document: Document, state: MatchState, file: str | None = None) -> None:
        self._document = document
        self._match = document.match
        self._state = state
        self._file = file or document.name
        self._people = People(self._match, self._file)
        self._chase: Chase | None = plan_chase(self._match)
        self.notes: list[Note] = [*document.notes]
        """What was odd in the file, as far as it has been read."""
        self._replacements = replacements_in_place(self._match, self.notes)
        if self._chase is not None and self._chase.reconstructed:
            text = f"the target by {self._chase.method} is missing; it was put together from the margin"
            place = Place(innings=self._chase.innings)
            self.notes.append(Note(place=place, kind="target missing", text=text))

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
        if self._chase is not None and self._chase.overs_from_the_start is not None:
            overs, balls = self._chase.overs_from_the_start
            yield whole, c.ReduceOvers(overs=overs, balls=balls, innings=1)
        for number, innings in enumerate(self._match.innings, 1):
            yield from self._innings(number, innings)
        yield from self._end()

    # The match

    def _create(self) -> c.CreateMatch:
        info = self._match.info
        first, second = (c.Team(id=team, name=team) for team in info.teams)
        number = info.event.match_number
        return c.CreateMatch(
            conditions=conditions_for(self._match),
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

    def _end(self) -> Iterator[Placed]:
        """How play ended, where the Laws had not ended it."""
        info, whole = self._match.info, Place()
        if info.outcome.method == "Awarded" and info.outcome.winner is not None:
            yield whole, c.AwardMatch(winner=info.outcome.winner, reason="awarded by the referee")
            return
        if info.bowl_out:
            yield whole, self._bowl_out()
        if self._chase is not None and self._chase.par is not None:
            yield whole, c.EndMatch(reason="weather", par=self._chase.par, method=self._chase.method)
        elif self._state.result is None:
            if not self._match.innings:
                yield whole, c.AbandonMatch(reason="no play")
            elif self._abandoned():
                yield whole, c.AbandonMatch(reason="abandoned by the umpires")
            else:
                yield whole, c.EndMatch(reason=self._reason_for_the_end())

    def _abandoned(self) -> bool:
        """Given up with no result though enough overs for one on par had been bowled."""
        if self._match.info.outcome.result != "no result" or len(self._state.innings) != 2:
            return False
        minimum = self._state.conditions and self._state.conditions.minimum_overs_for_result
        return minimum is not None and self._state.innings[1].overs >= minimum

    def _reason_for_the_end(self) -> str:
        if self._state.conditions is not None and self._state.conditions.innings_per_side > 1:
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

    # One innings

    def _innings(self, number: int, innings: InningsPart) -> Iterator[Placed]:
        place = Place(innings=number)
        if innings.forfeited:
            yield place, c.ForfeitInnings(team=innings.team)
            return
        yield from self._begin(number, innings, place)
        chase = self._chase if self._chase is not None and self._chase.innings == number else None
        for index, over in enumerate(innings.overs):
            if chase is not None and chase.runs is not None and index == chase.from_over:
                overs, balls = chase.overs or (None, 0)
                revised = c.ReviseTarget(runs=chase.runs, method=chase.method, overs=overs, balls=balls)
                yield Place(innings=number, over=over.over), revised
            for ball, delivery in enumerate(over.deliveries, 1):
                yield from self._delivery(
                    innings, over, delivery, Place(innings=number, over=over.over, ball=ball)
                )
        yield from self._finish(number, innings, place)

    def _begin(self, number: int, innings: InningsPart, place: Place) -> Iterator[Placed]:
        before = [one.team for one in self._match.innings[: number - 1] if not one.super_over]
        follow_on = not innings.super_over and len(before) == 2 and before[1] == innings.team
        yield place, c.StartInnings(batting=innings.team, follow_on=follow_on, super_over=innings.super_over)
        if innings.penalty_runs.pre:
            yield place, self._penalty(number, innings, innings.penalty_runs.pre)
        for powerplay in innings.powerplays:
            yield (
                place,
                c.SetPowerplay(
                    kind=powerplay.type,
                    first=over_and_ball(powerplay.start),
                    last=over_and_ball(powerplay.end),
                ),
            )

    def _penalty(self, number: int, innings: InningsPart, runs: int) -> c.AwardPenaltyRuns:
        return c.AwardPenaltyRuns(team=innings.team, reason="penalty runs", runs=runs, innings=number)

    def _finish(self, number: int, innings: InningsPart, place: Place) -> Iterator[Placed]:
        """What ended the innings, where the balls did not."""
        current = self._state.innings[number - 1]
        for name in innings.absent_hurt:
            if current.closed is None:
                yield place, c.MarkAbsent(player=self._people.player(innings.team, name, place))
        if innings.declared and current.closed is None:
            yield place, c.DeclareInnings()
        if current.closed is None and (number < len(self._match.innings) or self._nobody_is_left(current)):
            all_out = self._nobody_is_left(current)
            yield place, c.EndInnings(reason="all out" if all_out else self._why_cut_short())
        if innings.penalty_runs.post:
            yield place, self._penalty(number, innings, innings.penalty_runs.post)

    def _why_cut_short(self) -> str:
        return "time" if self._match.info.overs is None else "weather"

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

    # One delivery

    def _delivery(
        self, innings: InningsPart, over: OverPart, delivery: DeliveryPart, place: Place
    ) -> Iterator[Placed]:
        batting, bowling = innings.team, self._other(innings.team)
        player = self._people.player
        striker = player(batting, delivery.batter, place)
        non_striker = player(batting, delivery.non_striker, place)
        bowler = player(bowling, delivery.bowler, place)
        for change in self._replacements.get(place, ()):
            yield from self._replacement(change, place)
        current = self._state.innings[-1]
        if current.bowler is not None and current.overs < over.over:
            reason = f"miscounted: over {current.overs} had {current.over_balls} balls"
            yield place, c.EndOver(umpire_decision=reason)
        yield from self._gone(current, {striker, non_striker}, delivery.replacements.role, place)
        if current.bowler is not None and current.bowler != bowler:
            yield place, c.ReplaceBowler(bowler=bowler, reason=self._why_replaced(delivery, place))
        beyond = current.bowler is None and current.overs > over.over
        yield (
            place,
            c.RecordBall(
                striker=striker,
                non_striker=non_striker,
                bowler=bowler,
                bat_runs=delivery.runs.batter,
                wides=delivery.extras.get("wides", 0),
                no_balls=delivery.extras.get("noballs", 0),
                byes=delivery.extras.get("byes", 0),
                leg_byes=delivery.extras.get("legbyes", 0),
                penalty=delivery.extras.get("penalty", 0),
                all_run=delivery.runs.non_boundary,
                wickets=tuple(self._on_the_ball(delivery, innings.team, bowling, place)),
                review=self._review(delivery, batting, place),
                over=over.over if beyond else None,
                umpire_decision="miscounted over" if beyond else None,
            ),
        )
        yield from self._off_the_ball(delivery, batting, place)

    def _other(self, team: str) -> str:
        first, second = self._match.info.teams
        return second if team == first else first

    def _replacement(self, change: MatchReplacement, place: Place) -> Iterator[Placed]:
        if change.player_out is None:
            text = f"{change.player_in} replaces nobody"
            self.notes.append(Note(place=place, kind="replacement of nobody", text=text))
            return
        yield (
            place,
            c.ReplacePlayer(
                team=change.team,
                player_out=self._people.player(change.team, change.player_out, place),
                player_in=self._people.player(change.team, change.player_in, place),
                player_in_name=change.player_in,
                reason=change.reason.replace("_", " "),
            ),
        )

    def _gone(
        self, current: Innings, pair: set[str], changes: tuple[RoleReplacement, ...], place: Place
    ) -> Iterator[Placed]:
        """Batters at the crease who do not face this ball left between the balls, hurt if nothing else is said."""
        for batter in (current.striker, current.non_striker):
            if batter is None or batter in pair:
                continue
            reasons = [change.reason for change in changes if change.role == "batter"]
            if not reasons:
                name = self._state.players[batter].name
                text = f"{name} left without a reason; taken as retired hurt"
                self.notes.append(Note(place=place, kind="batter left without a reason", text=text))
            hurt = not reasons or reasons[0] in ("injury", "unknown")
            kind = DismissalKind.RETIRED_HURT if hurt else DismissalKind.RETIRED_NOT_OUT
            yield place, c.DismissBatter(player=batter, kind=kind)

    def _why_replaced(self, delivery: DeliveryPart, place: Place) -> str:
        for change in delivery.replacements.role:
            if change.role == "bowler":
                return change.reason
        text = f"{delivery.bowler} went on with the over, no reason given"
        self.notes.append(Note(place=place, kind="bowler replaced without a reason", text=text))
        return "unknown"

    def _on_the_ball(
        self, delivery: DeliveryPart, batting: str, bowling: str, place: Place
    ) -> Iterator[Wicket]:
        for wicket in delivery.wickets:
            kind = self._kind(wicket, place)
            if kind not in OFF_THE_BALL:
                yield Wicket(
                    player=self._people.player(batting, wicket.player_out, place),
                    kind=kind,
                    fielders=tuple(self._fielders(wicket, bowling)),
                )

    def _off_the_ball(self, delivery: DeliveryPart, batting: str, place: Place) -> Iterator[Placed]:
        """Retired or timed out after this ball. Who retired without being seen came in first."""
        for wicket in delivery.wickets:
            kind = self._kind(wicket, place)
            if kind not in OFF_THE_BALL:
                continue
            player = self._people.player(batting, wicket.player_out, place)
            current = self._state.innings[-1]
            if kind is not DismissalKind.TIMED_OUT and player not in (current.striker, current.non_striker):
                line = current.batters.get(player)
                if line is not None and line.out is not None and line.out.kind is kind:
                    continue
                yield place, c.SendInBatter(player=player)
            yield place, c.DismissBatter(player=player, kind=kind)

    def _kind(self, wicket: WicketPart, place: Place) -> DismissalKind:
        try:
            return DismissalKind(wicket.kind)
        except ValueError:
            raise SourceProblem(self._file, place, f"unknown kind of dismissal {wicket.kind!r}") from None

    def _fielders(self, wicket: WicketPart, bowling: str) -> Iterator[Fielder]:
        for fielder in wicket.fielders:
            if fielder.name is None:
                yield Fielder(substitute=fielder.substitute)
            else:
                player = None if fielder.substitute else self._people.find(bowling, fielder.name)
                yield Fielder(player=player, name=fielder.name, substitute=fielder.substitute)

    def _review(self, delivery: DeliveryPart, batting: str, place: Place) -> Review | None:
        review = delivery.review
        if review is None:
            return None
        return Review(
            by=review.by,
            outcome="umpire's call" if review.umpires_call else review.decision,
            batter=self._people.find(batting, review.batter) if review.batter else None,
            umpire=review.umpire,
            kind=review.type,
        )


def over_and_ball(printed: float) -> tuple[int, int]:
    """The over from 0 and the ball from 1 of a printed place such as 5.6."""
    over, _, ball = f"{printed:.1f}".partition(".")
    return int(over), int(ball)


def _midnight(date: str) -> datetime | None:
    try:
        return datetime.fromisoformat(date).replace(tzinfo=UTC)
    except ValueError:
        return None
