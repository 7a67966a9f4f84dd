"""Everything the simulator remembers, in one SQLite file."""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

Object = dict[str, Any]
"""One of Stripe's objects, as its API shows it."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, account TEXT NOT NULL,
    created INTEGER NOT NULL, body BLOB NOT NULL, hidden BLOB
);
CREATE INDEX IF NOT EXISTS object_kind ON object (kind, account, seq);
-- What an object can be found by, besides its id: "payment_intent", "metadata.team".
CREATE TABLE IF NOT EXISTS link (
    kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (kind, name, value, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS money (
    account TEXT NOT NULL, currency TEXT NOT NULL, available_on REAL NOT NULL, net INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS money_account ON money (account, currency);
CREATE TABLE IF NOT EXISTS kept_answer (
    account TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL,
    at REAL NOT NULL, PRIMARY KEY (account, key)
);
CREATE TABLE IF NOT EXISTS delivery (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, due REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due);
CREATE INDEX IF NOT EXISTS delivery_event ON delivery (event);
CREATE TABLE IF NOT EXISTS plan (due REAL NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS plan_due ON plan (due);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

KEY_SECONDS = 24 * 3600
"""Idempotency keys are forgotten after a day."""


@dataclass(frozen=True)
class Kept:
    """The first answer to an idempotency key, and what was asked with it."""

    request: str
    status: int
    body: bytes


@dataclass(frozen=True)
class Range:
    """Which part of a list: Stripe's cursors and times."""

    limit: int = 10
    starting_after: str | None = None
    ending_before: str | None = None
    created: Mapping[str, int] = field(default_factory=dict[str, int])


COMPARED = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


