"""Short ways to say what happened in a match."""

from datetime import date

from hypothesis import strategies as st

from domain.match.events import Result
from domain.tournament.match_summary import InningsSummary, MatchSummary, RevisedTarget

FIFTY_OVERS = 300
TWENTY_OVERS = 120


def balls(overs: str, balls_per_over: int = 6) -> int:
    whole, _, loose = overs.partition(".")
    return int(whole) * balls_per_over + int(loose or 0)


def innings(
    batting: str,
    bowling: str,
    score: str,
    overs: str,
    *,
    quota: int | None = TWENTY_OVERS,
    revised: RevisedTarget | None = None,
    super_over: bool = False,
) -> InningsSummary:
    """``score`` as read out: "150/7"; "150" means all out."""
    runs, _, wickets = score.partition("/")
    return InningsSummary(
        batting=batting,
        bowling=bowling,
        runs=int(runs),
        wickets=int(wickets or 10),
        balls=balls(overs),
        quota=quota,
        all_out=not wickets,
        revised=revised,
        super_over=super_over,
    )


def match(
    *played: InningsSummary,
    result: Result | None = None,
    id: str = "m",
    stage: str | None = None,
    group: str | None = None,
    on: date | None = None,
    full_quota: int = TWENTY_OVERS,
) -> MatchSummary:
    """A match of two innings and perhaps Super Overs; without ``result`` the higher total wins."""
    first, second = played[:2]
    if result is None:
        winner = first.batting if first.runs > second.runs else second.batting
        result = Result(outcome="win", winner=winner)
    return MatchSummary(
        id=id,
        teams=(first.batting, second.batting),
        result=result,
        innings=played,
        stage=stage,
        group=group,
        played_on=on,
        full_quota=full_quota,
    )


def won_by(winner: str, loser: str, runs: int = 10, *, id: str = "m") -> MatchSummary:
    """``winner`` made 150 in its 20 overs and ``loser`` fell ``runs`` short in its own."""
    return match(
        innings(winner, loser, "150/5", "20"),
        innings(loser, winner, f"{150 - runs}/7", "20"),
        id=id,
    )


def no_result(one: str, other: str) -> MatchSummary:
    return MatchSummary(id=f"{one} v {other}", teams=(one, other), result=Result(outcome="no result"))


def tie(one: str, other: str, settled_for: str | None = None) -> MatchSummary:
    settled = "super over" if settled_for else None
    return match(
        innings(one, other, "150/5", "20"),
        innings(other, one, "150/7", "20"),
        result=Result(outcome="tie", winner=settled_for, decided_by=settled),
    )


NAMES = "ABCDEF"


@st.composite
def a_match(draw: st.DrawFn) -> MatchSummary:
    """Any two teams, totals and result."""
    one, other = draw(st.permutations(NAMES))[:2]
    played = []
    for batting, bowling in ((one, other), (other, one)):
        score = str(draw(st.integers(0, 300)))
        if draw(st.booleans()):
            score += f"/{draw(st.integers(0, 9))}"
        overs = f"{draw(st.integers(1, 19))}.{draw(st.integers(0, 5))}"
        played.append(innings(batting, bowling, score, overs))
    winner = draw(st.sampled_from([one, other, None]))
    outcome = "win" if winner else draw(st.sampled_from(["tie", "no result", "draw"]))
    return match(*played, result=Result(outcome=outcome, winner=winner))
