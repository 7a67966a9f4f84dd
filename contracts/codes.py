"""Error codes: what a client may rely on. A code is never renamed and never changes its meaning.

What the domain refuses has its code from ``domain`` and is a 422 unless it stands here: the request was
understood, and the Laws, the playing conditions or the state of the match are against it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """HTTP status and title of a code."""

    status: int
    title: str


CODES: dict[str, Code] = {
    # what the request is
    "malformed_json": Code(400, "The body is not JSON"),
    "malformed_parameter": Code(400, "A parameter cannot be read"),
    "idempotency_key_missing": Code(400, "Idempotency-Key is missing"),
    "idempotency_key_malformed": Code(400, "Idempotency-Key cannot be used"),
    "token_missing": Code(401, "A token is needed"),
    "token_malformed": Code(401, "The token cannot be read"),
    "token_invalid": Code(401, "The token is not valid"),
    "token_expired": Code(401, "The token has expired"),
    "role_missing": Code(403, "This needs another role"),
    "not_found": Code(404, "There is nothing here"),
    "match_not_found": Code(404, "There is no such match"),
    "version_not_reached": Code(404, "The match has no such version yet"),
    "card_not_found": Code(404, "The match has no card yet"),
    "problem_not_found": Code(404, "There is no such code"),
    "method_not_allowed": Code(405, "This address does not take that method"),
    "version_mismatch": Code(412, "The match is at another version"),
    "body_too_large": Code(413, "The body is too large"),
    "batch_too_large": Code(413, "The batch is too large"),
    "unsupported_media_type": Code(415, "The body must be application/json"),
    "invalid_body": Code(422, "The body does not fit"),
    "idempotency_key_reused": Code(422, "The idempotency key was used for another request"),
    "too_many_requests": Code(429, "Too many requests"),
    # conflicts with what is there or what others do
    "match_id_taken": Code(409, "The match id is in use"),
    "match_exists": Code(409, "The match exists already"),
    "idempotency_key_in_flight": Code(409, "The first request with this key is being served"),
    "too_contended": Code(409, "Others are writing to this match"),
    "correction_clashes": Code(409, "The correction contradicts what was recorded after it"),
    # what went wrong on our side
    "internal_error": Code(500, "Something failed on our side"),
    "store_unavailable": Code(503, "The store cannot be reached"),
    "keys_unavailable": Code(503, "Tokens cannot be verified"),
}

REFUSED = 422


def status_of(code: str) -> int:
    """The HTTP status of a code."""
    known = CODES.get(code)
    return known.status if known else REFUSED


def title_of(code: str) -> str:
    """The title of a code: for a refusal of the domain its words, "Innings closed"."""
    known = CODES.get(code)
    return known.title if known else code.replace("_", " ").capitalize()
