"""What the mails say, and when one that was put off is tried again."""

from datetime import UTC, datetime, timedelta
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from typing import get_args
from uuid import UUID

import pytest

from auth.mail.sending import composed, wait_after
from auth.mail.texts import Links, plain
from handlers.identity import Mail, MailKind
from handlers.mailing import MailRefused

AT = datetime(2026, 4, 1, 10, 0, tzinfo=UTC)
SENDER = Address("Pavilion", addr_spec="no-reply@pavilion.example")
APP = Links(app_url="https://app.example/", api_url="https://api.example")
BARE = Links(app_url=None, api_url="https://api.example")
WITH_TOKEN = ("verify_email", "reset_password", "invitation")


def mail(kind: MailKind, *, to: str = "asha@example.com", name: str = "Asha Rao", **data: str) -> Mail:
    return Mail(
        id=UUID(int=7),
        kind=kind,
        to=to,
        name=name,
        token="t0ken" if kind in WITH_TOKEN else None,
        data={"tenant_name": "Hambledon League", **data},
        created_at=AT,
        expires_at=AT + timedelta(days=1),
        attempts=0,
    )


def text(found: Mail, links: Links = APP) -> str:
    return composed(found, links, SENDER).get_content()


@pytest.mark.parametrize("kind", get_args(MailKind))
def test_every_kind_is_a_whole_mail(kind: MailKind) -> None:
    message = composed(mail(kind), APP, SENDER)
    assert message["to"].addresses == (Address("Asha Rao", addr_spec="asha@example.com"),)
    assert message["from"].addresses == (SENDER,)
    assert message["message-id"] == f"<{UUID(int=7)}@pavilion.example>"
    assert message["auto-submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    said = message.get_content()
    assert said.startswith("Hello Asha Rao,\n")
    assert said.endswith("\n\nPavilion\n")
    assert "None" not in said
    assert "{" not in said


def test_a_name_is_no_address() -> None:
    """Whoever signs up chooses what they are called; this is how the mail is read when it arrives."""
    name = f"{'x' * 70}, everybody@example.com {'x' * 70}"
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(
        composed(mail("verify_email", name=name), APP, SENDER).as_bytes()
    )
    assert [each.addr_spec for each in message["to"].addresses] == ["asha@example.com"]


@pytest.mark.parametrize(
    ("kind", "page"),
    [("verify_email", "verify-email"), ("reset_password", "reset-password"), ("invitation", "invitation")],
)
def test_a_token_is_in_the_part_of_the_link_that_no_server_sees(kind: MailKind, page: str) -> None:
    said = text(mail(kind))
    assert f"https://app.example/{page}#token=t0ken\n" in said
    assert "2 April 2026, 10:00 UTC" in said


@pytest.mark.parametrize("kind", WITH_TOKEN)
def test_without_an_application_the_mail_tells_where_the_token_goes(kind: MailKind) -> None:
    said = text(mail(kind), BARE)
    assert "\nt0ken\n" in said
    assert "POST https://api.example/v1/auth/" in said


def test_an_invitation_says_who_invites_to_what() -> None:
    found = mail("invitation", invited_by="Ravi", grants="scorer, umpire", name="")
    message = composed(found, APP, SENDER)
    assert message["subject"] == "Ravi invites you to Hambledon League"
    assert "as scorer, umpire" in message.get_content()
    assert message.get_content().startswith("Hello,\n")


def test_a_new_device_is_described() -> None:
    said = text(mail("new_device", address="203.0.113.9", user_agent="Firefox", at="1 April 2026, 10:00 UTC"))
    assert "203.0.113.9" in said
    assert "Firefox" in said


@pytest.mark.parametrize(
    "name",
    [
        "Win now https://evil.example",
        "go to www.evil.example today",
        "evil.example/win",
        "evil.com",
        "EVIL.COM is",
    ],
)
def test_a_name_somebody_chose_makes_no_link_in_a_mail_to_somebody_else(name: str) -> None:
    assert "evil" not in text(mail("verify_email", tenant_name=name)).lower()
    assert "evil" not in text(mail("invitation", invited_by=name, name=name)).lower()


def test_a_name_is_one_short_line() -> None:
    assert plain("St. Mary's\r\nBcc: x\x00\u202e C.C.") == "St. Mary's Bcc: x C.C."
    assert len(plain("x" * 1000)) == 80


@pytest.mark.parametrize("to", ["", "no address", "a@b\r\nBcc: c@d", "two@a.example, b@c.example"])
def test_what_is_no_address_is_given_up(to: str) -> None:
    with pytest.raises(MailRefused):
        composed(mail("password_changed", to=to), APP, SENDER)


def test_a_header_cannot_be_broken_by_a_name() -> None:
    found = mail("invitation", invited_by="Ravi\r\nBcc: all@example.com", name="Asha\r\nX: y")
    message = composed(found, APP, SENDER)
    assert message["bcc"] is None
    assert message["x"] is None


def test_waits_grow_up_to_an_hour_and_differ() -> None:
    assert [wait_after(n, lambda: 0.5) for n in range(3)] == [timedelta(seconds=5 * 2**n) for n in range(3)]
    assert wait_after(1000, lambda: 0.5) == timedelta(hours=1)
    assert wait_after(4, lambda: 0.0) < wait_after(4, lambda: 0.99)
