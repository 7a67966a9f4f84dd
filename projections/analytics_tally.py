"""What is counted ball by ball of a match, each ball once, however often the rows are asked for."""

from domain.analytics.feats import HatTricks, Milestones
from domain.analytics.meetings import Meeting
from domain.analytics.phases import phase_bounds, phase_of
from domain.match.state import Innings, MatchState

MeetingKey = tuple[int, str, str, str]
"""Innings, phase, batter, bowler."""


class Tally:
    """Counts the balls of a match that were added since the last time. Super Overs stand apart and are not counted."""

    __slots__ = ("counted", "hat_tricks", "meetings", "milestones", "touched")

    def __init__(self) -> None:
        self.meetings: dict[MeetingKey, Meeting] = {}
        self.touched: dict[MeetingKey, None] = {}
        """Those of ``meetings`` that have changed since somebody emptied this."""
        self.milestones: dict[int, Milestones] = {}
        self.hat_tricks = HatTricks()
        self.counted: dict[int, int] = {}

    def count(self, state: MatchState) -> None:
        """Count what is new."""
        for innings in state.innings:
            counted = self.counted.get(innings.number, 0)
            if innings.super_over or counted == len(innings.balls):
                continue
            self._count(innings, counted, phase_bounds(innings, state.rules))
            self.counted[innings.number] = len(innings.balls)

    def _count(self, innings: Innings, counted: int, bounds: tuple[int, int] | None) -> None:
        number, add_to_hat_tricks = innings.number, self.hat_tricks.add
        add_to_milestones = self.milestones.setdefault(number, Milestones()).add
        found: dict[MeetingKey, Meeting] = {}
        for ball in innings.balls[counted:]:
            d = ball.delivery
            key = (number, phase_of(ball.over, bounds), d.striker, d.bowler)
            meeting = found.get(key)
            if meeting is None:
                meeting = found[key] = self._meeting(key)
            meeting.add(d, legal=ball.legal)
            for wicket in d.wickets:
                self._meeting((*key[:2], wicket.player, d.bowler)).out(wicket.kind)
            add_to_milestones(ball)
            add_to_hat_tricks(ball, number)

    def _meeting(self, key: MeetingKey) -> Meeting:
        self.touched[key] = None
        found = self.meetings.get(key)
        if found is None:
            found = self.meetings[key] = Meeting()
        return found
