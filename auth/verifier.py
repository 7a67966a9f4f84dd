"""Who calls the Auth Service itself: looked up each time, as it is stored. What was revoked a moment ago opens nothing."""

from api.errors import Problem, as_problem
from contracts.identity import Principal
from domain.identity.errors import IdentityRefused
from handlers.identity import Sessions

CHALLENGE = 'Bearer realm="pavilion"'


class StoredVerifier:
    """An :class:`auth.services.Verifier` that asks the store."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def verify(self, authorization: str | None, *, fresh: bool = False) -> Principal:
        """The caller. Raises Problem (401; 403 for a suspended league), StoreUnavailable."""
        if authorization is None:
            raise _refusal("token_missing", "send the header Authorization: Bearer <token>", CHALLENGE)
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise _refusal("token_malformed", "the Authorization header must be: Bearer <token>")
        try:
            return await self._sessions.validate(token.strip())
        except IdentityRefused as error:
            problem = as_problem(error)
            if problem.status != 401:
                raise
            raise _refusal(problem.code, problem.detail) from error


def _refusal(code: str, detail: str, challenge: str = f'{CHALLENGE}, error="invalid_token"') -> Problem:
    return Problem(code, detail, headers={"www-authenticate": challenge})
