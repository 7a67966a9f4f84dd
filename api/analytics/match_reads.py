"""A match as curves, and each side's chance to win it. Folded from the stream, so never behind the last ball."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.http import integer, tagged, version_or_moment
from api.match.reads import LARGEST_VERSION
from api.match.writes import match_id_of
from api.operations import CSV, principal
from api.services import services
from domain.analytics.curves import BallPoint, InningsCurve, Turn, curves, turns
from domain.analytics.win_probability import covers
from domain.match.state import MatchState
from handlers.errors import VersionNotReached

MODEL = "ipl-2019-2022"
"""Which model the chances are of: the matches it was fitted on (``docs/win-probability.md``)."""

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of a match. ``conditions`` is the name of its playing conditions if the model leaves them out."""

    version: int
    body: bytes
    conditions: str | None = None


async def get_match_curves(request: Request) -> Response:
    """The match as curves: for each innings the worm (``balls`` and ``overs``: total and wickets), the Manhattan
    (``overs``: runs and wickets of each), the run rate and the required rate, and each side's chance to win after
    every ball, ``null`` in formats that the model does not cover. With ``Accept: text/csv`` a line a ball.
    """
    as_csv = wants_csv(request)
    read = await _read(request, _curves_csv if as_csv else _curves_json)
    return _answer(request, read, as_csv)


async def get_match_win_probability(request: Request) -> Response:
    """Each side's chance to win, now and after every ball, and where something else moved it: a target revised, the
    match ended. Even before the first ball and until a tie is settled, 1 and 0 once there is a winner, ``null`` while
    a target is not known. For T20s of eleven a side; other formats are refused with ``format_not_covered``. With
    ``Accept: text/csv`` a line for each side each time.
    """
    as_csv = wants_csv(request)
    read = await _read(request, _chances_csv if as_csv else _chances_json)
    if read.conditions is not None:
        raise Problem(
            "format_not_covered",
            f"the chance to win is known of T20s of eleven a side, not of matches under {read.conditions!r}",
        )
    return _answer(request, read, as_csv)


async def _read(request: Request, render: Callable[[MatchState], bytes]) -> _Read:
    at: int | datetime | None = version_or_moment(request, "at", LARGEST_VERSION)
    at_least = integer(request, "at_least", 1, LARGEST_VERSION) or 0

    def read(state: MatchState) -> _Read:
        covered = covers(state.rules)
        return _Read(state.version, render(state), None if covered else state.rules.name)

    tenant_id = principal(request).tenant_id
    found = await services(request).matches.read(tenant_id, match_id_of(request), read, at)
    if found.version < at_least:
        raise VersionNotReached(at_least, found.version)
    return found


def wants_csv(request: Request) -> bool:
    """Does the client ask for CSV before JSON? By the qualities in ``Accept``; JSON if they are the same."""
    accepted: dict[str, float] = {}
    for said in request.headers.get("accept", "").lower().split(","):
        name, *parameters = (part.strip() for part in said.split(";"))
        accepted[name] = next((_quality(part[2:]) for part in parameters if part.startswith("q=")), 1.0)
    json = accepted.get("application/json", accepted.get("*/*", 0.0))
    return accepted.get(CSV, 0.0) > json


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _answer(request: Request, read: _Read, as_csv: bool) -> Response:
    """Both forms of a version have tags of their own."""
    response = tagged(
        request, f"{read.version}-csv" if as_csv else read.version, read.body, "private, no-cache"
    )
    response.headers["vary"] = "accept"
    if as_csv and response.status_code == 200:
        response.headers["content-type"] = f"{CSV}; charset=utf-8"
    return response


# --- curves ----------------------------------------------------------------------------------------------------

BALL_COLUMNS = (
    "innings",
    "batting",
    "super_over",
    "version",
    "over",
    "ball",
    "label",
    "runs",
    "total",
    "wickets",
)
RATE_COLUMNS = ("run_rate", "target", "required_rate")


def _curves_json(state: MatchState) -> bytes:
    return _encoder.encode({"version": state.version, "model": _model(state), "innings": curves(state)})


def _curves_csv(state: MatchState) -> bytes:
    head = (*BALL_COLUMNS, *RATE_COLUMNS, "chance")
    return _csv(head, (_ball(curve, ball) for curve in curves(state) for ball in curve.balls))


def _ball(curve: InningsCurve, ball: BallPoint) -> tuple[Any, ...]:
    """``chance`` is that of the side that bats."""
    chance = ball.chances[curve.batting] if ball.chances else None
    said = [getattr(ball, name) for name in (*BALL_COLUMNS[3:], *RATE_COLUMNS)]
    return (curve.innings, curve.batting, str(curve.super_over).lower(), *said, chance)


# --- chances ---------------------------------------------------------------------------------------------------

TURN_COLUMNS = tuple(field.name for field in fields(Turn) if field.name != "chances")


def _chances_json(state: MatchState) -> bytes:
    found = turns(state)
    now = found[-1].chances if found else None
    return _encoder.encode({"version": state.version, "model": _model(state), "chances": now, "turns": found})


def _chances_csv(state: MatchState) -> bytes:
    return _csv((*TURN_COLUMNS, "team", "chance"), _turns(state))


def _turns(state: MatchState) -> Iterable[tuple[Any, ...]]:
    for turn in turns(state):
        place = [getattr(turn, name) for name in TURN_COLUMNS]
        for team in state.teams:
            yield (*place, team, turn.chances[team] if turn.chances else None)


def _model(state: MatchState) -> str | None:
    return MODEL if covers(state.rules) else None


def _csv(head: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(head)
    writer.writerows(rows)
    return written.getvalue().encode()
