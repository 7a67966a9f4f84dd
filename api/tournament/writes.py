"""Endpoints that create tournaments, and commands that are more than their fields: links and lines."""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.http import expected_version, idempotency_key
from api.lines import LARGEST_BULK_BYTES, Lines
from api.operations import CSV, JSON, media_type, principal, read_body
from api.services import services
from api.strict import strict
from api.tournament.bodies import InvitationBody, TournamentBody, invitation_secret, token_hash
from api.tournament.sources import read_state
from api.wire import Data, answered, carry_out, id_in, wire_command
from contracts.codec import decode_command
from contracts.ids import first_event_id
from contracts.work import TOURNAMENT, Aggregate, Done
from domain.match.errors import CommandRefused
from domain.tournament.fixtures.model import Placement
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.decide import decide
from domain.tournament.lifecycle.state import TournamentState
from workflows.refusal import WorkflowRefused

CREATION_SCOPE = "tournaments"

CREATION = TournamentBody()
INVITATION = InvitationBody()
ENTRIES = Lines(
    "entries",
    strict(c.SubmitEntry),
    key="team",
    columns=("team", "name", "short_name", "home_grounds"),
    lists=("home_grounds",),
)
PLACEMENTS = Lines(
    "placements", strict(Placement), key="node", columns=("node", "ground", "starts_at", "ends_at")
)


async def create_tournament(request: Request) -> Response:
    """Its workflow begins with it, in one call. Without an id one is made, the same for a repeated request."""
    key = idempotency_key(request)
    given, data = CREATION.decode(await read_body(request))
    tenant_id = principal(request).tenant_id
    tournament_id = given or first_event_id(tenant_id, CREATION_SCOPE, key)
    done = await services(request).workflows.create_tournament(
        tenant_id, tournament_id, wire_command(request, c.CreateTournament, data, key), name=data["name"]
    )
    answer = answered(tournament_id, done, 201)
    answer.headers["location"] = f"/v1/tournaments/{tournament_id}"
    return answer


async def submit_entries(request: Request) -> Response:
    """Many teams enter, all or none."""
    return await _lines(request, ENTRIES, c.SubmitEntries, idempotency_key(request))


async def set_fixtures(request: Request) -> Response:
    """Where and when every match is played that is not over. A drawn tournament becomes scheduled."""
    return await _lines(request, PLACEMENTS, c.SetFixtures, idempotency_key(request, required=False))


async def invite_captain(request: Request) -> Response:
    """Answers with the secret of the link, which is kept nowhere; a repeat answers with it again."""
    key = idempotency_key(request)
    aggregate, team = _aggregate(request), request.path_params["team"]
    said = INVITATION.decode(await read_body(request))
    secret = invitation_secret(services(request).invitation_key, aggregate.tenant_id, aggregate.id, team, key)
    data = {**said, "team": team, "token_hash": token_hash(secret)}
    done = await _execute(request, aggregate, c.InviteCaptain, data, key)
    return answered(aggregate.id, done, team=team, token=secret)


async def _lines(request: Request, lines: Lines, command: type[Any], key: str) -> Response:
    aggregate = _aggregate(request)
    raw = await read_body(request, LARGEST_BULK_BYTES, JSON, CSV)
    read = lines.read(raw, media_type(request, JSON, CSV))
    data = {lines.name: [line for _, line in read.lines]}
    if read.reports:
        raise lines.refused(read, await _refused_of(request, command, data))
    try:
        done = await _execute(request, aggregate, command, data, key)
    except WorkflowRefused as refused:
        if "lines" not in refused.detail:
            raise
        raise lines.refused(read, map(_said, refused.detail["lines"])) from refused
    return answered(aggregate.id, done, lines=len(read.lines))


async def _refused_of(request: Request, command: type[Any], data: Data) -> list[tuple[int, str, str]]:
    """What would be refused of these lines as things are: to be said with what is wrong with other lines."""
    asked = decode_command(TOURNAMENT, command.__name__, data)

    def refusal(state: TournamentState) -> CommandRefused | None:
        try:
            decide(state, asked, state.rules.clock.here(datetime.now(UTC)))
        except CommandRefused as refused:
            return refused
        return None

    refused = await read_state(request, refusal)
    return [] if refused is None else [_said(line) for line in refused.detail.get("lines", ())]


def _said(line: Data) -> tuple[int, str, str]:
    """A line of a refusal: index, code and message."""
    return line["line"] - 1, line["code"], line["detail"]


async def _execute(request: Request, aggregate: Aggregate, command: type[Any], data: Data, key: str) -> Done:
    wire = wire_command(request, command, data, key, expected_version(request))
    return await carry_out(request, aggregate, wire)


def _aggregate(request: Request) -> Aggregate:
    return Aggregate(
        kind=TOURNAMENT, tenant_id=principal(request).tenant_id, id=id_in(request, "tournament_id")
    )
