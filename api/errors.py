"""Errors as the client sees them: RFC 9457 problem details with a stable code."""

import math
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.responses import Response

from contracts.codes import status_of, title_of
from contracts.redaction import redact
from domain.identity.errors import IdentityRefused
from domain.match.errors import CommandRefused
from handlers import errors
from handlers.live.ports import TooManyListeners
from handlers.persons import PersonNotFound
from handlers.ports import DuplicateEvent, StoreUnavailable, VersionConflict
from handlers.webhook_ports import WebhookRefused
from workflows.refusal import WorkflowRefused

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """An answer that is an error. ``members`` are added to the problem; ``code`` gives status and title."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        members: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.members = dict(members or {})
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        return status_of(self.code)

    def response(self, *, instance: str, request_id: str) -> Response:
        """The HTTP answer."""
        address = f"/problems/{self.code}"
        body = {
            "type": address,
            "title": title_of(self.code),
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "code": self.code,
            "request_id": request_id,
            "doc_url": address,
            **self.members,
        }
        return Response(
            # What went wrong may quote what somebody sent, or what another service answered.
            redact(msgspec.json.encode(body, enc_hook=str).decode()),
            self.status,
            {**self.headers, "cache-control": "no-store", "x-request-id": request_id},
            MEDIA_TYPE,
        )


_SOON = {"retry-after": "1"}
_COME_AGAIN = {"idempotency_key_in_flight", "too_contended", "too_many_requests"}
_CODES: dict[type[Exception], tuple[str, dict[str, str]]] = {
    errors.MatchNotFound: ("match_not_found", {}),
    errors.TournamentNotFound: ("tournament_not_found", {}),
    errors.SessionNotFound: ("session_not_found", {}),
    errors.PaymentNotFound: ("payment_not_found", {}),
    errors.PayoutNotFound: ("payout_not_found", {}),
    errors.MatchIdTaken: ("match_id_taken", {}),
    errors.PreconditionFailed: ("version_mismatch", {}),
    errors.VersionNotReached: ("version_not_reached", {}),
    errors.KeyReused: ("idempotency_key_reused", {}),
    errors.KeyInFlight: ("idempotency_key_in_flight", _SOON),
    errors.TooContended: ("too_contended", _SOON),
    PersonNotFound: ("person_not_found", {}),
    VersionConflict: ("too_contended", _SOON),
    DuplicateEvent: ("too_contended", _SOON),
    StoreUnavailable: ("store_unavailable", _SOON),
    TooManyListeners: ("too_many_listeners", {"retry-after": "5"}),
}


def as_problem(error: Exception) -> Problem:
    """The problem that an exception of the write side is. What nobody foresaw tells nothing of its inside."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, WorkflowRefused):
        headers = _SOON if status_of(error.code) == 503 or error.code in _COME_AGAIN else {}
        return Problem(error.code, error.message, members=error.detail, headers=headers)
    if isinstance(error, CommandRefused):
        return _refused(error)
    if isinstance(error, IdentityRefused):
        wait = {} if error.retry_after is None else {"retry-after": str(math.ceil(error.retry_after))}
        return Problem(error.code, error.message, members=error.detail, headers=wait)
    if isinstance(error, WebhookRefused):
        members = {} if error.field is None else {"param": error.field, "pointer": f"/{error.field}"}
        return Problem(error.code, error.message, members=members)
    if type(error) in _CODES:
        code, headers = _CODES[type(error)]
        current = getattr(error, "current", None)
        members = {} if current is None else {"current_version": current}
        return Problem(code, str(error), members=members, headers=headers)
    return Problem("internal_error", "The failure was logged under the request id.")


def _refused(refusal: CommandRefused) -> Problem:
    context = dict(refusal.detail)
    members: dict[str, Any] = {"umpires_may_allow": refusal.umpires_may_allow}
    if refusal.rule:
        members["rule"] = refusal.rule
    if "index" in context:
        members["index"] = context.pop("index")
    if "lines" in context:
        members["lines"] = context.pop("lines")
    if context:
        members["context"] = context
    return Problem(refusal.code, refusal.message, members=members)
