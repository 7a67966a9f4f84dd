"""Beginning, completing and reopening an over, and what that does to the bowlers' figures (Law 17)."""

from domain.match.conditions import PlayingConditions
from domain.match.state import Bowler, Innings
from domain.match.strike import change_ends, ends_change_after


def bowling_line(innings: Innings, player: str) -> Bowler:
    """The bowler's line, begun with the first ball."""
    line = innings.bowlers.get(player)
    if line is None:
        line = innings.bowlers[player] = Bowler(player)
    return line


def begin_over(innings: Innings, player: str) -> None:
    """The first ball of an over is about to be bowled by ``player``."""
    innings.bowler = player
    innings.over_position = 0
    innings.over_balls = 0
    innings.over_runs_conceded = 0
    innings.over_bowlers = [player]
    line = bowling_line(innings, player)
    line.overs_begun += 1


def take_over(innings: Innings, player: str) -> None:
    """Another bowler goes on with the over in progress (Law 17.8)."""
    innings.bowler = player
    if player not in innings.over_bowlers:
        innings.over_bowlers.append(player)
        bowling_line(innings, player).overs_begun += 1


def complete_over(innings: Innings, conditions: PlayingConditions) -> None:
    """Over: an over bowled by one bowler is a whole one on that line, and a maiden if nothing was conceded.

    A miscounted over counts as one over all the same (Law 17.5).
    """
    if len(innings.over_bowlers) == 1:
        line = innings.bowlers[innings.over_bowlers[0]]
        line.loose_balls -= innings.over_balls
        line.whole_overs += 1
        if not innings.over_runs_conceded:
            line.maidens += 1
    innings.bowler_overs_running = (
        innings.bowler_overs_running + 1 if innings.over_bowlers == innings.previous_over_bowlers else 1
    )
    innings.previous_over_bowlers = innings.over_bowlers
    innings.previous_over_legal_balls = innings.over_balls
    innings.previous_over_position = innings.over_position
    innings.previous_over_conceded = innings.over_runs_conceded
    innings.over_bowlers = []
    innings.bowler = None
    innings.over_balls = 0
    innings.over_position = 0
    if ends_change_after(innings.overs, conditions):
        change_ends(innings)
    innings.overs += 1


def reopen_over(innings: Innings, conditions: PlayingConditions) -> None:
    """Undo :func:`complete_over`: the umpires let the over go on."""
    innings.overs -= 1
    if ends_change_after(innings.overs, conditions):
        change_ends(innings)
    innings.over_bowlers = innings.previous_over_bowlers
    innings.bowler = innings.over_bowlers[-1]
    innings.over_balls = innings.previous_over_legal_balls
    innings.over_position = innings.previous_over_position
    innings.over_runs_conceded = innings.previous_over_conceded
    innings.bowler_overs_running -= 1
    innings.previous_over_bowlers = innings.over_bowlers if innings.bowler_overs_running else []
    if len(innings.over_bowlers) == 1:
        line = innings.bowlers[innings.over_bowlers[0]]
        line.loose_balls += innings.over_balls
        line.whole_overs -= 1
        if not innings.over_runs_conceded:
            line.maidens -= 1
