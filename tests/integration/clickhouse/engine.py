"""ClickHouse (chdb), with what stands in deploy/clickhouse, and the records that Kafka would bring it."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from contracts import codec
from contracts.cloudevents import Envelope, encode, event_type
from domain.match.events import MatchEvent

SCHEMA = Path(__file__).parents[3] / "deploy/clickhouse"
COLUMNS = "data String, `_headers.name` Array(String), `_headers.value` Array(String)"
AT = datetime(2026, 4, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Record:
    """A record of ``ssl.scoring.ball-events``."""

    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


def records(
    tenant_id: UUID, match_id: UUID, events: Iterable[MatchEvent], after: int = 0
) -> Iterator[Record]:
    """The events of a match from version ``after`` + 1 on, as the relay publishes them."""
    for version, event in enumerate(events, after + 1):
        name = type(event).__name__
        envelope = Envelope(
            event_id=f"{match_id}/{version}",
            type=name,
            event_type=event_type(name),
            schema_version=codec.SCHEMA_VERSIONS[name],
            tenant_id=tenant_id,
            stream_kind=codec.MATCH,
            stream_id=match_id,
            version=version,
            position=version,
            recorded_at=AT,
        )
        yield Record(str(match_id).encode(), codec.encode(event), tuple(encode(envelope)))


def statements(name: str) -> list[str]:
    """The statements of one file of the schema."""
    text = re.sub(r"--[^\n]*", "", (SCHEMA / name).read_text(encoding="utf-8"))
    return [each for part in text.split(";") if (each := part.strip())]


class Engine(Protocol):
    """What takes a statement and says its answer in a format of ClickHouse's: in this process, or in one of its own."""

    def query(self, statement: str, form: str = "CSV", /) -> object: ...


@dataclass(frozen=True, slots=True)
class ClickHouse:
    """One database of the engine. ``folder`` is for what is loaded into it."""

    session: Engine
    database: str
    folder: Path

    def create(self, source: Sequence[str]) -> None:
        """The whole schema, with ``source`` for the table that brings the records."""
        self.session.query(f"CREATE DATABASE {self.database}")
        for statement in source:
            self.run(statement)
        for name in ("2_tables.sql", "3_views.sql", "4_leaders.sql"):
            for statement in statements(name):
                self.run(statement)

    def run(self, statement: str) -> None:
        self.session.query(f"USE {self.database}")
        self.session.query(statement)

    def rows(self, query: str) -> list[dict[str, Any]]:
        self.session.query(f"USE {self.database}")
        said = str(self.session.query(query, "JSONEachRow"))
        return [json.loads(line) for line in said.splitlines() if line]

    def send(self, sent: Iterable[Record]) -> None:
        """One block of records, as a poll of Kafka brings it, into a plain table of the same columns."""
        file = self.folder / "records.json"
        file.write_text(
            "\n".join(
                json.dumps(
                    {
                        "data": record.value.decode(),
                        "_headers.name": [name for name, _ in record.headers],
                        "_headers.value": [value.decode() for _, value in record.headers],
                    }
                )
                for record in sent
            ),
            encoding="utf-8",
        )
        self.run(f"INSERT INTO ball_events SELECT * FROM file('{file}', JSONEachRow, '{COLUMNS}')")  # noqa: S608


def leaders_query(view: str, tenant: UUID, tournament: str = "", season: str = "") -> str:
    where = f"tenant = '{tenant}', in_tournament = '{tournament}', in_season = '{season}'"
    return f"SELECT * FROM {view}({where})"  # noqa: S608
