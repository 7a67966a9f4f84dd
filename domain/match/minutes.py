"""Minutes at the crease, as far as the facts carry times."""

from datetime import datetime

from domain.match import events as e
from domain.match.state import Batter, Innings, MatchState
from domain.match.wicket import NOT_A_WICKET

Span = tuple[datetime, datetime]


class Clock:
    """When play stopped in a match, and when batters who retired were away."""

    def __init__(self, state: MatchState) -> None:
        self._breaks: list[Span] = []
        self._away: dict[tuple[int, str], list[Span]] = {}
        stopped: datetime | None = None
        retired: dict[tuple[int, str], datetime] = {}
        for _, fact in state.facts:
            match fact:
                case e.PlayInterrupted(at=at) if at is not None:
                    stopped = stopped or at
                case e.PlayResumed(at=at) if at is not None and stopped is not None:
                    self._breaks.append((stopped, at))
                    stopped = None
                case e.BatterDismissed(at=at) if at is not None and fact.kind in NOT_A_WICKET:
                    retired[fact.innings, fact.player] = at
                case e.BatterSentIn(at=at) if at is not None:
                    self._return(retired, (fact.innings, fact.player), at)
                case e.BallRecorded(at=at) if at is not None:
                    delivery = fact.delivery
                    for player in (delivery.striker, delivery.non_striker) if retired else ():
                        self._return(retired, (fact.innings, player), at)
                    for wicket in delivery.wickets:
                        if wicket.kind in NOT_A_WICKET:
                            retired[fact.innings, wicket.player] = at
                case _:
                    pass

    def _return(
        self, retired: dict[tuple[int, str], datetime], batter: tuple[int, str], at: datetime
    ) -> None:
        left = retired.pop(batter, None)
        if left is not None:
            self._away.setdefault(batter, []).append((left, at))

    def minutes(self, innings: Innings, line: Batter) -> int | None:
        """Whole minutes from arrival to leaving, or to the latest ball, without stoppages and intervals."""
        latest = innings.balls[-1].at if innings.balls else None
        begin, end = line.arrived_at, line.left_at or (latest if line.out is None else None)
        if begin is None or end is None:
            return None
        pauses = [*self._breaks, *self._away.get((innings.number, line.player), [])]
        seconds = (end - begin).total_seconds() - sum(_overlap(pause, (begin, end)) for pause in pauses)
        return max(0, round(seconds / 60))


def _overlap(one: Span, other: Span) -> float:
    return max(0.0, (min(one[1], other[1]) - max(one[0], other[0])).total_seconds())
