"""A match as a Cricsheet document: the open form in which others can read it.

What the format has no word for is left out: commentary, shots, times, the umpires' reasons, substitutes who
never came on.
"""

from datetime import date
from typing import Any

from adapters.cricsheet.innings_writer import InningsWriter
from domain.match import dls
from domain.match import events as e
from domain.match.conditions import PlayingConditions
from domain.match.events import MatchCreated
from domain.match.state import Innings, MatchState

Json = dict[str, Any]

DATA_VERSION = "1.1.0"


def export(state: MatchState, created: date | None = None, revision: int = 1) -> Json:
    """The match as plain values, ready for JSON; read back, it gives the same card.

    ``created`` is the day of the export, by default the day of the match. Raises ValueError before the
    match has been created.
    """
    made = state.created
    if state.conditions is None or not isinstance(made, MatchCreated):
        raise ValueError("there is no match to export")
    day = created or (made.starts_at.date() if made.starts_at else None)
    meta: Json = {"data_version": DATA_VERSION, "revision": revision}
    if day is not None:
        meta["created"] = day.isoformat()
    return {
        "meta": meta,
        "info": _info(state, made, state.conditions),
        "innings": _innings(state, state.conditions),
    }


def _info(state: MatchState, made: MatchCreated, conditions: PlayingConditions) -> Json:
    named = _everybody(state)
    info: Json = {
        "balls_per_over": conditions.balls_per_over,
        "city": made.city,
        "dates": [made.starts_at.date().isoformat()] if made.starts_at else None,
        "event": _without_none(
            name=made.tournament, match_number=made.match_number, group=made.group, stage=made.stage
        ),
        "gender": made.gender,
        "match_type": _match_type(conditions),
        "outcome": _outcome(state),
        "overs": conditions.overs_per_innings,
        "players": {
            state.sides[team].team.name: [state.players[player].name for player in players]
            for team, players in named.items()
        },
        "registry": {
            "people": {state.players[player].name: player for players in named.values() for player in players}
        },
        "season": made.season,
        "teams": [team.name for team in made.teams],
        "toss": _toss(state),
        "venue": made.venue,
    }
    if state.bowl_out:
        info["bowl_out"] = [
            {"bowler": state.players[bowler].name, "outcome": "hit" if hit else "miss"}
            for _, bowler, hit in state.bowl_out
        ]
    return _without_none(**info)


def _without_none(**values: Any) -> Json:
    return {name: value for name, value in values.items() if value is not None}


def _match_type(conditions: PlayingConditions) -> str:
    named = {"test": "Test", "first-class": "MDM", "odi": "ODI", "one-day": "ODM"}.get(conditions.name)
    if named is not None:
        return named
    if conditions.innings_per_side == 2:
        return "MDM"
    return "T20" if (conditions.overs_per_innings or 0) <= 20 else "ODM"


def _everybody(state: MatchState) -> dict[str, list[str]]:
    """Those who played for each side, whoever was replaced among them, in the order they were named."""
    named: dict[str, list[str]] = {team: [] for team in state.sides}
    for _, fact in state.facts:
        if isinstance(fact, e.LineUpNamed):
            named[fact.team] = [player.id for player in fact.players]
        elif isinstance(fact, e.PlayerReplaced) and fact.player_in not in named[fact.team]:
            named[fact.team].append(fact.player_in)
    return named


def _toss(state: MatchState) -> Json:
    if state.toss_winner is None:
        return {}
    toss: Json = {"decision": state.toss_decision, "winner": state.sides[state.toss_winner].team.name}
    return {**toss, "uncontested": True} if state.toss_uncontested else toss


def _outcome(state: MatchState) -> Json:
    """The result in Cricsheet's words; while the match is undecided, at most the method of its target."""
    result = state.result
    if result is None:
        target = state.innings[-1].target if state.innings else None
        method = state.target_awaited or (target.method if target else None)
        return _without_none(method=dls.short_name(method))
    winner, method = (
        state.sides[result.winner].team.name if result.winner else None,
        dls.short_name(result.method),
    )
    if result.outcome != "win":
        settled = {"bowl out": "bowl_out"}.get(result.decided_by or "", "eliminator")
        return _without_none(result=result.outcome, method=method, **{settled: winner})
    by = _without_none(innings=result.by_innings, runs=result.by_runs, wickets=result.by_wickets)
    return _without_none(winner=winner, by=by or None, method=method)


def _innings(state: MatchState, conditions: PlayingConditions) -> list[Json]:
    """Every innings, from the facts in their order of play."""
    writers: list[InningsWriter] = []
    between: list[e.PlayerReplaced] = []
    for _, fact in state.facts:
        if isinstance(fact, e.InningsStarted | e.InningsForfeited):
            writers.append(InningsWriter(state, state.innings[fact.innings - 1], conditions))
        elif isinstance(fact, e.PlayerReplaced) and (not writers or writers[-1].innings.closed is not None):
            between.append(fact)
            continue
        elif isinstance(fact, e.BallRecorded) and between:
            for replaced in between:
                writers[-1].add(replaced)
            between.clear()
        number = getattr(fact, "innings", len(writers))
        if 0 < number <= len(writers):
            writers[number - 1].add(fact)
    return [_finished(state, writer, conditions) for writer in writers]


def _finished(state: MatchState, writer: InningsWriter, conditions: PlayingConditions) -> Json:
    innings, written = writer.innings, writer.written()
    if conditions.innings_per_side == 1 and not innings.super_over and innings.number == 2:
        target = _target(state, innings)
        if target is not None:
            written["target"] = target
    return written


def _target(state: MatchState, innings: Innings) -> Json | None:
    """The target that was chased; where play was called off, par + 1 off the balls that were faced."""
    if innings.target is None or innings.length is None:
        return None
    runs, balls = innings.target.runs, innings.length
    result = state.result
    if state.ended is not None and result is not None and result.method is not None:
        off_the_pace = result.by_runs or 0
        runs = innings.runs + 1 + (off_the_pace if result.winner == innings.bowling else -off_the_pace)
        balls = innings.progress
    return {"overs": printed(balls, innings.balls_per_over), "runs": runs}


def printed(balls: int, balls_per_over: int) -> int | float:
    """Balls as the format writes overs: 57 is 9.3, 120 is 20."""
    overs, rest = divmod(balls, balls_per_over)
    return overs + rest / 10 if rest else overs