class Store:
    """Objects by id, by kind and by what they are linked to. `account` "" is the platform's own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._sql = sqlite3.connect(folder / "stripe.sqlite", isolation_level=None)
        self._sql.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;" + SCHEMA)
        self._ahead = float(self.setting("clock_ahead_seconds", "0"))

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        self._sql.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._sql.execute("ROLLBACK")
            raise
        self._sql.execute("COMMIT")

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of a transaction that leaves nothing behind if it fails."""
        self._sql.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self._sql.execute("ROLLBACK TO attempt")
            raise
        finally:
            self._sql.execute("RELEASE attempt")

    # --- the clock and the settings ----------------------------------------------------------------------------

    def now(self) -> float:
        """Seconds since 1970, by a clock that can be put forward."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Put the clock forward."""
        self._ahead += seconds
        self.set("clock_ahead_seconds", repr(self._ahead))

    def setting(self, name: str, default: str) -> str:
        """A setting that survives a restart."""
        row = self._sql.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return row[0] if row else default

    def set(self, name: str, value: str) -> None:
        """Change a setting."""
        self._sql.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    # --- objects -----------------------------------------------------------------------------------------------

    def insert(
        self,
        thing: Object,
        *,
        account: str = "",
        links: Mapping[str, str | None] | None = None,
        hidden: Object | None = None,
    ) -> Object:
        """Keep a new object. It is found by its metadata and by `links`; `hidden` is what the API never shows."""
        seq = self._sql.execute(
            "INSERT INTO object (id, kind, account, created, body, hidden) VALUES (?, ?, ?, ?, ?, ?)",
            (
                thing["id"],
                thing["object"],
                account,
                thing["created"],
                msgspec.json.encode(thing),
                msgspec.json.encode(hidden) if hidden else None,
            ),
        ).lastrowid
        found_by = {f"metadata.{name}": value for name, value in (thing.get("metadata") or {}).items()}
        self._sql.executemany(
            "INSERT INTO link VALUES (?, ?, ?, ?)",
            [(thing["object"], name, v, seq) for name, v in {**found_by, **(links or {})}.items() if v],
        )
        return thing

    def update(self, thing: Object, *, hidden: Object | None = None) -> Object:
        """Keep the new state of an object."""
        self._sql.execute(
            "UPDATE object SET body = ? WHERE id = ?", (msgspec.json.encode(thing), thing["id"])
        )
        if hidden is not None:
            self._sql.execute(
                "UPDATE object SET hidden = ? WHERE id = ?", (msgspec.json.encode(hidden), thing["id"])
            )
        return thing

    def get(self, id: str, account: str | None = None) -> Object | None:
        """An object by its id, of one account or of any."""
        row = self._sql.execute("SELECT body, account FROM object WHERE id = ?", (id,)).fetchone()
        if row is None or account not in (None, row[1]):
            return None
        return msgspec.json.decode(row[0])

    def owner(self, id: str) -> str:
        """The account an object belongs to."""
        return self._sql.execute("SELECT account FROM object WHERE id = ?", (id,)).fetchone()[0]

    def hidden(self, id: str) -> Object:
        """What the API does not show of an object."""
        row = self._sql.execute("SELECT hidden FROM object WHERE id = ?", (id,)).fetchone()
        return msgspec.json.decode(row[0]) if row and row[0] else {}

    def find(
        self, kind: str, account: str, links: Mapping[str, str], part: Range, before: float | None = None
    ) -> tuple[list[Object], bool]:
        """The objects linked to all of `links`, the newest first, and whether there are more."""
        where, values = ["kind = ?", "account = ?"], [kind, account]
        for name, value in links.items():
            where.append("seq IN (SELECT seq FROM link WHERE kind = ? AND name = ? AND value = ?)")
            values += [kind, name, value]
        for word, bound in part.created.items():
            where.append(f"created {COMPARED[word]} ?")
            values.append(str(bound))
        if before is not None:
            where.append("created <= ?")
            values.append(str(before))
        for compared, id in (("<", part.starting_after), (">", part.ending_before)):
            if id is not None:
                where.append(f"seq {compared} (SELECT seq FROM object WHERE id = ?)")  # noqa: S608
                values.append(id)
        order = "ASC" if part.ending_before else "DESC"
        statement = f"SELECT body FROM object WHERE {' AND '.join(where)} ORDER BY seq {order} LIMIT ?"  # noqa: S608
        rows = self._sql.execute(statement, (*values, part.limit + 1)).fetchall()
        found = [msgspec.json.decode(row[0]) for row in rows[: part.limit]]
        return (found[::-1] if part.ending_before else found), len(rows) > part.limit

    def every(self, kind: str) -> Iterator[tuple[str, Object]]:
        """All objects of a kind with their accounts, the oldest first."""
        for account, body in self._sql.execute(
            "SELECT account, body FROM object WHERE kind = ? ORDER BY seq", (kind,)
        ):
            yield account, msgspec.json.decode(body)

    # --- money -------------------------------------------------------------------------------------------------

    def book(self, account: str, currency: str, net: int, available_on: float) -> None:
        """Add to (or take from) an account's balance."""
        self._sql.execute("INSERT INTO money VALUES (?, ?, ?, ?)", (account, currency, available_on, net))

    def balances(self, account: str) -> dict[str, tuple[int, int]]:
        """By currency: what is available now, and what will be later."""
        rows = self._sql.execute(
            "SELECT currency, SUM(net * (available_on <= :now)), SUM(net * (available_on > :now)) "
            "FROM money WHERE account = :account GROUP BY currency ORDER BY currency",
            {"now": self.now(), "account": account},
        )
        return {currency: (available, pending) for currency, available, pending in rows}

    # --- idempotency keys --------------------------------------------------------------------------------------

    def kept(self, account: str, key: str) -> Kept | None:
        """The first answer to a key, unless a day has gone by."""
        row = self._sql.execute(
            "SELECT request, status, body FROM kept_answer WHERE account = ? AND key = ? AND at > ?",
            (account, key, self.now() - KEY_SECONDS),
        ).fetchone()
        return Kept(*row) if row else None

    def keep(self, account: str, key: str, answer: Kept) -> None:
        """Keep the first answer to a key."""
        self._sql.execute(
            "INSERT OR REPLACE INTO kept_answer VALUES (?, ?, ?, ?, ?, ?)",
            (account, key, answer.request, answer.status, answer.body, self.now()),
        )

    # --- what is due -------------------------------------------------------------------------------------------

    def plan(self, seconds: float, action: str, object_id: str) -> None:
        """Have something done to an object later."""
        self._sql.execute("INSERT INTO plan VALUES (?, ?, ?)", (self.now() + seconds, action, object_id))

    def take_plans(self, until: float) -> list[tuple[str, str]]:
        """What was due by then: action and object. It is not planned any more."""
        rows = self._sql.execute(
            "DELETE FROM plan WHERE due <= ? RETURNING due, action, object", (until,)
        ).fetchall()
        return [(action, object_id) for _, action, object_id in sorted(rows)]

    def deliver(self, event_id: str, waits: Sequence[float]) -> None:
        """Have an event sent after each of these waits."""
        self._sql.executemany(
            "INSERT INTO delivery (event, due) VALUES (?, ?)", [(event_id, self.now() + w) for w in waits]
        )

    def due_deliveries(self, limit: int) -> list[tuple[int, str, int]]:
        """Deliveries to make now: number, event, attempts so far."""
        return self._sql.execute(
            "SELECT seq, event, attempts FROM delivery WHERE due <= ? ORDER BY due LIMIT ?",
            (self.now(), limit),
        ).fetchall()

    def next_due(self) -> float | None:
        """When the next delivery or plan becomes due, of those that are not due yet."""
        return self._sql.execute(
            "SELECT min(due) FROM (SELECT min(due) AS due FROM delivery WHERE due > :now "
            "UNION ALL SELECT min(due) FROM plan)",
            {"now": self.now()},
        ).fetchone()[0]

    def delivered(self, number: int) -> None:
        """A delivery arrived, or was given up."""
        self._sql.execute("DELETE FROM delivery WHERE seq = ?", (number,))

    def postpone(self, number: int, seconds: float) -> None:
        """A delivery failed; try it again later."""
        self._sql.execute(
            "UPDATE delivery SET due = ?, attempts = attempts + 1 WHERE seq = ?",
            (self.now() + seconds, number),
        )

    def pending_deliveries(self, event_id: str | None = None) -> int:
        """How many deliveries are still to be made, of one event or of all."""
        if event_id is None:
            return self._sql.execute("SELECT count(*) FROM delivery").fetchone()[0]
        return self._sql.execute("SELECT count(*) FROM delivery WHERE event = ?", (event_id,)).fetchone()[0]
