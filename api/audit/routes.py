"""The operation on the audit log."""

from api import openapi as o
from api.audit import reads
from api.operations import Operation
from api.paging import PARAMETERS
from api.reading import reading

_MOMENT = {"type": "string", "format": "date-time"}
_WORD = {"type": "string", "maxLength": 200}

OPERATIONS: tuple[Operation, ...] = (
    reading(
        "list_audit",
        "/v1/audit",
        "Who did what, newest first",
        reads.list_audit,
        o.query("actor", _WORD, "What this user, API key or share link did."),
        o.query("type", _WORD, "Of this type, like `MemberInvited`."),
        o.query("kind", {"type": "string", "enum": list(reads.KINDS)}, "To things of this kind."),
        o.query("stream", {"type": "string", "format": "uuid"}, "To this match, tournament, payment …"),
        o.query("since", _MOMENT, "From then on."),
        o.query("until", _MOMENT, "Before then."),
        *PARAMETERS,
        tag="audit",
    ),
)
