"""One delivery of the file as commands: who came and went before it, the ball, who left after it."""

from collections.abc import Iterator

from adapters.cricsheet.document import Note, Place, SourceProblem
from adapters.cricsheet.format import DeliveryPart, Match, MatchReplacement, WicketPart
from adapters.cricsheet.people import People
from domain.match import commands as c
from domain.match.closing import OVERS_COMPLETE
from domain.match.delivery import DismissalKind, Fielder, Review, Wicket
from domain.match.state import Innings, MatchState
from domain.match.wicket import NOT_A_WICKET

Placed = tuple[Place, c.MatchCommand]

OFF_THE_BALL = NOT_A_WICKET | {DismissalKind.TIMED_OUT, DismissalKind.RETIRED_OUT}
"""Dismissals that no delivery causes; the file hangs them on the one before."""


class DeliveryReader:
    """Reads the deliveries of a match in their order, watching the ``state`` that its commands make."""

    def __init__(self, match: Match, state: MatchState, people: People, file: str, notes: list[Note]) -> None:
        self._match = match
        self._state = state
        self._people = people
        self._file = file
        self._notes = notes

    def read(self, batting: str, delivery: DeliveryPart, place: Place) -> Iterator[Placed]:
        """The commands of one delivery; ``place.ball`` 1 is the first of its over."""
        bowling = self._other(batting)
        current = self._state.innings[-1]
        striker = self._people.player(batting, delivery.batter, place)
        non_striker = self._people.player(batting, delivery.non_striker, place)
        bowler = self._people.player(bowling, delivery.bowler, place)
        if striker == non_striker:
            non_striker = self._partner(current, striker, place)
        first = place.ball == 1
        if first and current.bowler is not None:
            yield place, c.EndOver(umpire_decision=miscounted(current))
        yield from self._gone(current, {striker, non_striker}, delivery, place)
        for change in self._people.changes.get(place, ()):
            yield from self._change(change, place)
        for team, player in ((batting, striker), (batting, non_striker), (bowling, bowler)):
            yield from self._came_in_unnoted(team, player, place)
        if current.bowler is not None and current.bowler != bowler:
            yield place, c.ReplaceBowler(bowler=bowler, reason=self._why_replaced(delivery, place))
        yield place, self._ball(delivery, (striker, non_striker, bowler), batting, current, place)
        yield from self._off_the_ball(delivery, batting, place)

    def _other(self, team: str) -> str:
        first, second = self._match.info.teams
        return second if team == first else first

    def _note(self, place: Place, kind: str, text: str) -> None:
        self._notes.append(Note(place=place, kind=kind, text=text))

    def _ball(
        self,
        delivery: DeliveryPart,
        people: tuple[str, str, str],
        batting: str,
        current: Innings,
        place: Place,
    ) -> c.RecordBall:
        striker, non_striker, bowler = people
        goes_on = place.ball != 1 and current.bowler is None and current.closed in (None, OVERS_COMPLETE)
        decision = "miscounted over" if goes_on else _consent(current, striker, non_striker)
        extras = delivery.extras
        return c.RecordBall(
            striker=striker,
            non_striker=non_striker,
            bowler=bowler,
            bat_runs=delivery.runs.batter,
            wides=extras.get("wides", 0),
            no_balls=extras.get("noballs", 0),
            byes=extras.get("byes", 0),
            leg_byes=extras.get("legbyes", 0),
            penalty=extras.get("penalty", 0),
            all_run=delivery.runs.non_boundary,
            wickets=tuple(self._on_the_ball(delivery, batting, place)),
            review=self._review(delivery, batting),
            over=current.overs - 1 if goes_on else None,
            umpire_decision=decision,
        )

    # Before the ball

    def _partner(self, current: Innings, striker: str, place: Place) -> str:
        """The file has one batter at both ends: the other is whoever has not left."""
        self._note(place, "batter at both ends", f"{self._state.players[striker].name} is at both ends")
        for batter in (current.striker, current.non_striker):
            if batter is not None and batter != striker:
                return batter
        return striker

    def _gone(
        self, current: Innings, pair: set[str], delivery: DeliveryPart, place: Place
    ) -> Iterator[Placed]:
        """Batters at the crease who do not face this ball left in between, hurt if nothing else is said."""
        for batter in (current.striker, current.non_striker):
            if batter is None or batter in pair:
                continue
            reasons = [change.reason for change in delivery.replacements.role if change.role == "batter"]
            if not reasons and not self._people.changes.get(place):
                text = f"{self._state.players[batter].name} left without a reason; taken as retired hurt"
                self._note(place, "batter left without a reason", text)
            hurt = not reasons or reasons[0] in ("injury", "unknown")
            kind = DismissalKind.RETIRED_HURT if hurt else DismissalKind.RETIRED_NOT_OUT
            yield place, c.DismissBatter(player=batter, kind=kind)

    def _change(self, change: MatchReplacement, place: Place) -> Iterator[Placed]:
        came = self._people.player(change.team, change.player_in, place)
        side = self._state.sides[change.team].players
        if change.player_out is None or came in side:
            text = f"{change.player_in} replaces {change.player_out or 'nobody'}, but is in the side"
            if came not in side:
                text = f"{change.player_in} replaces nobody"
            self._note(place, "replacement without effect", text)
            return
        yield (
            place,
            c.ReplacePlayer(
                team=change.team,
                player_out=self._people.player(change.team, change.player_out, place),
                player_in=came,
                player_in_name=change.player_in,
                reason=change.reason.replace("_", " "),
            ),
        )

    def _came_in_unnoted(self, team: str, player: str, place: Place) -> Iterator[Placed]:
        """A substitute who bats or bowls has replaced somebody: somebody who takes no further part."""
        side = self._state.sides[team]
        if player in side.players:
            return
        out = self._people.who_makes_way(team, side.players, place)
        if out is None:
            return
        name = self._state.players[player].name
        text = f"{name} is a twelfth player; taken to have replaced {self._state.players[out].name}"
        self._note(place, "replacement not noted", text)
        yield place, c.ReplacePlayer(team=team, player_out=out, player_in=player, reason="unknown")

    def _why_replaced(self, delivery: DeliveryPart, place: Place) -> str:
        for change in delivery.replacements.role:
            if change.role == "bowler":
                return change.reason
        text = f"{delivery.bowler} went on with the over, no reason given"
        self._note(place, "bowler replaced without a reason", text)
        return "unknown"

    # The ball

    def _on_the_ball(self, delivery: DeliveryPart, batting: str, place: Place) -> Iterator[Wicket]:
        for wicket in delivery.wickets:
            kind = self._kind(wicket, place)
            if kind not in OFF_THE_BALL:
                yield Wicket(
                    player=self._people.player(batting, wicket.player_out, place),
                    kind=kind,
                    fielders=tuple(self._fielders(wicket, self._other(batting))),
                )

    def _kind(self, wicket: WicketPart, place: Place) -> DismissalKind:
        try:
            return DismissalKind(wicket.kind)
        except ValueError:
            raise SourceProblem(self._file, place, f"unknown kind of dismissal {wicket.kind!r}") from None

    def _fielders(self, wicket: WicketPart, bowling: str) -> Iterator[Fielder]:
        for fielder in wicket.fielders:
            known = fielder.name is not None and not fielder.substitute
            player = self._people.find(bowling, fielder.name) if known and fielder.name else None
            yield Fielder(player=player, name=fielder.name, substitute=fielder.substitute)

    def _review(self, delivery: DeliveryPart, batting: str) -> Review | None:
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

    # After the ball

    def _off_the_ball(self, delivery: DeliveryPart, batting: str, place: Place) -> Iterator[Placed]:
        """Retired or timed out after this ball. Who retired without facing one came in first."""
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


def _consent(innings: Innings, *batters: str) -> str | None:
    """Whoever retired out comes back only with the other captain's consent (Law 25.4.3)."""
    for player in batters:
        line = innings.batters.get(player)
        if line is not None and line.out is not None and line.out.kind is DismissalKind.RETIRED_OUT:
            return "came back with the consent of the other captain"
    return None


def miscounted(innings: Innings) -> str:
    """Why the over in progress ends early."""
    return f"miscounted: over {innings.overs} had {innings.over_balls} balls"
