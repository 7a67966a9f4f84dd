"""Mails that wait, throttles, and the keys that tokens are signed with."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from adapters.postgres.identity.connected import Connected, insert
from domain.identity.throttling import Tally
from handlers.identity.model import Mail
from handlers.identity.rows import SigningKeyRow

_MAIL_ADD = insert(
    "identity_mail",
    ("id", "kind", "recipient", "name", "sealed", "data", "created_at", "due_at", "expires_at"),
)
_GIVE_UP = """
update identity_mail set done_at = $1, sealed = null, last_error = 'too late'
where done_at is null and expires_at <= $1
"""
_CLAIM = """
update identity_mail m set due_at = $2, attempts = m.attempts + 1
from (select id from identity_mail where done_at is null and due_at <= $1
      order by due_at, id limit $3 for update skip locked) as due
where m.id = due.id
returning m.id, m.kind, m.recipient, m.name, m.sealed, m.data, m.created_at, m.expires_at, m.attempts
"""
_DONE = """
update identity_mail set done_at = $2, sealed = null, last_error = $3 where id = $1 and done_at is null
"""
_AGAIN = "update identity_mail set due_at = $2, last_error = $3 where id = $1 and done_at is null"
_PUT_TALLIES = """
update throttle t set attempts = w.attempts, last_at = w.last_at, free_at = w.free_at
from unnest($1::bytea[], $2::integer[], $3::timestamptz[], $4::timestamptz[])
  as w(key, attempts, last_at, free_at)
where t.key = w.key
"""
_KEY = ("kid", "public", "sealed", "created_at", "signs_from")
_KEY_SELECT = f"select {', '.join(_KEY)} from signing_key order by signs_from"  # noqa: S608
_KEY_ADD = insert("signing_key", _KEY)
_KEY_LOCK = 0x7369676E


class OutboxRows(Connected):
    async def add_mail(self, mail: Mail, sealed: bytes | None) -> None:
        said = (mail.id, mail.kind, mail.to, mail.name, sealed, json.dumps(mail.data))
        await self._do(_MAIL_ADD, *said, mail.created_at, mail.created_at, mail.expires_at)

    async def due_mails(self, now: datetime, until: datetime, limit: int) -> list[tuple[Mail, bytes | None]]:
        await self._do(_GIVE_UP, now)
        found: list[tuple[Mail, bytes | None]] = []
        for row in await self._rows(_CLAIM, now, until, limit):
            said = {name: value for name, value in row.items() if name not in ("recipient", "sealed", "data")}
            data = json.loads(row["data"])
            found.append((Mail(**said, to=row["recipient"], token=None, data=data), row["sealed"]))
        return sorted(found, key=lambda each: each[0].created_at)

    async def mail_done(self, id_: UUID, now: datetime, error: str | None) -> None:
        await self._do(_DONE, id_, now, error)

    async def mail_again(self, id_: UUID, at: datetime, error: str) -> None:
        await self._do(_AGAIN, id_, at, error)

    async def tallies(self, keys: Sequence[bytes]) -> Mapping[bytes, Tally]:
        rows = await self._rows("select * from throttle_lock($1)", keys)
        return {
            row["key"]: Tally(attempts=row["attempts"], last_at=row["last_at"], free_at=row["free_at"])
            for row in rows
        }

    async def put_tallies(self, tallies: Mapping[bytes, Tally]) -> None:
        every = tallies.values()
        columns = (
            [tally.attempts for tally in every],
            [tally.last_at for tally in every],
            [tally.free_at for tally in every],
        )
        await self._do(_PUT_TALLIES, list(tallies), *columns)

    async def signing_keys(self, *, lock: bool = False) -> list[SigningKeyRow]:
        if lock:
            await self._do("select pg_advisory_xact_lock($1)", _KEY_LOCK)
        return [SigningKeyRow(**row) for row in await self._rows(_KEY_SELECT)]

    async def add_signing_key(self, row: SigningKeyRow) -> None:
        await self._do(_KEY_ADD, *(getattr(row, name) for name in _KEY))

    async def drop_signing_keys(self, kids: Sequence[str]) -> None:
        await self._do("delete from signing_key where kid = any ($1::text[])", kids)

    async def tidy(self, before: datetime) -> int:
        return await self._value("select identity_tidy($1)", before)
