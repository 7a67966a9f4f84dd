"""What is shown of a tournament: itself, its entries, its fixtures, its tables and its bracket, as JSON has it.

Each is made from the state alone, by the projector for the read models and by the API where that must be exact.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.wire import Wire
from contracts.work import match_id_of
from domain.tournament.fixtures.model import Ground
from domain.tournament.format.checks import describe_place
from domain.tournament.format.model import Node, Structure
from domain.tournament.lifecycle.settings import Phase, TournamentSettings
from domain.tournament.lifecycle.state import Entry, MatchStatus, TournamentMatch, TournamentState
from domain.tournament.net_run_rate import rounded
from projections.tables import tables

Json = dict[str, Any]
_wire = Wire([TournamentSettings, Structure], strict=False)

PRIVATE_OF_TOURNAMENT = frozenset({"permits", "corrections"})
PRIVATE_OF_ENTRY = frozenset({"captain", "invited", "refundable", "reason"})
PRIVATE_OF_PLAYER = frozenset({"born"})
"""What the public does not see."""


def published(state: TournamentState) -> bool:
    """Whether anybody may see it: it was said to be public, and is no draft."""
    return state.rules.public and state.phase is not Phase.DRAFT


def summary(state: TournamentState) -> Json:
    """A tournament in a list."""
    settings = state.rules
    starts = [match.placement.starts_at for match in state.matches.values() if match.placement]
    official = sum(match.status is MatchStatus.OFFICIAL for match in state.matches.values())
    return {
        "name": state.name,
        "season": state.season,
        "phase": state.phase,
        "public": settings.public,
        "format": settings.format.name,
        "conditions": settings.conditions.name,
        "teams": len(state.holding()),
        "waiting": len(state.waiting()),
        "capacity": settings.registration.capacity,
        "deadlines": {deadline.value: at for deadline, at in state.deadlines.items()},
        "matches": len(state.matches),
        "official": official,
        "first_match_at": min(starts, default=None),
        "last_match_at": max(starts, default=None),
        "champion": _team(state, state.champion),
        "cancelled": state.cancelled or None,
    }


def tournament(state: TournamentState) -> Json:
    """A tournament by itself, with everything that was decided about it."""
    return {
        **summary(state),
        "settings": _wire.plain(state.rules),
        "rosters_locked": state.rosters_locked,
        "check_in_closed": state.check_in_closed,
        "seeds": [_team(state, team) for team in state.seeds],
        "draw_seed": state.draw_seed or None,
        "out": [{**named(state, team), "reason": out.reason} for team, out in state.out.items()],
        "deductions": [
            {**named(state, one.team), "table": one.table, "points": one.points, "reason": one.reason}
            for one in state.deductions
        ],
        "permits": [{"player": player, "reason": reason} for player, reason in state.permits.items()],
        "corrections": [
            {"node": held.node, "match_version": held.match_version, "calls_in_question": held.nodes}
            for held in state.held.values()
        ],
        "settled_at": state.settled_at,
    }


def entry(entry: Entry) -> Json:
    """A team's entry with its squad. Of an invitation only whether there is one."""
    return {
        "team": entry.team,
        "name": entry.name,
        "short_name": entry.short_name,
        "number": entry.number,
        "status": entry.status,
        "submitted_at": entry.submitted_at,
        "home_grounds": entry.home_grounds,
        "players": entry.players,
        "late": entry.late,
        "captain": entry.captain,
        "invited": entry.invitation is not None and not entry.invitation.used,
        "offer_expires_at": entry.offer_expires_at,
        "checked_in": entry.checked_in,
        "transfers": entry.transfers,
        "refundable": entry.refundable,
        "reason": entry.reason,
    }


def entries(state: TournamentState) -> list[Json]:
    """All entries in the order they came."""
    return [entry(one) for one in sorted(state.entries.values(), key=lambda one: one.number)]


def fixtures(state: TournamentState, tournament_id: UUID) -> list[Json]:
    """All matches of the structure, in its order."""
    if state.structure is None:
        return []
    show = _fixture_of(state, tournament_id)
    return [show(node, state.matches[node.id]) for node in state.structure.nodes]


def _fixture_of(state: TournamentState, tournament_id: UUID) -> Callable[[Node, TournamentMatch], Json]:
    grounds = grounds_of(state.rules)

    def show(node: Node, match: TournamentMatch) -> Json:
        placed = match.placement
        ground = grounds.get(placed.ground) if placed else None
        return {
            "node": node.id,
            "name": node.name,
            "stage": node.stage,
            "round": node.round,
            "table": node.table,
            "home": _team(state, match.home),
            "away": _team(state, match.away),
            "home_from": describe_place(node.home),
            "away_from": describe_place(node.away),
            "status": match.status,
            "match_id": match_id_of(tournament_id, node.id, match.replay),
            "replay": match.replay,
            "starts_at": placed.starts_at if placed else None,
            "ends_at": placed.ends_at if placed else None,
            "ground": placed and {"id": placed.ground, **(ground or {"name": placed.ground})},
            "officials": match.officials,
            "result": _result(state, match),
        }

    return show


