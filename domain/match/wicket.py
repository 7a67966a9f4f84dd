"""What a dismissal does to an innings, and which kinds a delivery allows (Laws 21.18, 22.9, 25.4, 32 to 40)."""

from datetime import datetime

from domain.match.delivery import DismissalKind, Wicket
from domain.match.state import Batter, Fall, Innings
from domain.match.strike import leave

K = DismissalKind

NOT_A_WICKET = frozenset({K.RETIRED_HURT, K.RETIRED_NOT_OUT})
"""The batter may come back (Law 25.4.2) and no wicket falls."""
BOWLERS_WICKETS = frozenset({K.BOWLED, K.CAUGHT, K.CAUGHT_AND_BOWLED, K.LBW, K.STUMPED, K.HIT_WICKET})
"""Credited to the bowler."""
WITHOUT_A_BALL = frozenset(
    {
        K.TIMED_OUT,
        K.RETIRED_OUT,
        K.RETIRED_HURT,
        K.RETIRED_NOT_OUT,
        K.RUN_OUT,
        K.OBSTRUCTING_THE_FIELD,
        K.HANDLED_THE_BALL,
    }
)
"""Kinds that need no delivery: the non-striker may be run out before it (Law 38.3)."""
NOT_AT_THE_CREASE = frozenset({K.TIMED_OUT, K.RETIRED_OUT})
"""Kinds for a batter who has not come in."""
FROM_NO_BALL = WITHOUT_A_BALL | {K.HIT_THE_BALL_TWICE}
"""Law 21.18; the same from a free hit."""
FROM_WIDE = WITHOUT_A_BALL | {K.STUMPED, K.HIT_WICKET}
"""Law 22.9."""
STRIKERS_ONLY = frozenset(
    {K.BOWLED, K.CAUGHT, K.CAUGHT_AND_BOWLED, K.LBW, K.STUMPED, K.HIT_WICKET, K.HIT_THE_BALL_TWICE}
)


def batting_line(innings: Innings, player: str, at: datetime | None) -> Batter:
    """The batter's line, begun on arrival; a returning batter goes on with the old one."""
    line = innings.batters.get(player)
    if line is None:
        line = innings.batters[player] = Batter(player, arrived_at=at)
    return line


def may_bat(innings: Innings, player: str) -> bool:
    """Not out, not absent: has not batted yet, or left without being out and may come back."""
    if player in innings.absent:
        return False
    line = innings.batters.get(player)
    return line is None or (line.out is not None and line.out.kind in NOT_A_WICKET)


def fall(innings: Innings, wicket: Wicket, bowler: str | None, at: datetime | None) -> None:
    """Enter a dismissal: batting line, wicket, fall, bowler's credit, end of the partnership."""
    line = batting_line(innings, wicket.player, at)
    line.out = wicket
    line.bowler = bowler
    line.left_at = at
    if innings.partnerships:
        innings.partnerships[-1].unbroken = False
    if wicket.kind in NOT_A_WICKET:
        return
    innings.wickets += 1
    innings.falls.append(
        Fall(innings.wickets, innings.runs, wicket.player, innings.overs, innings.over_balls)
    )
    if bowler is not None and wicket.kind in BOWLERS_WICKETS:
        innings.bowlers[bowler].wickets += 1


def dismiss_between_balls(innings: Innings, wicket: Wicket, at: datetime | None) -> None:
    fall(innings, wicket, None, at)
    leave(innings, wicket.player)
    if wicket.kind is K.RUN_OUT and wicket.crossed is None:
        innings.ends_known = innings.striker is not None
