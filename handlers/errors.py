"""Why the write side turns a request down, beside the domain's refusals."""

from uuid import UUID


class StreamNotFound(Exception):
    """Nothing with this id belongs to the tenant."""


class MatchNotFound(StreamNotFound):
    """No match with this id belongs to the tenant."""

    def __init__(self, match_id: UUID) -> None:
        super().__init__(f"there is no match {match_id}")


class TournamentNotFound(StreamNotFound):
    """No tournament with this id belongs to the tenant."""

    def __init__(self, tournament_id: UUID) -> None:
        super().__init__(f"there is no tournament {tournament_id}")


class SessionNotFound(StreamNotFound):
    """The match has no session yet, or there is no such match."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(f"there is no session {stream_id}; it opens some hours before its match")


class PaymentNotFound(StreamNotFound):
    """No payment with this id belongs to the tenant."""

    def __init__(self, payment_id: UUID) -> None:
        super().__init__(f"there is no payment {payment_id}")


class PayoutNotFound(StreamNotFound):
    """The tournament has no payout, or is not the tenant's."""

    def __init__(self, payout_id: UUID) -> None:
        super().__init__("there is no payout of this tournament yet")


class StreamIdTaken(Exception):
    """Nothing can be created under this id."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(f"the id {stream_id} is in use; leave it out to be given one")


class MatchIdTaken(StreamIdTaken):
    """A match cannot be created under this id."""


class PreconditionFailed(Exception):
    """The stream is not at the version that the client asked for. ``noun`` says what it is the stream of."""

    def __init__(self, expected: int, current: int, noun: str = "match") -> None:
        super().__init__(f"the {noun} is at version {current}, not {expected}")
        self.current = current


class VersionNotReached(Exception):
    """The stream has no such version yet."""

    def __init__(self, asked: int, current: int, noun: str = "match") -> None:
        super().__init__(f"the {noun} is at version {current}; there is no version {asked} yet")
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
    """Others wrote to the stream faster than this request could."""

    def __init__(self, noun: str = "match") -> None:
        super().__init__(
            f"others are writing to this {noun}; repeat the request with the same idempotency key"
        )
