"""Where logins are kept: a file in the user's configuration folder that nobody else can read."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import platformdirs
from filelock import FileLock

from stack.errors import StackError

EARLY = timedelta(seconds=30)
"""So long before its end is an access token no longer used: the way to the server takes time, and clocks differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Tokens for the Pavilion at ``url``, as one person in one league."""

    url: str
    email: str
    tenant_id: str
    access_token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str = field(repr=False)
    refresh_expires_at: datetime

    def good(self, now: datetime) -> bool:
        """Whether the access token can still be sent."""
        return now + EARLY < self.expires_at


@dataclass(slots=True)
class _Kept:
    """The file. ``current``: the address that was logged in to last."""

    current: str | None = None
    logins: dict[str, Login] = field(default_factory=dict[str, Login])


class Logins:
    """The logins of this user, one for each address."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or platformdirs.user_config_path("pavilion")
        self.file = self._folder / "logins.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other commands of this user from refreshing meanwhile: a refresh token works once."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(self._folder / "logins.lock"):
            yield

    @property
    def current(self) -> str | None:
        """The address that was logged in to last."""
        return self._read().current

    def of(self, url: str) -> Login | None:
        """The login to an address."""
        return self._read().logins.get(url)

    def keep(self, login: Login) -> None:
        """Keep a login, in place of the one to the same address; it is the current one."""
        kept = self._read()
        kept.logins[login.url] = login
        kept.current = login.url
        self._write(kept)

    def forget(self, url: str) -> None:
        """Keep the login to an address no longer."""
        kept = self._read()
        kept.logins.pop(url, None)
        kept.current = next(iter(kept.logins), None) if kept.current == url else kept.current
        self._write(kept)

    def _read(self) -> _Kept:
        try:
            if os.name == "posix" and stat.S_IMODE(self.file.stat().st_mode) & 0o077:
                raise StackError(f"others can read {self.file}", f"chmod 600 {self.file}, or log in again")
            return msgspec.json.decode(self.file.read_bytes(), type=_Kept)
        except FileNotFoundError:
            return _Kept()
        except msgspec.MsgspecError as error:
            raise StackError(f"{self.file} cannot be read: {error}", "remove it and log in again") from error

    def _write(self, kept: _Kept) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.file.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(msgspec.json.format(msgspec.json.encode(kept), indent=2))
        draft.replace(self.file)
