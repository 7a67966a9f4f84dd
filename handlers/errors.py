"""Why the write side turns a request down, beside the domain's refusals."""

from uuid import UUID


class MatchNotFound(Exception):
    """No match with this id belongs to the tenant."""

    def __init__(self, match_id: UUID) -> None:
        super().__init__(f"there is no match {match_id}")


class MatchIdTaken(Exception):
    """A match cannot be created under this id."""

    def __init__(self, match_id: UUID) -> None:
        super().__init__(f"the id {match_id} is in use; leave it out to be given one")


class PreconditionFailed(Exception):
    """The match is not at the version that the client asked for."""

    def __init__(self, expected: int, current: int) -> None:
        super().__init__(f"the match is at version {current}, not {expected}")
        self.current = current


class VersionNotReached(Exception):
    """The match has no such version yet."""

    def __init__(self, asked: int, current: int) -> None:
        super().__init__(f"the match is at version {current}; there is no version {asked} yet")
        self.current = current


class KeyReused(Exception):
    """The idempotency key was used for another request."""

    def __init__(self) -> None:
        super().__init__("this idempotency key was used for a request with other content")


class KeyInFlight(Exception):
    """The first request with this idempotency key is still being served."""

    def __init__(self) -> None:
        super().__init__("a request with this idempotency key is being served; repeat it in a moment")


class TooContended(Exception):
    """Others wrote to the match faster than this request could."""

    def __init__(self) -> None:
        super().__init__("others are writing to this match; repeat the request with the same idempotency key")
