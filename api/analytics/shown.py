"""How figures are shown: sums as they were counted, rates to two decimals, None where nothing divides."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from domain.match.figures import rate
from domain.tournament.leaders import BattingRecord, BowlingRecord
from domain.tournament.match_summary import overs
from domain.tournament.net_run_rate import rounded
from handlers.analytics import Figures

Json = dict[str, Any]
Show = Callable[[Figures], Json]


def batting(row: Figures) -> Json:
    """A batter's line of a list. ``highest`` as printed ("113*"), None where a phase alone is asked for."""
    d = row.document
    record = BattingRecord(
        row.place.id,
        row.place.label,
        d["team"],
        innings=d["innings"],
        not_outs=d["not_outs"],
        runs=d["runs"],
        balls=d["balls"],
    )
    highest = d["highest"]
    return {
        "player": row.place.id,
        "name": row.place.label,
        "team": d["team"],
        "matches": d["matches"],
        "innings": d["innings"],
        "not_outs": d["not_outs"],
        "runs": d["runs"],
        "balls": d["balls"],
        "highest": None if highest is None else f"{highest}{'*' if d['highest_not_out'] else ''}",
        "average": _decimal(record.average),
        "strike_rate": _decimal(record.strike_rate),
        "hundreds": d["hundreds"],
        "fifties": d["fifties"],
        "fours": d["fours"],
        "sixes": d["sixes"],
        "dots": d["bat_dots"],
        "dot_rate": _percent(d["bat_dots"], d["balls"]),
        "boundary_rate": _percent(d["fours"] + d["sixes"], d["balls"]),
        "rotated": d["rotated"],
        "rotation_rate": _percent(d["rotated"], d["balls"]),
    }


def bowling(row: Figures) -> Json:
    """A bowler's line of a list. ``best`` as printed ("5/12"), None where a phase alone is asked for."""
    d = row.document
    record = BowlingRecord(
        row.place.id,
        row.place.label,
        d["team"],
        d["balls_per_over"],
        balls=d["balls"],
        runs=d["runs"],
        wickets=d["wickets"],
    )
    best = d["best_wickets"]
    return {
        "player": row.place.id,
        "name": row.place.label,
        "team": d["team"],
        "matches": d["matches"],
        "innings": d["innings"],
        "overs": overs(d["balls"], d["balls_per_over"]),
        "balls": d["balls"],
        "maidens": d["maidens"],
        "runs": d["runs"],
        "wickets": d["wickets"],
        "best": None if best is None else f"{best}/{d['best_runs']}",
        "average": _decimal(record.average),
        "economy": _decimal(record.economy),
        "strike_rate": _decimal(record.strike_rate),
        "four_wickets": d["four_wickets"],
        "five_wickets": d["five_wickets"],
        "dots": d["dots"],
        "dot_rate": _percent(d["dots"], d["balls"]),
        "wides": d["wides"],
        "no_balls": d["no_balls"],
    }


def mvp(row: Figures) -> Json:
    """A player's points and what they are for."""
    d = row.document
    return {
        "player": row.place.id,
        "name": row.place.label,
        "team": d["team"],
        "points": int(d["half_points"]) / 2,
        **{name: d[name] for name in ("matches", "runs", "fours", "sixes", "wickets", "dots")},
        **{name: d[name] for name in ("catches", "stumpings", "run_outs")},
    }


def match_up(row: Figures) -> Json:
    """A batter against a bowler."""
    d = row.document
    return {
        "batter": d["batter"],
        "batter_name": row.place.label,
        "bowler": d["bowler"],
        "bowler_name": d["bowler_name"],
        **{name: d[name] for name in ("innings", "balls", "runs", "outs", "wickets", "dots", "rotated")},
        "fours": d["fours"],
        "sixes": d["sixes"],
        "strike_rate": _rate(d["runs"], d["balls"], 100),
        "average": _rate(d["runs"], d["outs"], 1),
        "dot_rate": _percent(d["dots"], d["balls"]),
        "boundary_rate": _percent(d["fours"] + d["sixes"], d["balls"]),
    }


def partnership(row: Figures) -> Json:
    """Two batters together."""
    d = row.document
    return {
        **{name: d[name] for name in ("first", "first_name", "second", "second_name", "wicket", "runs")},
        "balls": d["balls"],
        "unbroken": d["unbroken"],
        "run_rate": _rate(d["runs"], d["balls"], 6),
        "team": d["batting"],
        "opponent": d["bowling"],
        "match": d["match_id"],
        "innings": d["innings"],
        "venue": d["venue"],
        "played_at": d["played_at"],
    }


def phase(row: Figures) -> Json:
    """A team in one phase. ``runs`` are those charged to bowlers: without byes, leg byes and penalties."""
    d = row.document
    return {
        "team": row.place.label,
        "phase": d["phase"],
        **{name: d[name] for name in ("innings", "balls", "runs", "outs", "dots", "fours", "sixes")},
        "run_rate": _rate(d["runs"], d["balls"], d["balls_per_over"]),
        "dot_rate": _percent(d["dots"], d["balls"]),
        "boundary_rate": _percent(d["fours"] + d["sixes"], d["balls"]),
    }


def venue(row: Figures) -> Json:
    """A ground. ``lowest`` is of those all out."""
    d = row.document
    return {
        "venue": row.place.id,
        **{name: d[name] for name in ("matches", "innings", "runs", "wickets", "highest", "lowest")},
        "run_rate": _rate(d["runs"], d["balls"], d["balls_per_over"]),
        "first_innings_average": _rate(d["first_innings_runs"], d["first_innings"], 1),
        "won_batting_first": d["won_batting_first"],
        "won_batting_second": d["won_batting_second"],
    }


def team(row: Figures) -> Json:
    """A team. ``lowest`` is of those all out; rates are over the balls bowled, not over full quotas."""
    d = row.document
    return {
        "team": row.place.id,
        **{name: d[name] for name in ("matches", "won", "lost", "tied", "no_result", "runs", "wickets")},
        "highest": d["highest"],
        "lowest": d["lowest"],
        "run_rate": _rate(d["runs"], d["balls"], d["balls_per_over"]),
        "runs_conceded": d["conceded"],
        "wickets_taken": d["taken"],
        "conceded_rate": _rate(d["conceded"], d["bowled"], d["balls_per_over"]),
    }


def _decimal(value: Fraction | None) -> float | None:
    return None if value is None else float(rounded(value, 2))


def _rate(amount: int, of: int, per: int) -> float | None:
    found = rate(amount, of, per)
    return None if found is None else float(found)


def _percent(part: int, whole: int) -> float | None:
    return _rate(part, whole, 100)
