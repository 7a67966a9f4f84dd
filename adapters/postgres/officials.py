"""The officials' diary in Postgres: written in the transaction that appends the events it follows from."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlmodel import Field, SQLModel

from adapters.postgres.event_store import NOT_AT_VERSION
from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from contracts.events import NewEvent
from domain.tournament.lifecycle.officials import Booking
from handlers.ports import DuplicateEvent, OfficialBusy, StoreUnavailable, VersionConflict

_APPEND = (
    "select append_with_bookings($1, $2, $3, $4::uuid[], $5::text[], $6::smallint[], $7::jsonb[], $8::jsonb[], "
    "$9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[])"
)
OFFICIAL_TAKEN = "PV002"


class OfficialBookingTable(SQLModel, table=True):
    """A row for each match an official is taken by, from its scheduled start to its end."""

    __tablename__ = "official_booking"  # type: ignore[assignment]
    tenant_id: UUID = Field(primary_key=True)
    tournament_id: UUID = Field(primary_key=True)
    node: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    what: str
    starts_at: datetime = Field(sa_type=TIMESTAMP(timezone=True))  # type: ignore[call-overload]
    ends_at: datetime = Field(sa_type=TIMESTAMP(timezone=True))  # type: ignore[call-overload]


class PostgresOfficialsDiary:
    """A :class:`handlers.ports.OfficialsDiary` for the role ``pavilion_app``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def append(
        self,
        tenant_id: UUID,
        tournament_id: UUID,
        expected_version: int,
        events: Sequence[NewEvent],
        bookings: Sequence[Booking],
    ) -> list[int]:
        try:
            return await self._pool.fetchval(
                _APPEND,
                tenant_id,
                tournament_id,
                expected_version,
                [event.event_id for event in events],
                [event.type for event in events],
                [event.schema_version for event in events],
                [event.data for event in events],
                [event.metadata for event in events],
                [booking.node for booking in bookings],
                [booking.person for booking in bookings],
                [booking.what for booking in bookings],
                [booking.starts_at for booking in bookings],
                [booking.ends_at for booking in bookings],
            )
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error
        except asyncpg.PostgresError as error:
            raise _meaning(error, tournament_id, expected_version) from error


def _meaning(error: asyncpg.PostgresError, tournament_id: UUID, version: int) -> Exception:
    """What the database's refusal is to the handler; what it has no meaning for stays as it is."""
    if error.sqlstate == OFFICIAL_TAKEN:
        taken = json.loads(error.detail or "{}")
        return OfficialBusy(**{**taken, "tournament_id": UUID(taken["tournament_id"])})
    if error.sqlstate == NOT_AT_VERSION:
        return VersionConflict(f"{tournament_id} is not at version {version}")
    if isinstance(error, asyncpg.UniqueViolationError):
        if error.constraint_name == "event_tenant_event_key":
            return DuplicateEvent(str(error))
        return VersionConflict(f"{tournament_id} is beyond version {version}")
    return error
