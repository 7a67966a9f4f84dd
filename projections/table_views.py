"""What is asked of a tournament's tables beyond how they stand: with the matches in play, who can still go on and
what they need, and what a correction that waits for a ruling would move. As JSON has it.

Like :mod:`projections.tournament_views`, each is made from the state alone (and from the matches in play).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.match.errors import CommandRefused
from domain.match.state import MatchState
from domain.tournament.correction import CorrectionPreview, Pair, TableChange
from domain.tournament.format.model import TableSpec
from domain.tournament.lifecycle.corrections import preview, preview_held
from domain.tournament.lifecycle.known import record_of, table_of
from domain.tournament.lifecycle.state import MatchStatus, TournamentState
from domain.tournament.live_table import InPlay, LiveRow, live_table
from domain.tournament.match_summary import MatchSummary
from domain.tournament.qualification import Prospect
from domain.tournament.race import Fixture
from domain.tournament.record import places_leading_on, prospects
from domain.tournament.run_rate_needs import Case, RunRateNeeds, run_rate_needs
from domain.tournament.running_table import Row
from projections.as_it_stands import as_it_stands
from projections.tournament_views import row_view

Json = dict[str, Any]

USUAL_SCORES: Mapping[int, tuple[int, ...]] = {120: (140, 160, 180, 200), 300: (220, 260, 300, 340)}
"""Totals to answer for when nobody asks for others, by the balls of an innings."""


def in_play(state: TournamentState, matches: Mapping[str, MatchState]) -> list[InPlay]:
    """The matches of tables that are being played, by node, as they stand, until their result is official. Others,
    and those of which only the match day has begun, are left out."""
    return [
        InPlay(key=node, teams=teams, as_it_stands=as_it_stands(match, node))
        for node, match in matches.items()
        if (match.innings or match.result)
        and state.match(node).status is MatchStatus.OPEN
        and state.node(node).table is not None
        and (teams := state.match(node).teams) is not None
    ]


def live_standings(state: TournamentState, playing: Iterable[InPlay]) -> list[Json]:
    """The tables as they stand with the matches in play; a row says what of it is not official yet."""
    playing = list(playing)
    return [
        {
            "id": spec.id,
            "name": spec.name,
            "stage": spec.stage,
            "decided": spec.id in state.decided_tables,
            "playing": [match.key for match in playing if state.node(match.key).table in _counting(spec)],
            "rows": [_live_row(state, row) for row in _live_table(state, spec, playing)],
        }
        for spec in _tables(state)
    ]


def _live_table(state: TournamentState, spec: TableSpec, playing: Sequence[InPlay]) -> list[LiveRow]:
    table = table_of(state, spec.id)
    teams = {row.team for row in table.rows()}
    counting = [
        match
        for match in playing
        if state.node(match.key).table in _counting(spec) and teams.issuperset(match.teams)
    ]
    return live_table(table, counting)


def _live_row(state: TournamentState, row: LiveRow) -> Json:
    return {
        **row_view(state, row.row, row.place),
        "official_place": row.official_place,
        "climbed": row.climbed,
        "playing": row.live,
        "provisional": row.provisional,
    }


def qualification(state: TournamentState) -> list[Json]:
    """For each table that leads on: who is certain, who can still go on, who is out, and in how many ways.

    ``prospects`` is None where that cannot be told: by their places other teams than the first go on, or it is
    not known yet who plays whom.
    """
    leading_on = places_leading_on(state.drawn) if state.structure else {}
    return [
        _qualification(state, spec, leading_on[spec.id]) for spec in _tables(state) if leading_on[spec.id]
    ]


def _qualification(state: TournamentState, spec: TableSpec, places: tuple[int, ...]) -> Json:
    found = prospects(record_of(state), spec.id, seed=state.draw_seed or state.name)
    view: Json = {"id": spec.id, "name": spec.name, "places": places, "prospects": None}
    if found is None:
        return view
    return view | {
        "to_play": found.to_play,
        "ways": found.ways,
        "sampled": found.sampled,
        "seed": found.seed or None,
        "prospects": [_prospect(state, one) for one in found.prospects],
    }


def _prospect(state: TournamentState, prospect: Prospect) -> Json:
    return {
        **_team(state, prospect.team),
        "status": prospect.status.value,
        "proved": prospect.proved,
        "to_play": prospect.to_play,
        "through": prospect.through,
        "level": prospect.level,
        "enough_wins": prospect.enough_wins,
        "needs_wins": prospect.needs_wins,
    }


def needs(state: TournamentState, node: str, team: str, rival: str, scores: Sequence[int] = ()) -> Json:
    """By how much ``team`` must win the match of ``node``, or may lose it, to stand above ``rival``.

    ``scores``: totals of the side batting first to answer for. Raises CommandRefused where that is no question.
    """
    match, table, conditions = state.match(node), state.node(node).table, state.rules.conditions
    if table is None:
        raise CommandRefused("no_table", f"{node} counts in no table", detail={"node": node})
    if match.over:
        raise CommandRefused("match_over", f"{node} is {match.status}", detail={"node": node})
    if match.teams is None:
        raise CommandRefused("teams_unknown", f"it is not known yet who plays {node}", detail={"node": node})
    if conditions.overs_per_innings is None:
        raise CommandRefused("wrong_conditions", f"{conditions.name} has no overs to count a run rate by")
    held = table_of(state, table)
    if team not in match.teams or team == rival or not {team, rival} <= {row.team for row in held.rows()}:
        raise CommandRefused(
            "wrong_teams",
            f"{team} must be one of {match.teams[0]} and {match.teams[1]}, {rival} another team of their table",
            detail={"teams": list(match.teams)},
        )
    quota = conditions.overs_per_innings * conditions.balls_per_over
    asked = scores or USUAL_SCORES.get(quota) or tuple(quota * tenths // 10 for tenths in (10, 13, 16))
    found = run_rate_needs(held, team, rival, Fixture(node, *match.teams), quota=quota, scores=asked)
    return {"node": node, "table": table, **_needs(state, found)}


def _needs(state: TournamentState, found: RunRateNeeds) -> Json:
    named = replace(found, team=state.name_of(found.team), rival=state.name_of(found.rival))
    return {
        "team": _team(state, found.team),
        "rival": _team(state, found.rival),
        "win": _case(found.win),
        "defeat": _case(found.defeat),
        "lines": named.lines(),
    }


def _case(case: Case) -> Json:
    return {
        "verdict": case.verdict.value,
        "by_runs": [{"score": one.score, "runs": one.runs} for one in case.by_runs],
        "in_balls": [{"target": one.target, "balls": one.balls} for one in case.in_balls],
    }


def corrections(state: TournamentState, now: datetime) -> list[Json]:
    """The corrections that wait for a ruling, with what each would move as things are now."""
    return [correction(state, preview_held(state, node, now)) for node in state.held]


def what_if(state: TournamentState, node: str, summary: MatchSummary, now: datetime) -> Json:
    """What would move if the official result of ``node`` were corrected to this one. Raises CommandRefused where
    it cannot be corrected."""
    return correction(state, preview(state, node, summary, now))


def correction(state: TournamentState, found: CorrectionPreview) -> Json:
    """What a correction would move."""
    return {
        "node": found.node,
        "before": _result(state, found.before),
        "after": _result(state, found.after),
        "tables": [_table_change(state, change) for change in found.tables],
        "matches": [
            {
                "node": place.node,
                "before": _pair(state, place.before),
                "after": _pair(state, place.after),
                "begun": place.begun,
            }
            for place in found.places
        ],
        "calls_in_question": found.disturbed,
        "champion_before": _known_team(state, found.champion_before),
        "champion_after": _known_team(state, found.champion_after),
    }


def _table_change(state: TournamentState, change: TableChange) -> Json:
    def rows(found: tuple[Row, ...]) -> list[Json]:
        return [row_view(state, row, place) for place, row in enumerate(found, 1)]

    return {
        "id": change.table,
        "before": rows(change.before),
        "after": rows(change.after),
        "goes_on_before": [_team(state, team) for team in change.goes_on_before],
        "goes_on_after": [_team(state, team) for team in change.goes_on_after],
    }


def _result(state: TournamentState, summary: MatchSummary | None) -> Json | None:
    if summary is None:
        return None
    return {"outcome": summary.result.outcome, "winner": _known_team(state, summary.result.winner)}


def _tables(state: TournamentState) -> tuple[TableSpec, ...]:
    return state.structure.tables if state.structure else ()


def _counting(spec: TableSpec) -> frozenset[str]:
    return frozenset({spec.id, *spec.carried})


def _pair(state: TournamentState, pair: Pair) -> list[Json | None]:
    return [_known_team(state, team) for team in pair]


def _known_team(state: TournamentState, team: str | None) -> Json | None:
    return None if team is None else _team(state, team)


def _team(state: TournamentState, team: str) -> Json:
    return {"team": team, "name": state.name_of(team)}
