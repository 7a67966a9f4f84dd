"""Where logins are kept."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.logins import Login, Logins
from stack.errors import StackError

NOW = datetime(2026, 4, 1, 10, 0, tzinfo=UTC)


def login(url: str, **more: str) -> Login:
    return Login(
        url=url,
        email="asha@example.com",
        tenant_id="t",
        access_token=more.get("access", "a"),
        expires_at=NOW + timedelta(minutes=15),
        refresh_token="r",
        refresh_expires_at=NOW + timedelta(days=30),
    )


def test_nothing_is_kept_at_first(tmp_path: Path) -> None:
    logins = Logins(tmp_path / "pavilion")
    assert logins.current is None
    assert logins.of("https://a.example") is None


def test_logins_are_kept_by_their_address_for_their_owner_alone(tmp_path: Path) -> None:
    logins = Logins(tmp_path / "pavilion")
    logins.keep(login("https://a.example"))
    logins.keep(login("https://b.example"))
    logins.keep(login("https://b.example", access="newer"))
    assert stat.S_IMODE(logins.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(logins.file.parent.stat().st_mode) == 0o700
    again = Logins(tmp_path / "pavilion")
    assert again.current == "https://b.example"
    assert again.of("https://a.example") == login("https://a.example")
    kept = again.of("https://b.example")
    assert kept is not None
    assert kept.access_token == "newer"
    again.forget("https://b.example")
    assert (again.current, again.of("https://b.example")) == ("https://a.example", None)
    assert [file.name for file in logins.file.parent.iterdir()] == ["logins.json"]


def test_a_file_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    logins = Logins(tmp_path)
    logins.keep(login("https://a.example"))
    logins.file.chmod(0o644)
    with pytest.raises(StackError, match="others can read"):
        logins.of("https://a.example")


def test_a_file_that_is_broken_says_so(tmp_path: Path) -> None:
    logins = Logins(tmp_path)
    logins.keep(login("https://a.example"))
    logins.file.write_text("{")
    with pytest.raises(StackError, match="log in again"):
        logins.of("https://a.example")


def test_a_token_is_refreshed_before_it_ends(tmp_path: Path) -> None:
    known = login("https://a.example")
    assert known.good(NOW)
    assert not known.good(NOW + timedelta(minutes=14, seconds=45))


def test_tokens_are_not_shown_by_chance() -> None:
    assert "access_token" not in repr(login("https://a.example"))
