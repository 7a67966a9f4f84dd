"""What is no longer believed, though its token is well signed and has not expired yet.

A token lives for minutes and is verified without asking anybody. What must not wait for its end is told to
every process that verifies tokens, and kept there until the last token it concerns has expired.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from uuid import UUID

TOKEN_REVOKED = "token_revoked"  # noqa: S105  (a code)
TENANT_SUSPENDED = "tenant_suspended"


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """Somebody logged out or was logged out; an API key or a share link was revoked (they are their own session)."""

    session_id: str


@dataclass(frozen=True, slots=True)
class SubjectChanged:
    """A person was removed from a tenant or is granted something else there, or a key has another secret: what tokens
    say of them is old.

    ``tenant_id`` None: in every tenant. Tokens issued later are good again.
    """

    subject: str
    tenant_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TenantSuspended:
    tenant_id: UUID


@dataclass(frozen=True, slots=True)
class TenantResumed:
    tenant_id: UUID


Revocation = SessionEnded | SubjectChanged | TenantSuspended | TenantResumed


class Revocations:
    """Those that may still concern a token. Times are seconds of Unix time."""

    def __init__(self, longest_token_seconds: float) -> None:
        self._kept_seconds = longest_token_seconds
        self._ended: dict[Hashable, float] = {}
        self._suspended: dict[UUID, float] = {}
        self.applied = 0
        """How many were taken in: who was not refused before the last one need not be looked up again until the next."""

    def __len__(self) -> int:
        return len(self._ended) + len(self._suspended)

    def apply(self, revocation: Revocation, at: float) -> None:
        """Take one in, in the order in which they were published. The same one again changes nothing.

        ``at``: when it took effect. Whoever issues a token on what was stored before dates it earlier.
        """
        self.applied += 1
        match revocation:
            case SessionEnded(session_id):
                self._end(session_id, at)
            case SubjectChanged(subject, tenant_id):
                self._end((tenant_id, subject), at)
            case TenantSuspended(tenant_id):
                self._suspended[tenant_id] = at
            case TenantResumed(tenant_id):
                self._suspended.pop(tenant_id, None)

    def _end(self, what: Hashable, at: float) -> None:
        known = self._ended.pop(what, at)
        self._ended[what] = max(known, at)

    def refusal(
        self, *, tenant_id: UUID, subject: str, session_id: str | None, issued_at: float
    ) -> str | None:
        """The code with which a token of these claims is refused; None if nothing stands against it."""
        if tenant_id in self._suspended:
            return TENANT_SUSPENDED
        ended = self._ended
        if not ended:
            return None
        if session_id is not None and session_id in ended:
            return TOKEN_REVOKED
        for what in ((tenant_id, subject), (None, subject)):
            if issued_at < ended.get(what, -1.0):
                return TOKEN_REVOKED
        return None

    def forget_old(self, now: float) -> None:
        """Drop what no token that still lives can be concerned by.

        A suspension too: no token is issued for a tenant that is suspended.
        """
        before = now - self._kept_seconds
        self._ended = {what: at for what, at in self._ended.items() if at >= before}
        self._suspended = {tenant_id: at for tenant_id, at in self._suspended.items() if at >= before}
