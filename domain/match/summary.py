"""Where a match stands, in the few words a scorer needs after each entry."""

from dataclasses import dataclass

from domain.match.events import Result
from domain.match.state import Innings, MatchState


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """``score`` is "Name 120/3 (14.2)"; ``over`` the overs bowled; ids are the players'.

    ``runs_needed`` and ``balls_left`` stand only in a chase. ``happened`` says what the scorer must now
    act on ("over complete", "innings closed: all out", "free hit", "match won by 5 wickets"), in order.
    """

    score: str | None = None
    innings: int | None = None
    batting: str | None = None
    runs: int | None = None
    wickets: int | None = None
    over: str | None = None
    striker: str | None = None
    non_striker: str | None = None
    bowler: str | None = None
    free_hit: bool = False
    target: int | None = None
    runs_needed: int | None = None
    balls_left: int | None = None
    happened: tuple[str, ...] = ()
    result: Result | None = None


def summarise(state: MatchState) -> Summary:
    """The summary of the innings in progress, else of the latest one."""
    if not state.innings:
        return Summary(happened=_of_match(state), result=state.result)
    innings = state.innings[-1]
    open_ = state.current is innings
    chasing = open_ and innings.target is not None
    return Summary(
        score=score_line(state, innings),
        innings=innings.number,
        batting=innings.batting,
        runs=innings.runs,
        wickets=innings.wickets,
        over=innings.overs_text,
        striker=innings.striker if open_ else None,
        non_striker=innings.non_striker if open_ else None,
        bowler=innings.bowler if open_ else None,
        free_hit=open_ and innings.free_hit,
        target=innings.target.runs if innings.target else None,
        runs_needed=max(0, innings.target.runs - innings.runs) if chasing and innings.target else None,
        balls_left=innings.balls_left if chasing else None,
        happened=(*_of_innings(innings), *_of_match(state)),
        result=state.result,
    )


def score_line(state: MatchState, innings: Innings) -> str:
    """As on a scoreboard: "RCB 120/3 (14.2)", "RCB 187 (20)" when all out, "RCB 401/6d (90)"."""
    name = state.sides[innings.batting].team.name
    wickets = "" if innings.closed == "all out" else f"/{innings.wickets}"
    declared = "d" if innings.declared else ""
    return f"{name} {innings.runs}{wickets}{declared} ({innings.overs_text})"


def result_line(state: MatchState, result: Result) -> str:
    """ "Kent won by 5 wickets", "match tied (Kent won the super over)", "no result"."""
    winner = state.sides[result.winner].team.name if result.winner else None
    if result.outcome == "win":
        return f"{winner} won{_margin(result)}" + (f" ({result.method})" if result.method else "")
    if result.outcome == "tie":
        return "match tied" + (f" ({winner} won the {result.decided_by})" if winner else "")
    return {"draw": "match drawn", "no result": "no result"}[result.outcome]


def _margin(result: Result) -> str:
    innings = "an innings and " if result.by_innings else ""
    for count, unit in ((result.by_runs, "run"), (result.by_wickets, "wicket")):
        if count is not None:
            return f" by {innings}{count} {unit}{'' if count == 1 else 's'}"
    return ""


def _of_innings(innings: Innings) -> tuple[str, ...]:
    if innings.closed is not None:
        return (f"innings closed: {innings.closed}",)
    said: list[str] = []
    if innings.balls and innings.bowler is None:
        said.append("over complete")
    if innings.balls and None in (innings.striker, innings.non_striker):
        said.append("new batter needed")
    if innings.free_hit:
        said.append("free hit")
    return tuple(said)


def _of_match(state: MatchState) -> tuple[str, ...]:
    if state.result is not None:
        return (result_line(state, state.result),)
    said: list[str] = []
    if state.interrupted is not None:
        said.append(f"play stopped: {state.interrupted}")
    last = state.innings[-1] if state.innings else None
    following = state.revised_targets.get(last.number + 1) if last is not None and last.closed else None
    if following is not None:
        said.append(f"target {following.runs} ({following.method})")
    return tuple(said)