def grounds_of(settings: TournamentSettings) -> Mapping[str, Json]:
    """What a ground is called and where it is, by its id."""

    def named(ground: Ground, venue: str) -> str:
        return venue if ground.name in ("", venue) else f"{venue}, {ground.name}"

    return {
        ground.id: {"name": named(ground, venue.name), "city": venue.city, "time_zone": venue.time_zone}
        for venue in settings.fixtures.venues
        for ground in venue.grounds
    }


def day_at(starts_at: datetime | None, ground: Json | None) -> date | None:
    """The day on which a match is played, by the clocks at its ground; None if it has no time yet."""
    if starts_at is None:
        return None
    return starts_at.astimezone(ZoneInfo((ground or {}).get("time_zone") or "UTC")).date()


def _result(state: TournamentState, match: TournamentMatch) -> Json | None:
    if match.summary is None and match.winner is None:
        return None
    result = match.summary.result if match.summary else None
    return {
        "winner": _team(state, match.winner),
        "outcome": result.outcome if result else "awarded",
        "by_runs": result.by_runs if result else None,
        "by_wickets": result.by_wickets if result else None,
        "method": result.method if result else None,
        "reason": match.reason or None,
        "innings": [
            {
                "batting": _team(state, one.batting),
                "runs": one.runs,
                "wickets": one.wickets,
                "balls": one.balls,
            }
            for one in (match.summary.innings if match.summary else ())
            if not one.super_over
        ],
    }


def standings(state: TournamentState) -> list[Json]:
    """The tables of the tournament, each row with why it stands above the next."""
    return [
        {
            "id": table.id,
            "name": table.name,
            "stage": table.stage,
            "decided": table.id in state.decided_tables,
            "rows": [row_view(state, row, place) for place, row in enumerate(rows, 1)],
        }
        for table, rows in tables(state)
    ]


def standings_rest_on(state: TournamentState) -> tuple[Any, ...]:
    """All that the tables are made of: as long as it is the same, so are they."""
    return (
        state.structure,
        state.decided_tables,
        state.pairings,
        state.deductions,
        state.out,
        state.settings,
        state.draw_seed,
        tuple((entry.team, entry.name) for entry in state.entries.values()),
        tuple(
            (match.summary, match.status, match.home, match.away, match.winner)
            for match in state.matches.values()
        ),
    )


def row_view(state: TournamentState, row: Any, place: int) -> Json:
    """One row of a table."""
    tally = row.tally
    return {
        "place": place,
        **named(state, row.team),
        "played": tally.played,
        "won": tally.won,
        "lost": tally.lost,
        "tied": tally.tied,
        "no_result": tally.no_result,
        "points": row.points,
        "bonus": tally.bonus,
        "deducted": row.deducted,
        "net_run_rate": f"{rounded(row.net_run_rate):+}",
        "runs_scored": tally.scored.runs,
        "balls_faced": tally.scored.balls,
        "runs_conceded": tally.conceded.runs,
        "balls_bowled": tally.conceded.balls,
        "above_next": str(row.above_next) if row.above_next else None,
        "level_with_next": row.level_with_next,
    }


def bracket(state: TournamentState, tournament_id: UUID) -> Json:
    """The matches that feed each other: stage by stage, round by round, and who is champion."""
    found = fixtures(state, tournament_id)
    structure = state.structure
    knockout = [fixture for fixture in found if fixture["table"] is None]
    stages: dict[str, dict[int, list[Json]]] = {}
    for fixture in knockout:
        stages.setdefault(fixture["stage"], {}).setdefault(fixture["round"], []).append(
            {name: fixture[name] for name in _OF_BRACKET}
        )
    return {
        "stages": [
            {
                "name": name,
                "rounds": [{"number": number, "matches": matches} for number, matches in rounds.items()],
            }
            for name, rounds in stages.items()
        ],
        "final": structure.final if structure else None,
        "champion": _team(state, state.champion),
    }


_OF_BRACKET = (
    "node", "name", "home", "away", "home_from", "away_from", "status", "match_id", "starts_at", "result",
)  # fmt: skip

VIEWS: dict[str, Callable[[TournamentState, UUID], Any]] = {
    "tournament": lambda state, id_: {"id": id_, **tournament(state)},
    "standings": lambda state, _: {"tables": standings(state)},
    "bracket": bracket,
}
"""The pages about a tournament, by name."""


def for_the_public(name: str, view: Json) -> Json:
    """A page without what is nobody's business."""
    hidden = PRIVATE_OF_TOURNAMENT if name == "tournament" else frozenset[str]()
    return {key: value for key, value in view.items() if key not in hidden}


def entry_for_the_public(document: Json) -> Json:
    """An entry without what is nobody's business."""
    shown = {key: value for key, value in document.items() if key not in PRIVATE_OF_ENTRY}
    shown["players"] = [
        {key: value for key, value in player.items() if key not in PRIVATE_OF_PLAYER}
        for player in document["players"]
    ]
    return shown


def first_match_at(state: TournamentState) -> datetime | None:
    """When it begins, as far as that is placed."""
    return min((one.placement.starts_at for one in state.matches.values() if one.placement), default=None)


def named(state: TournamentState, team: str) -> Json:
    """A team with its name."""
    return {"team": team, "name": state.name_of(team)}


def _team(state: TournamentState, team: str | None) -> Json | None:
    return None if team is None else named(state, team)
