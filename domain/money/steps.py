"""What the sagas of money have in common: a step that is wanted outside of their stream, and keeping the books."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

Does = TypeVar("Does", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepBooks:
    """Money facts beyond ``after`` and up to ``through`` are not in the books yet."""

    after: int
    through: int
    kind: Literal["books"] = "books"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[Does]):
    """``name`` and ``attempt`` make its idempotency key; ``since``: it may have been tried from then on."""

    name: str
    does: Does
    since: datetime
    attempt: int = 0


def keep_books(booked: int, money_version: int, since: datetime) -> Iterator[Step[KeepBooks]]:
    """The step that books what happened up to ``money_version``, if ``booked`` is behind it."""
    if money_version > booked:
        does = KeepBooks(after=booked, through=money_version)
        yield Step(name=f"books/{money_version}", does=does, since=since)
