"""From the state of a finished match to the summary that tables and leaders' lists are made of."""

from collections.abc import Callable, Mapping
from datetime import date

from domain.match.closing import ALL_OUT, is_complete
from domain.match.commands import Team
from domain.match.events import MatchCreated, Result
from domain.match.state import Innings, MatchState
from domain.match.tally import main_innings
from domain.match.wicket import NOT_A_WICKET
from domain.tournament.match_summary import (
    BattingLine,
    BowlingLine,
    InningsSummary,
    MatchSummary,
    RevisedTarget,
)

NameOf = Callable[[Team], str]


def team_id(team: Team) -> str:
    return team.id


def summarise_match(state: MatchState, match_id: str, team_key: NameOf = team_id) -> MatchSummary:
    """The summary of a decided match.

    ``team_key`` says what a team is called in the tables: its id, or the franchise behind a changed name.
    Raises ValueError while the match is undecided.
    """
    if state.result is None or not isinstance(state.created, MatchCreated):
        raise ValueError(f"match {match_id} has no result yet")
    created, rules = state.created, state.rules
    keys = {side.team.id: team_key(side.team) for side in state.sides.values()}
    one, other = created.teams
    return MatchSummary(
        id=match_id,
        teams=(keys[one.id], keys[other.id]),
        result=_result(state.result, keys),
        innings=tuple(_innings(innings, state, keys) for innings in state.innings),
        played_on=_day(created),
        stage=created.stage,
        group=created.group,
        match_number=created.match_number,
        conditions=rules.name,
        balls_per_over=rules.balls_per_over,
        full_quota=rules.overs_per_innings and rules.overs_per_innings * rules.balls_per_over,
        line_ups={keys[team]: (*side.players, *side.replaced) for team, side in state.sides.items()},
    )


def _day(created: MatchCreated) -> date | None:
    return created.starts_at.date() if created.starts_at else None


def _result(result: Result, keys: dict[str, str]) -> Result:
    return Result(
        outcome=result.outcome,
        winner=keys[result.winner] if result.winner else None,
        by_runs=result.by_runs,
        by_wickets=result.by_wickets,
        by_innings=result.by_innings,
        method=result.method,
        decided_by=result.decided_by,
    )


def _innings(innings: Innings, state: MatchState, keys: dict[str, str]) -> InningsSummary:
    names = {player.id: player.name for player in state.players.values()}
    return InningsSummary(
        batting=keys[innings.batting],
        bowling=keys[innings.bowling],
        runs=innings.runs,
        wickets=innings.wickets,
        balls=innings.progress,
        quota=innings.length,
        all_out=innings.closed == ALL_OUT,
        super_over=innings.super_over,
        revised=_revised(innings, state),
        batters=batting_lines(innings, names),
        bowlers=bowling_lines(innings, names),
    )


def batting_lines(innings: Innings, names: Mapping[str, str]) -> tuple[BattingLine, ...]:
    """The lines of those who came in, with their names by id."""
    return tuple(
        BattingLine(
            player=line.player,
            name=names[line.player],
            runs=line.runs,
            balls=line.balls,
            fours=line.fours,
            sixes=line.sixes,
            out=line.out is not None and line.out.kind not in NOT_A_WICKET,
        )
        for line in innings.batters.values()
    )


def bowling_lines(innings: Innings, names: Mapping[str, str]) -> tuple[BowlingLine, ...]:
    """The lines of those who bowled, with their names by id."""
    return tuple(
        BowlingLine(
            player=line.player,
            name=names[line.player],
            balls=line.whole_overs * innings.balls_per_over + line.loose_balls,
            maidens=line.maidens,
            runs=line.runs,
            wickets=line.wickets,
            dots=line.dots,
        )
        for line in innings.bowlers.values()
    )


def _revised(innings: Innings, state: MatchState) -> RevisedTarget | None:
    """The target of a chase as a rain rule left it: as set, or par + 1 off the balls faced when called off."""
    result, main = state.result, main_innings(state)
    if len(main) != 2 or innings is not main[1] or innings.target is None or result is None:
        return None
    called_off = state.ended is not None and (state.ended.par is not None or not is_complete(innings))
    if called_off and result.method and (par := _par(innings, result)) is not None:
        return RevisedTarget(runs=par + 1, balls=innings.progress, method=result.method)
    if innings.target.method is None or innings.length is None:
        return None
    return RevisedTarget(runs=innings.target.runs, balls=innings.length, method=innings.target.method)


def _par(innings: Innings, result: Result) -> int | None:
    """The score that would have tied: the margin of a match settled on par is counted from it."""
    if result.outcome == "tie":
        return innings.runs
    if result.by_runs is None:
        return None
    return innings.runs + (result.by_runs if result.winner == innings.bowling else -result.by_runs)
