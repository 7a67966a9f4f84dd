"""The operations of live reading."""

from typing import Any

from api import openapi as o
from api.live import endpoints
from api.operations import Endpoint, Operation
from api.reading import reading

V1 = "/v1"
PUBLIC = "/v1/public/{tenant_id}"
MATCH = "/matches/{match_id}/live"
TOURNAMENT = "/tournaments/{tournament_id}/live"

_LAST_EVENT_ID = o.header(
    "Last-Event-ID", "The `id` that was received last: what came since is sent, and no snapshot."
)
_LAST_EVENT_ID["schema"] = {"type": "string", "maxLength": endpoints.LONGEST_PLACE}
_IN_ITS_STEAD = o.query(
    "last_event_id", _LAST_EVENT_ID["schema"], "The same, for clients that set no header."
)
_NO_MORE = {"description": "Everything has been received, and there will be no more: stop asking."}
_MATCH_EXAMPLE = """\
retry: 2000

event: snapshot
data: {"match_id":"5b1…","version":6,"status":"…","summary":{"score":"RCB 0/0 (0)"}}
id: 6

event: event
data: {"match_id":"5b1…","version":7,"type":"BallRecorded","summary":{"score":"RCB 4/0 (0.1)"},"ball":{"over":"0.1","label":"4"}}
id: 7

: ping

"""
_TOURNAMENT_EXAMPLE = """\
retry: 2000

event: snapshot
data: {"tournament":{"tournament_id":"9c2…","version":31,"phase":"in progress","tables":[]},"matches":[]}
id: 31

event: match
data: {"match_id":"5b1…","version":7,"type":"BallRecorded","summary":{"score":"RCB 4/0 (0.1)"}}
id: 31~WxA….7

event: event
data: {"tournament_id":"9c2…","version":32,"type":"ResultRecorded","node":"m1","tables":[]}
id: 32

"""


def _stream(
    id_: str, path: str, summary: str, endpoint: Endpoint, example: str, *, public: bool
) -> Operation:
    said = reading(id_, path, summary, endpoint, tag="live", public=public, refusals=(503,))
    parameters = [one for one in said.openapi["parameters"] if one["name"] != "If-None-Match"]
    responses: dict[str, Any] = {
        code: one for code, one in said.openapi["responses"].items() if code != "304"
    }
    events = {"schema": {"type": "string"}, "example": example}
    responses["200"] = {"description": summary, "content": {"text/event-stream": events}}
    responses["204"] = _NO_MORE
    return Operation(
        id=id_,
        method="GET",
        path=path,
        summary=summary,
        description=said.description,
        endpoint=endpoint,
        tag="live",
        openapi={
            **said.openapi,
            "parameters": [*parameters, _LAST_EVENT_ID, _IN_ITS_STEAD],
            "responses": dict(sorted(responses.items())),
        },
    )


def _of_matches(prefix: str, path: str, *, public: bool) -> tuple[Operation, ...]:
    match = f"{path}{MATCH}"
    return (
        _stream(
            f"{prefix}follow_match",
            match,
            "A match as it happens",
            endpoints.follow_match,
            _MATCH_EXAMPLE,
            public=public,
        ),
        reading(
            f"{prefix}get_match_snapshot",
            f"{match}/snapshot",
            "Where a match stands",
            endpoints.get_match_snapshot,
            tag="live",
            public=public,
        ),
    )


def _of_tournaments(prefix: str, path: str, *, public: bool) -> tuple[Operation, ...]:
    tournament = f"{path}{TOURNAMENT}"
    return (
        _stream(
            f"{prefix}follow_tournament",
            tournament,
            "A tournament as it happens",
            endpoints.follow_tournament,
            _TOURNAMENT_EXAMPLE,
            public=public,
        ),
        reading(
            f"{prefix}get_tournament_snapshot",
            f"{tournament}/snapshot",
            "Where a tournament and its matches in play stand",
            endpoints.get_tournament_snapshot,
            tag="live",
            public=public,
        ),
    )


OF_MATCHES = _of_matches("", V1, public=False)
OF_TOURNAMENTS = (
    *_of_tournaments("", V1, public=False),
    *_of_matches("public_", PUBLIC, public=True),  # which matches the public sees, a tournament says
    *_of_tournaments("public_", PUBLIC, public=True),
)
