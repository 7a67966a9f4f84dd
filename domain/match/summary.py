"""Where a match stands, in the few words a scorer needs after each entry."""

from dataclasses import dataclass

from domain.match.events import Result
from domain.match.names import Names
from domain.match.outcome import score, status
from domain.match.state import Innings, MatchState


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """``score`` is "Name 120/3 (14.2)"; ``over`` the overs bowled; ids are the players'.

    ``runs_needed`` and ``balls_left`` stand only in a chase. ``happened`` says what the scorer must now
    act on ("over complete", "innings closed: all out", "free hit", "Kent won by 5 wickets"), in order.
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
    """As on a scoreboard: "RCB 120/3 (14.2)", "RCB 187 (19.4)" when all out, "RCB 401/6d (90)"."""
    return f"{state.sides[innings.batting].team.name} {score(innings)} ({innings.overs_text})"


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
        return (status(state, Names(state)),)
    said: list[str] = []
    if state.interrupted is not None:
        said.append(f"play stopped: {state.interrupted}")
    latest = state.innings[-1] if state.innings else None
    if latest is not None and latest.closed is not None:
        said.append(status(state, Names(state)))
    return tuple(said)
