"""The line under a card: the result as the papers print it, or how the match stands."""

from domain.match import figures
from domain.match.events import Result
from domain.match.names import Names
from domain.match.state import Innings, MatchState
from domain.match.tally import main_innings, super_overs, total

_SETTLED = {
    "super over": "{team} won the {which}Super Over",
    "bowl out": "{team} won the bowl-out",
    "boundary count": "{team} won on boundary count",
    "fewer wickets": "{team} lost fewer wickets",
}
_ORDINALS = {2: "second ", 3: "third ", 4: "fourth "}
_METHODS = {"Lost fewer wickets": "lost fewer wickets"}


def result_line(state: MatchState, names: Names) -> str | None:
    """The result in words, None while there is none.

    "Gujarat Titans won by 62 runs", "India won by 6 wickets (with 12 balls remaining) (D/L method)",
    "Match tied (England won on boundary count)", "Match drawn", "No result".
    """
    result = state.result
    if result is None:
        return None
    team = names.team(result.winner).name if result.winner else ""
    if result.outcome == "win":
        if state.awarded_to is not None:
            return _awarded(state, result, names, team)
        return f"{team} won{_margin(state, result)}{_method(result.method)}"
    if result.outcome == "tie":
        return "Match tied" + _method(result.method) + (f" ({_settled(state, result, team)})" if team else "")
    if result.outcome == "draw":
        return "Match drawn"
    if state.abandoned is not None and not any(innings.balls for innings in state.innings):
        return "Match abandoned without a ball bowled"
    return "No result"


def status(state: MatchState, names: Names) -> str:
    """One line on how the match stands: its result, else who needs what, else what comes next."""
    line = result_line(state, names)
    if line is not None:
        return line
    stopped = f"{state.interrupted[:1].upper()}{state.interrupted[1:]}: " if state.interrupted else ""
    return stopped + _standing(state, names)


def _standing(state: MatchState, names: Names) -> str:
    if not state.innings:
        return toss_line(state, names) or "Match not started"
    latest = state.innings[-1]
    batting = names.team(latest.batting).name
    if state.target_awaited is not None:
        at = f"{batting} {score(latest)} ({latest.overs_text} ov)"
        return f"{at}, the target by {state.target_awaited} not known"
    if latest.target is not None and latest.closed is None:
        return f"{batting} {_needs(latest, latest.target.runs)}"
    if latest.closed is not None and _tied(latest):
        return "Scores level"
    if not latest.super_over and state.rules.innings_per_side > 1:
        return lead_line(state, latest, names)
    if latest.closed is not None:
        revised = state.revised_targets.get(latest.number + 1)
        target = revised.runs if revised else latest.runs + 1
        return f"{names.team(latest.bowling).name} need {figures.count(target, 'run')} to win"
    return f"{batting} {score(latest)} ({latest.overs_text} ov)"


def _needs(innings: Innings, target: int) -> str:
    needed = figures.count(max(0, target - innings.runs), "run")
    if innings.balls_left is None:
        return f"need {needed} to win"
    return f"need {needed} in {figures.count(innings.balls_left, 'ball')}"


def _tied(innings: Innings) -> bool:
    return innings.target is not None and innings.runs == innings.target.runs - 1


def lead(state: MatchState, innings: Innings) -> int:
    """By how much the side batting in ``innings`` is ahead (behind: below 0) as of that innings."""
    played = [one for one in main_innings(state) if one.number <= innings.number]
    return total(played, innings.batting) - total(played, innings.bowling)


def lead_line(state: MatchState, innings: Innings, names: Names) -> str:
    """ "India lead by 12 runs", "India trail by 1 run"."""
    batting, ahead = names.team(innings.batting).name, lead(state, innings)
    if not ahead:
        return "Scores level"
    return f"{batting} {'lead' if ahead > 0 else 'trail'} by {figures.count(abs(ahead), 'run')}"


def toss_line(state: MatchState, names: Names) -> str | None:
    """ "Gujarat Titans won the toss and chose to field"."""
    if state.toss_winner is None:
        return None
    winner = names.team(state.toss_winner).name
    if state.toss_uncontested:
        return f"No toss: {winner} chose to {state.toss_decision}"
    return f"{winner} won the toss and chose to {state.toss_decision}"


def score(innings: Innings) -> str:
    """ "233/3", "187" when all out, "400/6d" when declared."""
    if innings.forfeited:
        return "forfeited"
    if innings.closed == "all out":
        return f"{innings.runs}"
    return f"{innings.runs}/{innings.wickets}" + ("d" if innings.declared else "")


def _margin(state: MatchState, result: Result) -> str:
    if result.by_innings:
        return f" by an innings and {figures.count(result.by_runs or 0, 'run')}"
    if result.by_runs is not None:
        return f" by {figures.count(result.by_runs, 'run')}"
    if result.by_wickets is None:
        return ""
    margin = f" by {figures.count(result.by_wickets, 'wicket')}"
    last = main_innings(state)[-1]
    if not last.balls_left:
        return margin
    return f"{margin} (with {figures.count(last.balls_left, 'ball')} remaining)"


def _settled(state: MatchState, result: Result, team: str) -> str:
    """ "England won on boundary count", "Delhi Capitals won the second Super Over"."""
    rounds = len(super_overs(state)) // 2
    which = _ORDINALS.get(rounds, "last ") if rounds > 1 else ""
    return _SETTLED.get(result.decided_by or "", "{team} won").format(team=team, which=which)


def _method(method: str | None) -> str:
    if method is None:
        return ""
    return f" ({_METHODS.get(method, method if ' ' in method else f'{method} method')})"


def _awarded(state: MatchState, result: Result, names: Names, team: str) -> str:
    reason = f" ({state.award_reason})" if state.award_reason else ""
    if not state.conceded:
        return f"Match awarded to {team}{reason}"
    loser = next((names.team(other).name for other in state.sides if other != result.winner), "")
    return f"{team} won: {loser} conceded{reason}"
