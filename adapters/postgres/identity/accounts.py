"""Accounts, their recovery codes and mailed links."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec

from adapters.postgres.identity.connected import Connected, insert, locked, put
from handlers.identity.rows import AccountRow, MailedLink, PendingSignUp

_COLUMNS = (
    *("user_id", "email", "name", "password_hash", "created_at"),
    *("totp_sealed", "totp_confirmed_at", "totp_step", "disabled_at", "version"),
)
_FIELDS = ("id", *_COLUMNS[1:])
_SELECT = f"select {', '.join(_COLUMNS)} from account"  # noqa: S608
_ADD, _PUT = insert("account", _COLUMNS), put("account", _COLUMNS, ("user_id",))
_LINK = ("id", "purpose", "user_id", "sign_up", "secret_hash", "expires_at", "used_at")
_LINK_SELECT = f"select {', '.join(_LINK)} from mailed_link where id = $1 for no key update"  # noqa: S608
_LINK_PUT = put("mailed_link", _LINK)
_OF_USER = (
    *("push_subscription", "notification_subscription", "notification_preference", "notification"),
    *("identity_session", "membership", "account"),
)
"""What is deleted by the user's id, in the order in which the one refers to the other. Tokens go with their session,
recovery codes and links with the account."""
_OF_ADDRESS = (
    "delete from invitation where email = $1",
    "delete from identity_mail where recipient = $1",
    "delete from mailed_link where sign_up ->> 'email' = $1",
)
_encoder = msgspec.json.Encoder()
_sign_up = msgspec.json.Decoder(PendingSignUp)


class AccountRows(Connected):
    async def account_by_email(self, email: str) -> AccountRow | None:
        return _account(await self._row(f"{_SELECT} where email = $1", email))

    async def account(self, user_id: UUID, *, lock: bool = False) -> AccountRow | None:
        return _account(await self._row(locked(f"{_SELECT} where user_id = $1", lock), user_id))

    async def add_account(self, row: AccountRow) -> None:
        await self._do(_ADD, *(getattr(row, name) for name in _FIELDS))

    async def put_account(self, row: AccountRow) -> None:
        await self._do(_PUT, *(getattr(row, name) for name in _FIELDS))

    async def erase_account(self, row: AccountRow) -> None:
        await self._do("select set_config('app.email', $1, true)", row.email)
        for statement in _OF_ADDRESS:
            await self._do(statement, row.email)
        for table in _OF_USER:
            await self._do(f"delete from {table} where user_id = $1", row.id)  # noqa: S608

    async def recovery_codes(self, user_id: UUID) -> int:
        return await self._value("select count(*) from recovery_code where user_id = $1", user_id)

    async def put_recovery_codes(self, user_id: UUID, hashes: Sequence[bytes]) -> None:
        await self._do("delete from recovery_code where user_id = $1", user_id)
        await self._do(
            "insert into recovery_code (user_id, code_hash) select $1, unnest($2::bytea[])", user_id, hashes
        )

    async def take_recovery_code(self, user_id: UUID, hash_: bytes) -> bool:
        query = "delete from recovery_code where user_id = $1 and code_hash = $2 returning 1"
        return await self._value(query, user_id, hash_) is not None

    async def mailed_link(self, id_: UUID) -> MailedLink | None:
        row = await self._row(_LINK_SELECT, id_)
        if row is None:
            return None
        sign_up = _sign_up.decode(row["sign_up"]) if row["sign_up"] else None
        return MailedLink(**{**row, "sign_up": sign_up})

    async def put_mailed_link(self, link: MailedLink) -> None:
        sign_up = _encoder.encode(link.sign_up).decode() if link.sign_up else None
        values = (sign_up if name == "sign_up" else getattr(link, name) for name in _LINK)
        await self._do(_LINK_PUT, *values)

    async def withdraw_resets(self, user_id: UUID) -> None:
        await self._do("delete from mailed_link where user_id = $1 and used_at is null", user_id)


def _account(row: asyncpg.Record | None) -> AccountRow | None:
    return None if row is None else AccountRow(**dict(zip(_FIELDS, row.values(), strict=True)))
